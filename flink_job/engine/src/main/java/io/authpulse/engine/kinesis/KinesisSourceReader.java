package io.authpulse.engine.kinesis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;

/**
 * Adds decoding and finished shards to the base.
 *
 * <p>That a shard is finished goes to the enumerator as an event, and events are not part of any checkpoint: after a
 * failure the news could be in neither state, and its children would never be read. So a finished shard stays in this
 * reader's state until a checkpoint is complete that began after another one already held it; by then the enumerator's
 * state has it too.
 */
@SuppressWarnings("try") // the base's close() may be interrupted; nobody uses readers in a try
final class KinesisSourceReader<T>
        extends SingleThreadMultiplexSourceReaderBase<KinesisRecord, T, ShardSplit, KinesisSourceReader.Progress> {
    /** How far a shard's records were emitted. */
    static final class Progress {
        private final ShardSplit split;
        private Position position;

        Progress(ShardSplit split) {
            this.split = split;
            this.position = split.position();
        }

        ShardSplit split() {
            return split.at(position);
        }
    }

    record Finished(List<String> shardIds) implements SourceEvent {
        private static final long serialVersionUID = 1;
    }

    private final Map<String, ShardSplit> finished = new HashMap<>();
    private final Map<String, Long> firstCheckpoint = new HashMap<>(); // that held the finished shard

    KinesisSourceReader(
            Supplier<SplitReader<KinesisRecord, ShardSplit>> reader,
            RecordDecoder<T> decoder,
            SourceReaderContext context) {
        super(reader, emitting(decoder), context.getConfiguration(), context);
    }

    /** The position moves after the last element of a record: no checkpoint can come in between. */
    private static <T> RecordEmitter<KinesisRecord, T, Progress> emitting(RecordDecoder<T> decoder) {
        return (record, out, progress) -> {
            decoder.decode(record, progress.split.shardId(), out);
            progress.position = Position.after(record.sequence());
        };
    }

    @Override
    protected void onSplitFinished(Map<String, Progress> done) {
        done.forEach((shardId, progress) -> finished.put(shardId, progress.split().asFinished()));
        context.sendSourceEventToCoordinator(new Finished(new ArrayList<>(done.keySet())));
    }

    @Override
    public List<ShardSplit> snapshotState(long checkpointId) {
        List<ShardSplit> all = new ArrayList<>(super.snapshotState(checkpointId));
        finished.forEach((shardId, split) -> {
            firstCheckpoint.putIfAbsent(shardId, checkpointId);
            all.add(split);
        });
        return all;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        super.notifyCheckpointComplete(checkpointId);
        firstCheckpoint.entrySet().removeIf(first -> {
            boolean known = first.getValue() < checkpointId;
            if (known) {
                finished.remove(first.getKey());
            }
            return known;
        });
    }

    @Override
    protected Progress initializedState(ShardSplit split) {
        return new Progress(split);
    }

    @Override
    protected ShardSplit toSplitType(String shardId, Progress progress) {
        return progress.split();
    }
}
