package io.authpulse.engine.kinesis;

import java.util.Set;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A shard and how far it was read.
 *
 * @param parents shards whose records come before this one's; empty for shards the stream began with
 * @param finished read to its end: nothing is left but to make sure that the enumerator knows
 */
public record ShardSplit(String shardId, Set<String> parents, Position position, boolean finished)
        implements SourceSplit {
    @Override
    public String splitId() {
        return shardId;
    }

    ShardSplit at(Position position) {
        return new ShardSplit(shardId, parents, position, finished);
    }

    ShardSplit asFinished() {
        return new ShardSplit(shardId, parents, position, true);
    }

    @Override
    public String toString() {
        return shardId + (finished ? " (finished)" : " " + position);
    }
}
