package io.authpulse.engine.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.authpulse.engine.kinesis.EnumeratorState.Entry;
import io.authpulse.engine.kinesis.EnumeratorState.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.junit.jupiter.api.Test;

class ShardEnumeratorTest {
    private static final String A = "shardId-000000000000";
    private static final String B = "shardId-000000000001";
    private static final String C = "shardId-000000000002";
    private static final String D = "shardId-000000000003";

    private long now = 1_700_000_000_000L;
    private long nanoTime;
    private final FakeKinesis stream = new FakeKinesis(() -> now, 2);
    private final Coordinator coordinator = new Coordinator();
    private ShardEnumerator enumerator = enumerator(EnumeratorState.at(Position.TRIM_HORIZON));

    @Test
    void nothing_is_handed_out_before_all_readers_are_there() {
        coordinator.look();
        register(0);
        assertEquals(Map.of(), coordinator.assigned);
        register(1);
        assertEquals(Map.of(A, 0, B, 1), coordinator.owners());
    }

    @Test
    void shards_begin_where_the_job_was_told_to_start() {
        enumerator = enumerator(EnumeratorState.at(Position.at(7)));
        registerAll();
        coordinator.look();
        assertEquals(Position.at(7), coordinator.assigned.get(0).get(0).position());
    }

    @Test
    void each_shard_goes_to_the_reader_with_the_fewest() {
        stream.split(B);
        registerAll();
        coordinator.look();
        finish(1, B);
        stream.split(A);
        finish(0, A);
        Map<Integer, Integer> counts = new HashMap<>();
        Set.of(C, D, "shardId-000000000004", "shardId-000000000005")
                .forEach(shard -> counts.merge(coordinator.owners().get(shard), 1, Integer::sum));
        assertEquals(Map.of(0, 2, 1, 2), counts);
    }

    @Test
    void children_wait_for_their_parent_and_come_right_after_it() {
        registerAll();
        coordinator.look();
        stream.split(A);
        coordinator.look();
        assertEquals(Set.of(A, B), coordinator.owners().keySet());
        finish(0, A);
        assertEquals(Set.of(A, B, C, D), coordinator.owners().keySet());
    }

    @Test
    void the_child_of_a_merge_waits_for_both_parents() {
        registerAll();
        coordinator.look();
        stream.merge(A, B);
        finish(0, A);
        assertEquals(Set.of(A, B), coordinator.owners().keySet());
        finish(1, B);
        checkpoint(1);
        assertEquals(Set.of(A, B, C), coordinator.owners().keySet());
    }

    @Test
    void a_child_of_two_readers_shards_waits_for_a_checkpoint_that_began_after_both_ended() {
        registerAll();
        coordinator.look();
        stream.merge(A, B);
        enumerator.snapshotState(1);
        finish(0, A);
        finish(1, B);
        enumerator.notifyCheckpointComplete(1);
        assertEquals(Set.of(A, B), coordinator.owners().keySet());
        checkpoint(2);
        assertEquals(Set.of(A, B, C), coordinator.owners().keySet());
    }

    @Test
    void a_child_goes_at_once_to_the_reader_of_the_only_end_that_no_checkpoint_covers() {
        registerAll();
        coordinator.look();
        stream.merge(A, B);
        finish(0, A);
        checkpoint(1);
        finish(1, B);
        assertEquals(1, coordinator.owners().get(C));
    }

    @Test
    void a_child_that_goes_to_another_reader_waits_for_a_checkpoint_and_its_sibling_does_not() {
        coordinator.parallelism = 4;
        registerAll();
        coordinator.look();
        stream.split(A);
        finish(0, A);
        assertEquals(0, coordinator.owners().get(C));
        assertEquals(Set.of(A, B, C), coordinator.owners().keySet());
        checkpoint(1);
        assertEquals(2, coordinator.owners().get(D));
    }

    @Test
    void without_checkpoints_a_child_waits_three_minutes() {
        registerAll();
        coordinator.look();
        stream.merge(A, B);
        finish(0, A);
        finish(1, B);
        nanoTime = 179_000_000_000L;
        coordinator.look();
        assertEquals(Set.of(A, B), coordinator.owners().keySet());
        nanoTime = 180_000_000_000L;
        coordinator.look();
        assertEquals(Set.of(A, B, C), coordinator.owners().keySet());
    }

    @Test
    void the_child_of_a_parent_past_retention_does_not_wait() {
        stream.split(A);
        now += 25L * 3600_000;
        registerAll();
        coordinator.look();
        assertEquals(Set.of(B, C, D), coordinator.owners().keySet());
    }

