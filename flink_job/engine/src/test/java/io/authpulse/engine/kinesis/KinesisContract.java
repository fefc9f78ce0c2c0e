package io.authpulse.engine.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the source relies on, whoever answers: the fake of the tests, the local Kinesis, and by it the service. */
abstract class KinesisContract {
    /** A stream of two shards, new for each test. */
    interface Stream {
        KinesisApi connect();

        /** To a stream that is not there. */
        KinesisApi connectToNone();

        String put(String shardId, byte[] data);

        void split(String shardId);

        void merge(String shardId, String adjacent);

        /** Returns a time that is after all that has arrived and before all that arrives from now on. */
        long passTime();
    }

    static final String FIRST = "shardId-000000000000";
    static final String SECOND = "shardId-000000000001";

    Stream stream;
    KinesisApi api;

    abstract Stream newStream();

    @BeforeEach
    void connect() {
        stream = newStream();
        api = stream.connect();
    }

    @AfterEach
    void disconnect() {
        api.close();
    }

    @Test
    void a_new_stream_lists_its_shards_without_parents() {
        assertEquals(
                List.of(new KinesisApi.Shard(FIRST, Set.of()), new KinesisApi.Shard(SECOND, Set.of())),
                api.listShards());
    }

    @Test
    void after_a_split_both_children_name_their_parent_which_is_still_listed() {
        stream.split(FIRST);
        assertEquals(Set.of(), parents(FIRST));
        assertEquals(Set.of(FIRST), parents("shardId-000000000002"));
        assertEquals(Set.of(FIRST), parents("shardId-000000000003"));
    }

    @Test
    void after_a_merge_the_child_names_both_parents() {
        stream.merge(FIRST, SECOND);
        assertEquals(Set.of(FIRST, SECOND), parents("shardId-000000000002"));
    }

    @Test
    void the_horizon_gives_everything_in_order_with_growing_sequence_numbers() {
        long before = stream.passTime();
        putAll("a", "b", "c");
        KinesisApi.Batch batch = read(Position.TRIM_HORIZON, 10);
        assertEquals(List.of("a", "b", "c"), texts(batch));
        for (int i = 1; i < 3; i++) {
            BigInteger earlier = new BigInteger(batch.records().get(i - 1).sequence());
            assertTrue(new BigInteger(batch.records().get(i).sequence()).compareTo(earlier) > 0);
        }
        assertTrue(batch.records().get(0).arrival() >= before);
        assertTrue(batch.records().get(2).arrival() <= stream.passTime());
    }

    @Test
    void bytes_come_back_as_they_were_put() {
        byte[] data = {0, -1, 127, -128, '\n', 34};
        stream.put(FIRST, data);
        assertArrayEquals(data, read(Position.TRIM_HORIZON, 1).records().get(0).data());
    }

    @Test
    void latest_gives_what_is_put_after_the_iterator_was_made() {
        putAll("before");
        String iterator = api.iterator(FIRST, Position.LATEST);
        putAll("after");
        assertEquals(List.of("after"), texts(api.records(iterator, 10)));
    }

    @Test
    void a_timestamp_gives_what_arrived_then_or_later() {
        putAll("before");
        long between = stream.passTime();
        putAll("after");
        assertEquals(List.of("after"), texts(read(Position.at(between), 10)));
        long arrival = read(Position.at(between), 10).records().get(0).arrival();
        assertEquals(List.of("after"), texts(read(Position.at(arrival), 10)));
    }

    @Test
    void a_timestamp_before_the_stream_began_gives_everything() {
        putAll("a");
        assertEquals(List.of("a"), texts(read(Position.at(1_000_000_000_000L), 10)));
    }

    @Test
    void after_a_sequence_number_comes_the_next_record() {
        putAll("a");
        String sequence = stream.put(FIRST, "b".getBytes(UTF_8));
        putAll("c");
        assertEquals(List.of("c"), texts(read(Position.after(sequence), 10)));
    }

    @Test
    void the_sequence_number_of_a_record_is_the_one_its_put_returned() {
        String sequence = stream.put(FIRST, "a".getBytes(UTF_8));
        assertEquals(sequence, read(Position.TRIM_HORIZON, 1).records().get(0).sequence());
    }

