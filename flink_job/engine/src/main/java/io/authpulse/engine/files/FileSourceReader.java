package io.authpulse.engine.files;

import io.authpulse.engine.kinesis.KinesisRecord;
import io.authpulse.engine.kinesis.RecordDecoder;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;

/** Lines to elements, by the decoder of the stream's records. */
@SuppressWarnings("try") // the base's close() may be interrupted; nobody uses readers in a try
final class FileSourceReader<T>
        extends SingleThreadMultiplexSourceReaderBase<FileSplitReader.Line, T, FileSplit, FileSourceReader.Progress> {
    /** How far a file's lines were emitted. */
    static final class Progress {
        private FileSplit rest;

        Progress(FileSplit split) {
            rest = split;
        }
    }

    FileSourceReader(RecordDecoder<T> decoder, long arrivalMs, SourceReaderContext context) {
        super(FileSplitReader::new, emitting(decoder, arrivalMs), context.getConfiguration(), context);
    }

    private static <T> RecordEmitter<FileSplitReader.Line, T, Progress> emitting(
            RecordDecoder<T> decoder, long arrivalMs) {
        return (line, out, progress) -> {
            String sequence = Long.toString(line.number());
            decoder.decode(new KinesisRecord(line.bytes(), sequence, arrivalMs), progress.rest.shardId(), out);
            progress.rest = progress.rest.from(line.number() + 1, line.end());
        };
    }

    @Override
    protected void onSplitFinished(Map<String, Progress> done) {
        // the enumerator has given all files away and does not wait for them
    }

    @Override
    protected Progress initializedState(FileSplit split) {
        return new Progress(split);
    }

    @Override
    protected FileSplit toSplitType(String shardId, Progress progress) {
        return progress.rest;
    }
}
