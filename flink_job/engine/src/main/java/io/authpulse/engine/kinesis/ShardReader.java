package io.authpulse.engine.kinesis;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsRemoval;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls the shards of one reader in turn, in the fetcher's thread. A shard that is throttled or fails rests by itself
 * ({@link Pacing}), the others go on.
 */
final class ShardReader implements SplitReader<KinesisRecord, ShardSplit> {
    private static final Logger LOG = LoggerFactory.getLogger(ShardReader.class);
    private static final long LONGEST_WAIT = 1_000_000_000;

    private final KinesisApi api;
    private final ShardMetrics metrics;
    private final KinesisSource.Options options;
    private final Map<String, Cursor> cursors = new LinkedHashMap<>();
    private final ArrayDeque<Cursor> turn = new ArrayDeque<>();
    private volatile boolean woken;
    private volatile Thread waiting;

    private static final class Cursor {
        final String shardId;
        final Pacing pacing;
        Position position; // after the last record that was handed over
        String iterator; // null where one has to be asked for
        boolean paused;

        Cursor(ShardSplit split, Pacing pacing) {
            this.shardId = split.shardId();
            this.position = split.position();
            this.pacing = pacing;
        }
    }

    ShardReader(KinesisApi api, ShardMetrics metrics, KinesisSource.Options options) {
        this.api = api;
        this.metrics = metrics;
        this.options = options;
    }

    /**
     * Blocks until a shard gives something or {@link #wakeUp} is called, but no longer than a second when all is
     * paused.
     */
    @Override
    public RecordsWithSplitIds<KinesisRecord> fetch() {
        while (!woken) {
            long now = System.nanoTime();
            long wait = LONGEST_WAIT;
            Cursor next = null;
            for (Cursor cursor : turn) {
                if (!cursor.paused) {
                    wait = Math.min(wait, cursor.pacing.waitAt(now));
                    if (wait <= 0) {
                        next = cursor;
                        break;
                    }
                }
            }
            if (next == null) {
                sleep(wait);
                if (turn.stream().allMatch(cursor -> cursor.paused)) {
                    return ShardBatch.nothing();
                }
                continue;
            }
            turn.remove(next); // to the end of the row, so that a busy shard does not starve the others
            turn.addLast(next);
            ShardBatch batch = poll(next);
            if (batch != null) {
                return batch;
            }
        }
        woken = false;
        return ShardBatch.nothing();
    }

    private void sleep(long nanos) {
        waiting = Thread.currentThread();
        if (!woken) {
            LockSupport.parkNanos(this, nanos);
        }
        waiting = null;
    }

    /** Null if there is nothing to hand over. Lets {@link KinesisException.Refused} through, which fails the task. */
    private ShardBatch poll(Cursor cursor) {
        try {
            return read(cursor);
        } catch (KinesisException.IteratorExpired e) {
            metrics.expired.inc();
            cursor.iterator = null; // the position is exact, so a new one goes on there
            cursor.pacing.answered(System.nanoTime(), 0, 0, false);
        } catch (KinesisException.Throttled e) {
            metrics.throttled.inc();
            cursor.pacing.throttled(System.nanoTime());
        } catch (KinesisException.Unavailable e) {
            metrics.failed.inc();
            LOG.info("shard {}: {}", cursor.shardId, e.getMessage());
            if (!cursor.pacing.failed(System.nanoTime())) {
                throw e;
            }
        }
        return null;
    }

    private ShardBatch read(Cursor cursor) {
        long asked = System.nanoTime();
        KinesisApi.Batch batch;
        try {
            if (cursor.iterator == null) {
                cursor.iterator = api.iterator(cursor.shardId, cursor.position);
            }
            batch = api.records(cursor.iterator, cursor.pacing.limit());
        } catch (KinesisException.ShardGone e) {
            return finishUnlessListed(cursor, e);
        }
        List<KinesisRecord> records = batch.records();
        long bytes = 0;
        for (KinesisRecord record : records) {
            bytes += record.data().length;
        }
        cursor.pacing.answered(asked, records.size(), bytes, batch.millisBehind() == 0);
        cursor.iterator = batch.next();
        metrics.behind(cursor.shardId, batch.millisBehind());
        if (!records.isEmpty()) {
            cursor.position = Position.after(records.get(records.size() - 1).sequence());
        }
        if (batch.next() == null) {
            drop(cursor);
            return ShardBatch.last(cursor.shardId, records);
        }
        return records.isEmpty() ? null : ShardBatch.of(cursor.shardId, records);
    }

    /** "Not found" is said of shards past retention, but of deleted streams too: listing fails for those. */
    private ShardBatch finishUnlessListed(Cursor cursor, KinesisException.ShardGone gone) {
        if (api.listShards().stream().anyMatch(shard -> shard.id().equals(cursor.shardId))) {
            throw new KinesisException.Unavailable(gone.getMessage() + ", although it is listed", gone);
        }
        LOG.warn(
                "shard {} is past retention, read {}; what it still had was lost before it could be read",
                cursor.shardId,
                cursor.position);
        metrics.lost.inc();
        drop(cursor);
        return ShardBatch.last(cursor.shardId, List.of());
    }

    private void drop(Cursor cursor) {
        turn.remove(cursor);
        cursors.remove(cursor.shardId);
        metrics.forget(cursor.shardId);
    }

    @Override
    public void handleSplitsChanges(SplitsChange<ShardSplit> change) {
        if (change instanceof SplitsAddition) {
            change.splits().forEach(this::add);
        } else if (change instanceof SplitsRemoval) {
            change.splits().stream()
                    .map(split -> cursors.get(split.shardId()))
                    .filter(Objects::nonNull)
                    .forEach(this::drop);
        } else {
            throw new IllegalArgumentException("not an addition or removal of shards: " + change);
        }
    }

    private void add(ShardSplit split) {
        Cursor cursor = new Cursor(split, new Pacing(options, ThreadLocalRandom.current(), System.nanoTime()));
        cursors.put(cursor.shardId, cursor);
        turn.addLast(cursor);
        metrics.add(cursor.shardId);
    }

    @Override
    public void pauseOrResumeSplits(Collection<ShardSplit> toPause, Collection<ShardSplit> toResume) {
        toPause.forEach(split -> pause(split, true));
        toResume.forEach(split -> pause(split, false));
    }

    private void pause(ShardSplit split, boolean paused) {
        Cursor cursor = cursors.get(split.shardId());
        if (cursor != null) { // else it has just been read to its end
            cursor.paused = paused;
        }
    }

    @Override
    public void wakeUp() {
        woken = true;
        LockSupport.unpark(waiting);
    }

    @Override
    public void close() {
        api.close();
    }
}
