package io.authpulse.engine.files;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;

/** Gives every reader its share of the files at once, when it comes up, and nothing afterwards. */
final class FileEnumerator implements SplitEnumerator<FileSplit, List<FileSplit>> {
    private final SplitEnumeratorContext<FileSplit> context;
    private final List<List<FileSplit>> shares = new ArrayList<>(); // by subtask; empty once it was given away

    FileEnumerator(SplitEnumeratorContext<FileSplit> context, List<FileSplit> files) {
        this.context = context;
        for (int subtask = 0; subtask < context.currentParallelism(); subtask++) {
            shares.add(new ArrayList<>());
        }
        for (int i = 0; i < files.size(); i++) {
            shares.get(i % shares.size()).add(files.get(i));
        }
    }

    @Override
    public void addReader(int subtask) {
        List<FileSplit> share = shares.get(subtask);
        if (!share.isEmpty()) {
            context.assignSplits(new SplitsAssignment<>(Map.of(subtask, List.copyOf(share))));
            share.clear();
        }
        context.signalNoMoreSplits(subtask);
    }

    @Override
    public void addSplitsBack(List<FileSplit> splits, int subtask) {
        shares.get(subtask).addAll(splits); // its next attempt gets them
    }

    @Override
    public List<FileSplit> snapshotState(long checkpointId) {
        return shares.stream().flatMap(List::stream).toList();
    }

    @Override
    public void start() {
        // readers come up by themselves
    }

    @Override
    public void handleSplitRequest(int subtask, String host) {
        // readers ask for nothing: they have all that is theirs
    }

    @Override
    public void close() {
        // holds nothing
    }
}
