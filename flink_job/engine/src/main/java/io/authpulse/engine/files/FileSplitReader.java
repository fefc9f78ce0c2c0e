package io.authpulse.engine.files;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;

/** Reads a few lines of each of its files in turn. */
final class FileSplitReader implements SplitReader<FileSplitReader.Line, FileSplit> {
    private static final int LINES_A_TURN = 32;

    /** One line; {@code end} is where the next one begins. */
    record Line(byte[] bytes, long number, long end) {}

    private static final class Open {
        private final FileSplit split;
        private final LineReader lines;
        private long next;

        Open(FileSplit split) throws IOException {
            this.split = split;
            this.lines = new LineReader(split.path(), split.offset());
            this.next = split.line();
        }
    }

    private final Deque<FileSplit> waiting = new ArrayDeque<>();
    private final Deque<Open> open = new ArrayDeque<>();

    @Override
    public RecordsWithSplitIds<Line> fetch() throws IOException {
        while (!waiting.isEmpty()) {
            open.add(new Open(waiting.remove()));
        }
        RecordsBySplits.Builder<Line> batch = new RecordsBySplits.Builder<>();
        Open file = open.poll();
        if (file == null) {
            return batch.build();
        }
        for (int i = 0; i < LINES_A_TURN; i++) {
            byte[] line = file.lines.read();
            if (line == null) {
                file.lines.close();
                batch.addFinishedSplit(file.split.splitId());
                return batch.build();
            }
            batch.add(file.split.splitId(), new Line(line, file.next++, file.lines.offset()));
        }
        open.add(file);
        return batch.build();
    }

    @Override
    public void handleSplitsChanges(SplitsChange<FileSplit> change) {
        waiting.addAll(change.splits());
    }

    @Override
    public void wakeUp() {
        // nothing here waits
    }

    @Override
    public void close() throws IOException {
        for (Open file : open) {
            file.lines.close();
        }
    }
}
