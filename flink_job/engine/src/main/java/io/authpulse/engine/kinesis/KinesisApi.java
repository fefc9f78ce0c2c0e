package io.authpulse.engine.kinesis;

import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * One stream, as the source needs it: three calls. Each may end in any {@link KinesisException}.
 *
 * <p>Used by one thread at a time. {@code KinesisContract} in the tests says what implementations promise.
 */
public interface KinesisApi extends AutoCloseable {
    /** @param parents one after a split, two after a merge; they may have left the list, being past retention */
    record Shard(String id, Set<String> parents) {}

    /**
     * @param next iterator for the following records; null when a closed shard was read to its end
     * @param millisBehind how old the newest record read is against the newest of the shard
     */
    record Batch(List<KinesisRecord> records, String next, long millisBehind) {}

    /** All shards, closed ones too as long as the service keeps them. */
    List<Shard> listShards();

    /** Good for five minutes. */
    String iterator(String shardId, Position from);

    /** May be empty although more follows. {@code limit}: 1 to 10,000 records; the service stops at 10 MB as well. */
    Batch records(String iterator, int limit);

    @Override
    void close();

    /** Made on the other side of the network, once in the enumerator and once in each reader. */
    interface Factory extends Serializable {
        KinesisApi create();
    }
}
