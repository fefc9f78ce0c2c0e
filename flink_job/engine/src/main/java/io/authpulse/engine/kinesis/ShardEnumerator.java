package io.authpulse.engine.kinesis;

import io.authpulse.engine.kinesis.EnumeratorState.Entry;
import io.authpulse.engine.kinesis.EnumeratorState.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds shards and hands them out: a child only when all its parents are read to their ends and {@link Handovers}
 * allows it, each to the reader with the fewest shards.
 *
 * <p>Recovery of single tasks is exact by three rules. Restored readers do not keep their shards but report them here,
 * and the report is the truth, also where this enumerator has newer news: the reader went back in time. Nothing is
 * handed out until every reader is registered and has reported, so a child cannot start beside a parent that is about
 * to come back. And readers keep finished shards in their state until this one's surely has them ({@link
 * KinesisSourceReader}).
 */
final class ShardEnumerator implements SplitEnumerator<ShardSplit, EnumeratorState> {
    private static final Logger LOG = LoggerFactory.getLogger(ShardEnumerator.class);

    /** How many looks in a row may get no answer before a job that knows no shard yet gives up. */
    private static final int FIRST_LOOKS = 3;

    private static final int NOBODY = -1;

    private final SplitEnumeratorContext<ShardSplit> context;
    private final KinesisApi api;
    private final long discoveryMs;
    private final Handovers handovers;
    private final Position start;
    private final TreeMap<String, Entry> shards; // parents have lower ids than their children, so they come first
    private final Map<String, Integer> owners = new HashMap<>(); // of assigned shards, as far as known
    private final Set<Integer> reported = new HashSet<>(); // readers whose report was taken
    private int failedLooks;

    ShardEnumerator(
            SplitEnumeratorContext<ShardSplit> context,
            KinesisApi api,
            KinesisSource.Options options,
            EnumeratorState state,
            LongSupplier nanoTime) {
        this.context = context;
        this.api = api;
        this.discoveryMs = options.discoveryMs();
        this.handovers = new Handovers(options.handoverMs(), nanoTime);
        this.start = state.start();
        this.shards = new TreeMap<>(state.shards());
    }

    @Override
    public void start() {
        context.callAsync(api::listShards, this::listed, 0, discoveryMs);
    }

    /** Throwing here fails the job. */
    private void listed(List<KinesisApi.Shard> found, Throwable error) {
        if (error != null) {
            tolerate(error);
            return;
        }
        failedLooks = 0;
        for (KinesisApi.Shard shard : found) {
            if (!shards.containsKey(shard.id())) {
                LOG.info("found {} with parents {}", shard.id(), shard.parents());
                put(new ShardSplit(shard.id(), shard.parents(), start, false), Status.WAITING);
            }
        }
        Set<String> there = found.stream().map(KinesisApi.Shard::id).collect(Collectors.toSet());
        // what is finished and past retention need not be remembered either
        shards.values().removeIf(e -> e.status() == Status.FINISHED && !there.contains(e.split().shardId()));
        assign();
    }

    /** Known shards can be read without new ones being found. A refusal stays one until somebody changes something. */
    private void tolerate(Throwable error) {
        failedLooks++;
        boolean tooOften = shards.isEmpty() && failedLooks >= FIRST_LOOKS;
        boolean passes = error instanceof KinesisException.Throttled
                || error instanceof KinesisException.Unavailable && !tooOften;
        if (!passes) {
            throw error instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(error);
        }
        LOG.warn("looking for new shards has failed {} times in a row: {}", failedLooks, error.getMessage());
    }

