package io.authpulse.engine.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsRemoval;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ShardReaderTest {
    private static final KinesisSource.Options QUICK = new KinesisSource.Options(1, 1, 8, 3, 1000, 1000);
    private static final String FIRST = "shardId-000000000000";
    private static final String SECOND = "shardId-000000000001";

    private final AtomicLong now = new AtomicLong(1_700_000_000_000L);
    private final FakeKinesis stream = new FakeKinesis(now::get, 2);
    private final ShardMetrics metrics = new ShardMetrics(new UnregisteredMetricsGroup(), "fake");
    private final ShardReader reader = new ShardReader(stream.connect(), metrics, QUICK);

    private final Map<String, List<String>> read = new HashMap<>();
    private final List<String> finished = new ArrayList<>();

    @Test
    void all_shards_are_read_in_their_own_order() {
        add(FIRST, SECOND);
        put(FIRST, "a", "b");
        put(SECOND, "c", "d");
        fetchUntil(() -> count() == 4);
        assertEquals(Map.of(FIRST, List.of("a", "b"), SECOND, List.of("c", "d")), read);
    }

    @Test
    void a_busy_shard_does_not_starve_the_other() {
        stream.replyAtMost(1);
        add(FIRST, SECOND);
        put(FIRST, "a", "b", "c", "d", "e", "f");
        put(SECOND, "x");
        fetchUntil(() -> read.containsKey(SECOND));
        assertTrue(read.getOrDefault(FIRST, List.of()).size() <= 2, read.toString());
    }

    @Test
    void reading_begins_after_the_position_of_the_split() {
        String sequence = stream.put(FIRST, "a".getBytes(UTF_8));
        put(FIRST, "b");
        add(new ShardSplit(FIRST, Set.of(), Position.after(sequence), false));
        fetchUntil(() -> count() == 1);
        assertEquals(List.of("b"), read.get(FIRST));
    }

    @Test
    void a_throttled_shard_rests_while_the_others_go_on_and_loses_nothing() {
        stream.trouble(FIRST, Collections.nCopies(5, FakeKinesis::throttled));
        add(FIRST, SECOND);
        put(FIRST, "a");
        put(SECOND, "b");
        fetchUntil(() -> count() == 2);
        assertEquals(List.of("a"), read.get(FIRST));
        assertEquals(5, metrics.throttled.getCount());
    }

    @Test
    void an_expired_iterator_is_replaced_at_the_same_place() {
        stream.replyAtMost(1);
        add(FIRST);
        put(FIRST, "a", "b", "c");
        fetchUntil(() -> count() == 1);
        now.addAndGet(6 * 60_000);
        fetchUntil(() -> count() == 3);
        assertEquals(List.of("a", "b", "c"), read.get(FIRST));
        assertEquals(1, metrics.expired.getCount());
    }

    @Test
    void a_shard_that_is_unavailable_for_long_fails_the_task() {
        stream.trouble(FIRST, Collections.nCopies(4, FakeKinesis::unavailable));
        add(FIRST);
        assertThrows(KinesisException.Unavailable.class, reader::fetch);
        assertEquals(4, metrics.failed.getCount());
    }

    @Test
    void a_few_failures_pass() {
        stream.trouble(FIRST, Collections.nCopies(3, FakeKinesis::unavailable));
        add(FIRST);
        put(FIRST, "a");
        fetchUntil(() -> count() == 1);
    }

    @Test
    void a_closed_shard_is_finished_with_its_last_records() {
        put(FIRST, "a", "b");
        stream.split(FIRST);
        add(FIRST, SECOND);
        fetchUntil(() -> finished.contains(FIRST));
        assertEquals(List.of("a", "b"), read.get(FIRST));
        put(SECOND, "c");
        fetchUntil(() -> count() == 3);
    }

    @Test
    void a_closed_shard_without_records_is_finished() {
        stream.split(FIRST);
        add(FIRST);
        fetchUntil(() -> finished.contains(FIRST));
    }

    @Test
    void a_shard_past_retention_is_finished_and_counted_as_lost() {
        put(FIRST, "a");
        stream.split(FIRST);
        now.addAndGet(25L * 3600_000);
        add(FIRST, SECOND);
        fetchUntil(() -> finished.contains(FIRST));
        assertEquals(1, metrics.lost.getCount());
    }

    @Test
    void a_deleted_stream_is_not_taken_for_shards_past_retention() {
        add(FIRST);
        stream.delete();
        assertThrows(KinesisException.Refused.class, reader::fetch);
        assertEquals(0, metrics.lost.getCount());
    }

    @Test
    void a_shard_not_found_although_listed_is_tried_again() {
        stream.trouble(FIRST, List.of(() -> new KinesisException.ShardGone("not found", null)));
        add(FIRST);
        put(FIRST, "a");
        fetchUntil(() -> count() == 1);
        assertEquals(0, metrics.lost.getCount());
    }

    @Test
    void a_paused_shard_is_not_read_until_it_is_resumed() {
        add(FIRST, SECOND);
        reader.pauseOrResumeSplits(List.of(split(FIRST)), List.of());
        put(FIRST, "a");
        put(SECOND, "b");
        fetchUntil(() -> count() == 1);
        assertFalse(read.containsKey(FIRST));
        reader.pauseOrResumeSplits(List.of(), List.of(split(FIRST)));
        fetchUntil(() -> count() == 2);
    }

    @Test
    void a_removed_shard_is_not_read_any_more() {
        add(FIRST, SECOND);
        reader.handleSplitsChanges(new SplitsRemoval<>(List.of(split(FIRST), split("shardId-000000000009"))));
        put(FIRST, "a");
        put(SECOND, "b");
        fetchUntil(() -> count() == 1);
        assertEquals(Set.of(SECOND), read.keySet());
    }

    @Test
    void a_reader_that_waits_for_records_can_be_woken() throws InterruptedException {
        KinesisSource.Options slow = new KinesisSource.Options(60_000, 60_000, 60_000, 3, 1000, 1000);
        ShardReader sleeping = new ShardReader(stream.connect(), metrics, slow);
        sleeping.handleSplitsChanges(new SplitsAddition<>(List.of(split(FIRST))));
        Thread fetcher = new Thread(sleeping::fetch);
        fetcher.start();
        while (stream.calls() < 2) { // iterator and read: it finds nothing, and is due again in a minute
            Thread.onSpinWait();
        }
        sleeping.wakeUp();
        fetcher.join(20_000);
        assertFalse(fetcher.isAlive());
    }

    @Test
    void without_shards_a_fetch_returns_with_nothing() {
        RecordsWithSplitIds<KinesisRecord> nothing = reader.fetch();
        assertEquals(null, nothing.nextSplit());
        assertEquals(Set.of(), nothing.finishedSplits());
    }

    private void add(String... shardIds) {
        for (String shardId : shardIds) {
            add(split(shardId));
        }
    }

    private void add(ShardSplit split) {
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(split)));
    }

    private static ShardSplit split(String shardId) {
        return new ShardSplit(shardId, Set.of(), Position.TRIM_HORIZON, false);
    }

    private void put(String shardId, String... texts) {
        for (String text : texts) {
            stream.put(shardId, text.getBytes(UTF_8));
        }
    }

    private int count() {
        return read.values().stream().mapToInt(List::size).sum();
    }

    private void fetchUntil(Supplier<Boolean> reached) {
        while (!reached.get()) {
            RecordsWithSplitIds<KinesisRecord> batch = reader.fetch();
            for (String shard = batch.nextSplit(); shard != null; shard = batch.nextSplit()) {
                KinesisRecord record;
                while ((record = batch.nextRecordFromSplit()) != null) {
                    read.computeIfAbsent(shard, s -> new ArrayList<>()).add(new String(record.data(), UTF_8));
                }
            }
            finished.addAll(batch.finishedSplits());
        }
    }
}
