package io.authpulse.engine.kinesis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which reader may begin a child, so that its records come after its parents' everywhere downstream as well.
 *
 * <p>That a parent is read to its end does not mean that its last records have arrived: they may wait in network
 * buffers, and the child's would overtake them from another task. From the same task they cannot. Elsewhere the child
 * has to wait for a checkpoint that began after the parent's end: once it is complete (and aligned), everything before
 * it has been worked on. By then no recovery goes back to before the parent's end either.
 */
final class Handovers {
    private static final Logger LOG = LoggerFactory.getLogger(Handovers.class);
    private static final long NO_CHECKPOINT = Long.MAX_VALUE;
    private static final long MILLI = 1_000_000;

    private final long patienceNanos;
    private final LongSupplier nanoTime;
    private final Map<String, End> recent = new HashMap<>(); // ends that no complete checkpoint covers

    /** @param checkpoint the first that began after the end */
    private record End(int reader, long time, long checkpoint) {}

    Handovers(long patienceMs, LongSupplier nanoTime) {
        this.patienceNanos = patienceMs * MILLI;
        this.nanoTime = nanoTime;
    }

    void finished(String shardId, int reader) {
        recent.put(shardId, new End(reader, nanoTime.getAsLong(), NO_CHECKPOINT));
    }

    /** The end is undone, or known from a checkpoint. */
    void forget(String shardId) {
        recent.remove(shardId);
    }

    void checkpointBegins(long checkpointId) {
        recent.replaceAll((shardId, end) ->
                end.checkpoint() == NO_CHECKPOINT ? new End(end.reader(), end.time(), checkpointId) : end);
    }

    void checkpointIsComplete(long checkpointId) {
        recent.values().removeIf(end -> end.checkpoint() <= checkpointId);
    }

    /** Whether that reader may begin a child of these parents, all of them finished, now. */
    boolean allows(int reader, Set<String> parents) {
        List<End> ends = parents.stream().map(recent::get).filter(Objects::nonNull).toList();
        if (ends.stream().allMatch(end -> end.reader() == reader)) {
            return true;
        }
        long now = nanoTime.getAsLong();
        boolean allowed = ends.stream().allMatch(end -> now - end.time() >= patienceNanos);
        if (allowed) {
            LOG.warn("no checkpoint since shards {} ended; their child is read although it may overtake them", parents);
        }
        return allowed;
    }
}