    @Test
    void finished_shards_are_forgotten_once_past_retention() {
        registerAll();
        coordinator.look();
        stream.split(A);
        finish(0, A);
        assertEquals(Status.FINISHED, status(A));
        now += 25L * 3600_000;
        coordinator.look();
        assertEquals(Set.of(B, C, D), enumerator.snapshotState(1).shards().keySet());
    }

    @Test
    void shards_come_back_from_a_failed_reader_with_the_position_they_were_handed_out_with() {
        registerAll();
        coordinator.look();
        ShardSplit handed = coordinator.assigned.get(0).get(0);
        fail(0, List.of(handed));
        assertEquals(Status.WAITING, status(A));
        register(0);
        assertEquals(List.of(handed, handed), coordinator.assigned.get(0));
    }

    @Test
    void nothing_is_handed_out_while_a_reader_is_down() {
        registerAll();
        coordinator.look();
        fail(0, List.of());
        stream.split(B);
        finish(1, B);
        assertEquals(Set.of(A, B), coordinator.owners().keySet());
        register(0, new ShardSplit(A, Set.of(), Position.after("5"), false));
        assertEquals(Set.of(A, B, C, D), coordinator.owners().keySet());
    }

    @Test
    void what_a_restored_reader_reports_overrides_newer_news() {
        registerAll();
        coordinator.look();
        stream.split(A);
        finish(0, A);
        List<ShardSplit> children = List.of(
                new ShardSplit(C, Set.of(A), Position.TRIM_HORIZON, false),
                new ShardSplit(D, Set.of(A), Position.TRIM_HORIZON, false));
        coordinator.assigned.clear();
        fail(0, children);
        fail(1, children);
        register(1, new ShardSplit(B, Set.of(), Position.after("7"), false));
        register(0, new ShardSplit(A, Set.of(), Position.after("5"), false));
        assertEquals(Set.of(A, B), coordinator.owners().keySet());
        assertEquals(Position.after("5"), find(A).position());
    }

    @Test
    void a_finished_shard_in_a_readers_report_is_news_to_an_older_enumerator() {
        stream.split(A);
        enumerator = enumerator(new EnumeratorState(
                Position.TRIM_HORIZON,
                Map.of(
                        A, entry(A, Set.of(), Status.ASSIGNED),
                        B, entry(B, Set.of(), Status.ASSIGNED),
                        C, entry(C, Set.of(A), Status.WAITING),
                        D, entry(D, Set.of(A), Status.WAITING))));
        register(0, new ShardSplit(A, Set.of(), Position.after("5"), true));
        register(1, new ShardSplit(B, Set.of(), Position.after("7"), false));
        assertEquals(Set.of(B, C, D), coordinator.owners().keySet());
        assertEquals(Status.FINISHED, status(A));
    }

    @Test
    void restored_shards_are_shared_out_anew_when_the_number_of_readers_has_changed() {
        coordinator.parallelism = 1;
        enumerator = enumerator(new EnumeratorState(
                Position.TRIM_HORIZON,
                Map.of(A, entry(A, Set.of(), Status.ASSIGNED), B, entry(B, Set.of(), Status.ASSIGNED))));
        register(
                0,
                new ShardSplit(A, Set.of(), Position.after("5"), false),
                new ShardSplit(B, Set.of(), Position.after("7"), false));
        assertEquals(Map.of(A, 0, B, 0), coordinator.owners());
    }

    @Test
    void a_shard_that_nobody_reports_is_read_again_rather_than_never() {
        enumerator = enumerator(new EnumeratorState(
                Position.TRIM_HORIZON, Map.of(A, entry(A, Set.of(), Status.ASSIGNED))));
        registerAll();
        assertEquals(Map.of(A, 0), coordinator.owners());
    }

    @Test
    void a_refusal_fails_the_job_at_any_time() {
        registerAll();
        coordinator.look();
        stream.delete();
        assertThrows(KinesisException.Refused.class, coordinator::look);
    }

    @Test
    void a_service_that_is_not_there_at_the_start_fails_the_job_at_the_third_look() {
        stream.sometimes(FakeKinesis::unavailable);
        coordinator.look();
        coordinator.look();
        KinesisException error = assertThrows(KinesisException.Unavailable.class, coordinator::look);
        assertTrue(error.getMessage().contains("reset"));
    }

