package io.authpulse.engine.kinesis;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;

/** What one fetch brings: records of one shard, the ends of shards, or nothing. */
final class ShardBatch implements RecordsWithSplitIds<KinesisRecord> {
    private final Iterator<KinesisRecord> records;
    private final Set<String> finished;
    private String shard; // null once it was asked for

    private ShardBatch(String shard, List<KinesisRecord> records, Set<String> finished) {
        this.shard = shard;
        this.records = records.iterator();
        this.finished = finished;
    }

    static ShardBatch nothing() {
        return new ShardBatch(null, Collections.emptyList(), Set.of());
    }

    static ShardBatch of(String shard, List<KinesisRecord> records) {
        return new ShardBatch(shard, records, Set.of());
    }

    /** The last records of a shard, if any. */
    static ShardBatch last(String shard, List<KinesisRecord> records) {
        return new ShardBatch(records.isEmpty() ? null : shard, records, Set.of(shard));
    }

    @Override
    public String nextSplit() {
        String next = shard;
        shard = null;
        return next;
    }

    @Override
    public KinesisRecord nextRecordFromSplit() {
        return records.hasNext() ? records.next() : null;
    }

    @Override
    public Set<String> finishedSplits() {
        return finished;
    }
}
