package io.authpulse.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.authpulse.engine.AuthEvent;
import io.authpulse.engine.state.Harness.Backend;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EventTimeOrderTest {
    private static final long ALL_FIT = 64 << 20;
    private static final long FEW_FIT = 12_000;
    private static final long END = Long.MAX_VALUE;

    private final AuthEvent first = Streams.event("1", Streams.START, "alice", "a", null);
    private final AuthEvent second = Streams.event("2", Streams.START + 1, "alice", "b", null);
    private final AuthEvent third = Streams.event("3", Streams.START + 2000, "alice", "a", null);

    @ParameterizedTest(name = "{0}, {1} bytes")
    @CsvSource({"HASHMAP," + ALL_FIT, "HASHMAP," + FEW_FIT, "ROCKSDB," + ALL_FIT, "ROCKSDB," + FEW_FIT})
    void rowsDoNotDependOnTheOrderOfArrivalNorOnRestores(Backend backend, long cacheBytes) throws Exception {
        List<AuthEvent> events = Streams.random(3, 2000);
        List<String> expected = Streams.accountRows(Streams.sorted(events)).stream().sorted().toList();
        for (int seed = 0; seed < 2; seed++) {
            List<AuthEvent> shuffled = shuffledWithin(events, 40, seed);
            assertEquals(expected, run(backend, cacheBytes, shuffled), "shuffle " + seed);
        }
    }

    private static List<String> run(Backend backend, long cacheBytes, List<AuthEvent> events) throws Exception {
        List<String> rows = new ArrayList<>();
        OperatorSubtaskState state = null;
        int part = events.size() / 4;
        for (int from = 0; from < events.size(); from += part) {
            try (Harness harness = Harness.open(backend, Streams.inEventTime(cacheBytes), state)) {
                for (int i = from; i < from + part; i++) {
                    harness.process(events.get(i));
                    harness.watermark(events.subList(i + 1, events.size()).stream()
                            .mapToLong(e -> e.eventTime)
                            .min()
                            .orElse(END) - 1);
                }
                state = harness.snapshot(1);
                rows.addAll(harness.rows());
            }
        }
        Collections.sort(rows);
        return rows;
    }

    /** Each event moves by fewer than so many places. */
    private static List<AuthEvent> shuffledWithin(List<AuthEvent> events, int places, int seed) {
        List<AuthEvent> shuffled = new ArrayList<>(events);
        for (int from = 0; from < shuffled.size(); from += places) {
            Collections.shuffle(shuffled.subList(from, Math.min(shuffled.size(), from + places)), new Random(seed));
        }
        return shuffled;
    }

    @Test
    void anEventWaitsUntilTheWatermarkHasPassedItsSecond() throws Exception {
        try (Harness harness = Harness.open(Backend.HASHMAP, Streams.inEventTime(ALL_FIT))) {
            harness.process(List.of(second, first));
            harness.watermark(Streams.START + 500);
            assertEquals(List.of(), harness.rows());
            harness.watermark(Streams.START + 999);
            assertEquals(Streams.accountRows(List.of(first, second)), harness.rows());
        }
    }

    @Test
    void anEventBehindTheWatermarkIsScoredAtOnceAndIsLateIfItsAccountWasFurther() throws Exception {
        try (Harness harness = Harness.open(Backend.HASHMAP, Streams.inEventTime(ALL_FIT))) {
            harness.process(third);
            harness.watermark(Streams.START + 5000);
            AuthEvent bob = Streams.event("4", Streams.START, "bob", "a", null);
            harness.process(List.of(first, bob));
            assertEquals(Streams.accountRows(List.of(third, first, bob)), harness.rows());
        }
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void whatWaitsIsReleasedWhenNoWatermarkHasComeForSoLong(Backend backend) throws Exception {
        try (Harness harness = Harness.open(backend, Streams.inEventTime(ALL_FIT))) {
            harness.watermark(Streams.START - 1);
            harness.process(List.of(third, second, first));
            harness.processingTime(9_999);
            assertEquals(List.of(), harness.rows());
            harness.processingTime(10_000);
            assertEquals(Streams.accountRows(List.of(first, second, third)), harness.rows());
            assertEquals(1, harness.timers(), "only the clean-up's is left");
        }
    }

    @Test
    void aWatermarkKeepsWhatWaitsFromBeingReleasedEarly() throws Exception {
        try (Harness harness = Harness.open(Backend.HASHMAP, Streams.inEventTime(ALL_FIT))) {
            harness.process(first);
            harness.processingTime(9_000);
            harness.watermark(Streams.START - 1);
            harness.processingTime(18_999);
            assertEquals(List.of(), harness.rows());
            harness.processingTime(19_000);
            assertEquals(1, harness.rows().size());
            harness.process(third);
            harness.processingTime(28_999);
            assertEquals(List.of(), harness.rows(), "a release counts as well");
            harness.processingTime(29_000);
            assertEquals(1, harness.rows().size());
        }
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void aWatermarkThatJumpsAheadScoresWhatWaitsBeforeItRemovesAnything(Backend backend) throws Exception {
        long later = Streams.START + Streams.DAY * 3 / 4;
        AuthEvent kept = Streams.event("5", later, "alice", "a", null);
        AuthEvent keptToo = Streams.event("6", later + Streams.DAY * 3 / 4, "alice", "a", null);
        try (Harness harness = Harness.open(backend, Streams.inEventTime(ALL_FIT))) {
            harness.process(first);
            harness.watermark(Streams.START + 1000);
            harness.process(List.of(keptToo, kept));
            harness.watermark(Streams.START + 30 * Streams.DAY);
            assertEquals(Streams.accountRows(List.of(first, kept, keptToo)), harness.rows());
            assertEquals(0, harness.timers());
        }
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void whatWaitedInASnapshotIsScoredAlsoWhenTheOrderIsNowThatOfArrival(Backend backend) throws Exception {
        OperatorSubtaskState state;
        try (Harness harness = Harness.open(backend, Streams.inEventTime(ALL_FIT))) {
            harness.process(List.of(second, first));
            state = harness.snapshot(1);
        }
        try (Harness harness = Harness.open(backend, Streams.settings(ALL_FIT), state)) {
            harness.watermark(Streams.START + 1000);
            assertEquals(Streams.accountRows(List.of(first, second)), harness.rows());
        }
    }

    @Test
    void atTheEndOfInputEverythingIsScored() throws Exception {
        try (Harness harness = Harness.open(Backend.HASHMAP, Streams.inEventTime(ALL_FIT))) {
            harness.process(List.of(third, first, second));
            harness.watermark(END);
            assertEquals(Streams.accountRows(List.of(first, second, third)), harness.rows());
        }
    }
}