    @Test
    void being_throttled_at_the_start_is_waited_out() {
        stream.sometimes(FakeKinesis::throttled);
        for (int i = 0; i < 10; i++) {
            coordinator.look();
        }
        stream.sometimes(() -> null);
        registerAll();
        coordinator.look();
        assertEquals(Set.of(A, B), coordinator.owners().keySet());
    }

    @Test
    void later_looks_may_fail_while_known_shards_are_read() {
        registerAll();
        coordinator.look();
        stream.sometimes(FakeKinesis::unavailable);
        for (int i = 0; i < 10; i++) {
            coordinator.look();
        }
        stream.sometimes(() -> null);
        stream.split(A);
        finish(0, A);
        assertEquals(Set.of(A, B, C, D), coordinator.owners().keySet());
    }

    private ShardEnumerator enumerator(EnumeratorState state) {
        KinesisSource.Options options = KinesisSource.Options.DEFAULT;
        ShardEnumerator made = new ShardEnumerator(coordinator, stream.connect(), options, state, () -> nanoTime);
        made.start();
        return made;
    }

    private static Entry entry(String shardId, Set<String> parents, Status status) {
        return new Entry(new ShardSplit(shardId, parents, Position.TRIM_HORIZON, false), status);
    }

    private void registerAll() {
        for (int reader = 0; reader < coordinator.parallelism; reader++) {
            register(reader);
        }
    }

    private void register(int reader, ShardSplit... report) {
        coordinator.readers.put(reader, ReaderInfo.createReaderInfo(reader, "here", List.of(report)));
        enumerator.addReader(reader);
    }

    /** In the order in which Flink does it. */
    private void fail(int reader, List<ShardSplit> back) {
        coordinator.readers.remove(reader);
        enumerator.addSplitsBack(back, reader);
    }

    private void finish(int reader, String shardId) {
        enumerator.handleSourceEvent(reader, new KinesisSourceReader.Finished(List.of(shardId)));
    }

    private void checkpoint(long id) {
        enumerator.snapshotState(id);
        enumerator.notifyCheckpointComplete(id);
    }

    private Status status(String shardId) {
        return enumerator.snapshotState(1).shards().get(shardId).status();
    }

    private ShardSplit find(String shardId) {
        return coordinator.assigned.values().stream()
                .flatMap(List::stream)
                .filter(split -> split.shardId().equals(shardId))
                .findFirst()
                .orElseThrow();
    }

    /** Calls that would be asynchronous happen at once; periodic ones when told to. */
    private static final class Coordinator implements SplitEnumeratorContext<ShardSplit> {
        int parallelism = 2;
        final Map<Integer, ReaderInfo> readers = new TreeMap<>();
        final Map<Integer, List<ShardSplit>> assigned = new HashMap<>();
        private Runnable periodic;

        void look() {
            periodic.run();
        }

        /** Who was given a shard last. */
        Map<String, Integer> owners() {
            Map<String, Integer> owners = new HashMap<>();
            assigned.forEach((reader, splits) -> splits.forEach(split -> owners.put(split.shardId(), reader)));
            return owners;
        }

        @Override
        public int currentParallelism() {
            return parallelism;
        }

        @Override
        public Map<Integer, ReaderInfo> registeredReaders() {
            return readers;
        }

        @Override
        public void assignSplits(SplitsAssignment<ShardSplit> assignment) {
            assignment.assignment().forEach((reader, splits) -> assigned
                    .computeIfAbsent(reader, r -> new ArrayList<>())
                    .addAll(splits));
        }

        @Override
        public <T> void callAsync(Callable<T> call, BiConsumer<T, Throwable> handler) {
            T result = null;
            Throwable error = null;
            try {
                result = call.call();
            } catch (Exception e) {
                error = e;
            }
            handler.accept(result, error);
        }

        @Override
        public <T> void callAsync(Callable<T> call, BiConsumer<T, Throwable> handler, long delay, long period) {
            periodic = () -> callAsync(call, handler);
        }

        @Override
        public void runInCoordinatorThread(Runnable runnable) {
            runnable.run();
        }

        @Override
        public SplitEnumeratorMetricGroup metricGroup() {
            throw new UnsupportedOperationException("the enumerator has no metrics");
        }

        @Override
        public void sendEventToSourceReader(int reader, SourceEvent event) {
            throw new UnsupportedOperationException("the enumerator sends no events");
        }

        @Override
        public void signalNoMoreSplits(int reader) {
            throw new UnsupportedOperationException("a stream has no end");
        }
    }
}
