package io.authpulse.engine.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PacingTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final long MEGABYTE = 1 << 20;
    private static final long NOW = Long.MAX_VALUE - SECOND; // nanoTime may be anything, and may overflow

    private final Pacing pacing = new Pacing(KinesisSource.Options.DEFAULT, new Random(1), NOW);

    @Test
    void a_new_shard_may_be_read_at_once() {
        assertTrue(pacing.waitAt(NOW) <= 0);
    }

    @Test
    void a_shard_is_read_five_times_a_second_whatever_it_brings() {
        pacing.answered(NOW, 10_000, 4 * MEGABYTE, false);
        assertEquals(200 * MILLI, pacing.waitAt(NOW));
        pacing.answered(NOW, 0, 0, false);
        assertEquals(200 * MILLI, pacing.waitAt(NOW));
        pacing.answered(NOW, 3, 100, true);
        assertEquals(200 * MILLI, pacing.waitAt(NOW));
    }

    @Test
    void an_empty_shard_is_read_less_often() {
        pacing.answered(NOW, 0, 0, true);
        assertEquals(500 * MILLI, pacing.waitAt(NOW));
    }

    @Test
    void the_limit_aims_at_four_megabytes_whatever_the_size_of_records() {
        assertEquals(10_000, pacing.limit());
        pacing.answered(NOW, 400, 400 * 25_000L, false);
        assertEquals(4 * MEGABYTE / 25_000, pacing.limit());
        pacing.answered(NOW, 1, 10 * MEGABYTE, false);
        assertEquals(Pacing.FEWEST_RECORDS, pacing.limit());
    }

    @Test
    void the_limit_grows_slowly_again_up_to_the_services_own() {
        pacing.answered(NOW, 1, 10 * MEGABYTE, false);
        pacing.answered(NOW, 10, 1000, false);
        assertEquals(20, pacing.limit());
        for (int i = 0; i < 100; i++) {
            pacing.answered(NOW, 10, 1000, false);
        }
        assertEquals(Pacing.MOST_RECORDS, pacing.limit());
    }

    @Test
    void a_throttled_shard_rests_longer_each_time_with_jitter_up_to_ten_seconds() {
        long longest = 200 * MILLI;
        for (int i = 0; i < 40; i++) {
            longest = Math.min(longest * 2, 10 * SECOND);
            pacing.throttled(NOW);
            assertTrue(pacing.waitAt(NOW) >= longest / 2 && pacing.waitAt(NOW) <= longest, "rest " + i);
        }
    }

    @Test
    void two_shards_throttled_together_do_not_come_back_together() {
        Pacing other = new Pacing(KinesisSource.Options.DEFAULT, new Random(2), NOW);
        pacing.throttled(NOW);
        other.throttled(NOW);
        assertNotEquals(pacing.waitAt(NOW), other.waitAt(NOW));
    }

    @Test
    void after_throttling_bytes_count_too_for_a_minute() {
        pacing.throttled(NOW);
        pacing.answered(NOW + 59 * SECOND, 100, 4 * MEGABYTE, false);
        assertEquals(2 * SECOND, pacing.waitAt(NOW + 59 * SECOND));
        pacing.answered(NOW + 61 * SECOND, 100, 4 * MEGABYTE, false);
        assertEquals(200 * MILLI, pacing.waitAt(NOW + 61 * SECOND));
    }

    @Test
    void an_answer_ends_the_backing_off() {
        for (int i = 0; i < 10; i++) {
            pacing.throttled(NOW);
        }
        pacing.answered(NOW, 1, 1, false);
        pacing.throttled(NOW);
        assertTrue(pacing.waitAt(NOW) <= 400 * MILLI);
    }

    @Test
    void a_shard_is_given_up_after_fifty_failures_in_a_row() {
        for (int i = 0; i < 50; i++) {
            assertTrue(pacing.failed(NOW), "failure " + i);
        }
        assertFalse(pacing.failed(NOW));
    }

    @Test
    void throttling_never_gives_a_shard_up_and_an_answer_forgives_failures() {
        for (int i = 0; i < 1000; i++) {
            pacing.throttled(NOW);
        }
        for (int i = 0; i < 50; i++) {
            pacing.failed(NOW);
        }
        pacing.answered(NOW, 0, 0, true);
        assertTrue(pacing.failed(NOW));
    }
}