    private void assign() {
        Map<Integer, ReaderInfo> readers = context.registeredReaders();
        if (readers.size() < context.currentParallelism() || !reported.containsAll(readers.keySet())) {
            return;
        }
        takeBackOrphans();
        int[] load = new int[context.currentParallelism()];
        owners.values().forEach(owner -> load[owner]++);
        Map<Integer, List<ShardSplit>> assignment = new HashMap<>();
        for (Entry entry : List.copyOf(shards.values())) {
            ShardSplit split = entry.split();
            int reader = entry.status() == Status.WAITING && parentsAreRead(split) ? readerFor(split, load) : NOBODY;
            if (reader != NOBODY) {
                load[reader]++;
                put(split, Status.ASSIGNED);
                owners.put(split.shardId(), reader);
                assignment.computeIfAbsent(reader, r -> new ArrayList<>()).add(split);
            }
        }
        if (!assignment.isEmpty()) {
            LOG.info("handing out {}", assignment);
            context.assignSplits(new SplitsAssignment<>(assignment));
        }
    }

    /** A shard that this state calls assigned and no reader reports would never be read: rather twice than never. */
    private void takeBackOrphans() {
        for (Entry entry : List.copyOf(shards.values())) {
            ShardSplit split = entry.split();
            if (entry.status() == Status.ASSIGNED && !owners.containsKey(split.shardId())) {
                LOG.warn("no reader has {} in its state; it is read {} again", split.shardId(), split.position());
                put(split, Status.WAITING);
            }
        }
    }

    /** A parent that nobody knows is past retention. */
    private boolean parentsAreRead(ShardSplit split) {
        return split.parents().stream()
                .map(shards::get)
                .allMatch(parent -> parent == null || parent.status() == Status.FINISHED);
    }

    /** Of the readers with the fewest shards the first that may begin this one now. */
    private int readerFor(ShardSplit split, int[] load) {
        int fewest = Arrays.stream(load).min().orElseThrow();
        return IntStream.range(0, load.length)
                .filter(reader -> load[reader] == fewest && handovers.allows(reader, split.parents()))
                .findFirst()
                .orElse(NOBODY);
    }

    private void put(ShardSplit split, Status status) {
        shards.put(split.shardId(), new Entry(split, status));
        owners.remove(split.shardId());
        handovers.forget(split.shardId());
    }

    @Override
    public void addReader(int subtask) {
        ReaderInfo reader = context.registeredReaders().get(subtask);
        List<ShardSplit> report = reader == null ? List.of() : reader.getReportedSplitsOnRegistration();
        owners.values().removeIf(owner -> owner == subtask);
        for (ShardSplit split : report) {
            put(split, split.finished() ? Status.FINISHED : Status.WAITING);
        }
        if (!report.isEmpty()) {
            LOG.info("reader {} reports {}", subtask, report);
        }
        reported.add(subtask);
        assign();
    }

    /** Handed out after the checkpoint that the reader goes back to, so it does not report them. */
    @Override
    public void addSplitsBack(List<ShardSplit> splits, int subtask) {
        LOG.info("reader {} failed; back from it: {}", subtask, splits);
        reported.remove(subtask);
        for (ShardSplit split : splits) {
            put(split, Status.WAITING);
        }
    }

    @Override
    public void handleSourceEvent(int subtask, SourceEvent event) {
        if (!(event instanceof KinesisSourceReader.Finished news)) {
            throw new IllegalArgumentException("not an event of this source: " + event);
        }
        LOG.info("reader {} has finished {}", subtask, news.shardIds());
        for (String shardId : news.shardIds()) {
            put(shards.get(shardId).split().asFinished(), Status.FINISHED);
            handovers.finished(shardId, subtask);
        }
        context.callAsync(api::listShards, this::listed); // children are there already; why wait for the next look
    }

    /** Nobody asks: shards are handed out as they come. */
    @Override
    public void handleSplitRequest(int subtask, String requesterHostname) {}

    @Override
    public EnumeratorState snapshotState(long checkpointId) {
        handovers.checkpointBegins(checkpointId);
        return new EnumeratorState(start, shards);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        handovers.checkpointIsComplete(checkpointId);
        assign();
    }

    @Override
    public void close() {
        api.close();
    }
}