    @Test
    void a_limit_is_kept_and_the_next_iterator_goes_on_behind_it() {
        putAll("a", "b", "c");
        KinesisApi.Batch first = read(Position.TRIM_HORIZON, 2);
        assertEquals(List.of("a", "b"), texts(first));
        assertEquals(List.of("c"), texts(api.records(first.next(), 2)));
    }

    @Test
    void an_iterator_may_be_used_twice() {
        putAll("a");
        String iterator = api.iterator(FIRST, Position.TRIM_HORIZON);
        assertEquals(texts(api.records(iterator, 1)), texts(api.records(iterator, 1)));
    }

    @Test
    void the_end_of_an_open_shard_is_empty_and_goes_on() {
        KinesisApi.Batch empty = read(Position.TRIM_HORIZON, 10);
        assertEquals(List.of(), empty.records());
        assertEquals(0, empty.millisBehind());
        assertNotNull(empty.next());
        putAll("later");
        assertEquals(List.of("later"), texts(api.records(empty.next(), 10)));
    }

    @Test
    void a_reader_that_is_behind_learns_how_far() {
        putAll("a", "b");
        stream.passTime();
        assertTrue(read(Position.TRIM_HORIZON, 1).millisBehind() > 0);
        assertEquals(0, read(Position.TRIM_HORIZON, 2).millisBehind());
    }

    @Test
    void a_closed_shard_ends_and_its_children_have_what_came_later() {
        putAll("a", "b");
        stream.split(FIRST);
        stream.put("shardId-000000000002", "c".getBytes(UTF_8));
        KinesisApi.Batch part = read(Position.TRIM_HORIZON, 1);
        assertEquals(List.of("a"), texts(part));
        assertNotNull(part.next());
        List<String> rest = new ArrayList<>();
        for (String next = part.next(); next != null; ) {
            KinesisApi.Batch batch = api.records(next, 10);
            rest.addAll(texts(batch));
            next = batch.next();
        }
        assertEquals(List.of("b"), rest);
        String child = api.iterator("shardId-000000000002", Position.TRIM_HORIZON);
        assertEquals(List.of("c"), texts(api.records(child, 10)));
    }

    @Test
    void a_closed_shard_ends_at_once_for_a_timestamp_after_its_last_record() {
        putAll("a");
        stream.split(FIRST);
        KinesisApi.Batch batch = read(Position.at(stream.passTime()), 10);
        assertEquals(List.of(), batch.records());
        assertNull(batch.next());
    }

    @Test
    void a_reply_stays_below_ten_megabytes_whatever_the_limit() {
        for (int i = 0; i < 12; i++) {
            stream.put(FIRST, new byte[1_000_000]);
        }
        KinesisApi.Batch first = read(Position.TRIM_HORIZON, 10_000);
        assertFalse(first.records().isEmpty());
        assertTrue(first.records().size() <= 10);
        assertEquals(12 - first.records().size(), api.records(first.next(), 10_000).records().size());
    }

    @Test
    void a_shard_that_is_not_there_is_gone() {
        assertThrows(
                KinesisException.ShardGone.class,
                () -> api.iterator("shardId-000000000077", Position.TRIM_HORIZON));
    }

    @Test
    void a_stream_that_is_not_there_is_refused_in_one_line() {
        try (KinesisApi none = stream.connectToNone()) {
            KinesisException refused = assertThrows(KinesisException.Refused.class, none::listShards);
            assertTrue(refused.getMessage().contains("check stream.arn"), refused.getMessage());
            assertFalse(refused.getMessage().contains("\n"));
            assertThrows(KinesisException.ShardGone.class, () -> none.iterator(FIRST, Position.TRIM_HORIZON));
        }
    }

    private void putAll(String... texts) {
        for (String text : texts) {
            stream.put(FIRST, text.getBytes(UTF_8));
        }
    }

    private KinesisApi.Batch read(Position from, int limit) {
        return api.records(api.iterator(FIRST, from), limit);
    }

    private Set<String> parents(String shardId) {
        return api.listShards().stream()
                .filter(shard -> shard.id().equals(shardId))
                .findFirst()
                .orElseThrow()
                .parents();
    }

    static List<String> texts(KinesisApi.Batch batch) {
        return batch.records().stream().map(record -> new String(record.data(), UTF_8)).toList();
    }
}
