package io.authpulse.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.authpulse.engine.AuthEvent;
import io.authpulse.engine.state.Harness.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EntityOperatorTest {
    private static final long ALL_FIT = 64 << 20;
    private static final long FEW_FIT = 12_000; // of 40 accounts, one of which alone is larger
    private static final long NONE_FITS = 1;

    @ParameterizedTest(name = "{0}, {1} bytes")
    @CsvSource({
        "HASHMAP," + ALL_FIT, "HASHMAP," + FEW_FIT, "HASHMAP," + NONE_FITS,
        "ROCKSDB," + ALL_FIT, "ROCKSDB," + FEW_FIT, "ROCKSDB," + NONE_FITS
    })
    void rowsAreThoseOfPlainMapsHoweverFewEntitiesFitInMemory(Backend backend, long cacheBytes) throws Exception {
        List<AuthEvent> events = Streams.random(1, 3000);
        try (Harness harness = Harness.open(backend, Streams.settings(cacheBytes))) {
            long newest = Long.MIN_VALUE;
            for (AuthEvent event : events) {
                harness.process(event);
                newest = Math.max(newest, event.eventTime);
                harness.watermark(newest - 5 * Streams.MINUTE);
            }
            assertRowsEqual(Streams.accountRows(events), harness.rows());
        }
    }

    @ParameterizedTest(name = "{0}, {1} bytes")
    @CsvSource({"HASHMAP," + ALL_FIT, "HASHMAP," + FEW_FIT, "ROCKSDB," + ALL_FIT, "ROCKSDB," + FEW_FIT})
    void aRunThatIsRestoredAgainAndAgainGivesTheSameRows(Backend backend, long cacheBytes) throws Exception {
        List<AuthEvent> events = Streams.random(2, 3000);
        List<String> rows = new ArrayList<>();
        OperatorSubtaskState state = null;
        for (int from = 0; from < events.size(); from += 500) {
            try (Harness harness = Harness.open(backend, Streams.settings(cacheBytes), state)) {
                harness.process(events.subList(from, from + 300));
                harness.snapshot(1); // one that nobody will need; its chunks and dirty marks must not be missed later
                harness.process(events.subList(from + 300, from + 500));
                state = harness.snapshot(2);
                rows.addAll(harness.rows());
                harness.process(events.subList(0, 200)); // lost with the failure
            }
        }
        assertRowsEqual(Streams.accountRows(events), rows);
    }

    @ParameterizedTest(name = "{0}, {1} bytes")
    @CsvSource({"HASHMAP," + ALL_FIT, "HASHMAP," + NONE_FITS, "ROCKSDB," + ALL_FIT, "ROCKSDB," + NONE_FITS})
    void aSnapshotHoldsWhatWasThenAlthoughEventsGoOnWhileItIsWritten(Backend backend, long cacheBytes) throws Exception {
        AuthEvent first = Streams.event("1", Streams.START, "alice", "a", null);
        AuthEvent second = Streams.event("2", Streams.START + 1, "alice", "b", null);
        OperatorSubtaskState changed;
        try (Harness harness = Harness.open(backend, Streams.settings(cacheBytes))) {
            harness.process(first);
            Harness.Writing writing = harness.beginSnapshot(1);
            harness.process(second);
            changed = writing.finish();
        }
        OperatorSubtaskState onlyRead;
        try (Harness harness = Harness.open(backend, Streams.settings(cacheBytes), changed)) {
            harness.process(first); // a duplicate: the entity is in memory, and as it was
            Harness.Writing writing = harness.beginSnapshot(2);
            harness.process(second);
            onlyRead = writing.finish();
        }
        for (OperatorSubtaskState state : List.of(changed, onlyRead)) {
            try (Harness harness = Harness.open(backend, Streams.settings(cacheBytes), state)) {
                harness.process(List.of(first, second));
                assertRowsEqual(Streams.accountRows(List.of(first, second)).subList(1, 2), harness.rows());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void duplicatesAreKnownAcrossARestore(Backend backend) throws Exception {
        List<AuthEvent> events = new ArrayList<>();
        for (int i = 0; i < 3 * Streams.REMEMBERED; i++) {
            events.add(Streams.event("e" + i, Streams.START + i, "alice", "a", null));
        }
        OperatorSubtaskState state = null;
        for (AuthEvent event : events) { // a snapshot after each: chunks of one id
            try (Harness harness = Harness.open(backend, Streams.settings(ALL_FIT), state)) {
                harness.process(event);
                state = harness.snapshot(1);
            }
        }
        try (Harness harness = Harness.open(backend, Streams.settings(ALL_FIT), state)) {
            harness.process(events.subList(2 * Streams.REMEMBERED, 3 * Streams.REMEMBERED));
            assertEquals(List.of(), harness.rows());
            harness.process(events.get(Streams.REMEMBERED));
            assertEquals(1, harness.rows().size(), "older ones are not");
        }
    }

    @ParameterizedTest(name = "{0}, {1} bytes")
    @CsvSource({"HASHMAP," + ALL_FIT, "HASHMAP," + NONE_FITS, "ROCKSDB," + ALL_FIT, "ROCKSDB," + NONE_FITS})
    void anAccountThatStartsAfreshRemembersNothingAlsoAfterARestore(Backend backend, long cacheBytes) throws Exception {
        List<AuthEvent> events = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            events.add(Streams.event("a" + i, Streams.START, "alice", "h" + i, null));
        }
        events.add(Streams.event("b", Streams.START + 2 * Streams.DAY, "alice", "h0", null));
        events.add(events.get(99)); // seen before, but by what it was before
        List<String> rows = new ArrayList<>();
        OperatorSubtaskState state;
        try (Harness harness = Harness.open(backend, Streams.settings(cacheBytes))) {
            harness.process(events.subList(0, 100));
            harness.snapshot(1);
            assertTrue(harness.meetingsOf("alice") > 50);
            harness.process(events.get(100));
            state = harness.snapshot(2);
            assertEquals(0, harness.meetingsOf("alice"));
            rows.addAll(harness.rows());
        }
        try (Harness harness = Harness.open(backend, Streams.settings(cacheBytes), state)) {
            harness.process(events.get(101));
            rows.addAll(harness.rows());
        }
        assertRowsEqual(Streams.accountRows(events), rows);
        assertEquals(102, rows.size());
    }

    @ParameterizedTest(name = "{0}, {1} bytes")
    @CsvSource({"HASHMAP," + ALL_FIT, "HASHMAP," + NONE_FITS, "ROCKSDB," + ALL_FIT, "ROCKSDB," + NONE_FITS})
    void silentEntitiesAreRemovedWithTheirTimers(Backend backend, long cacheBytes) throws Exception {
        try (Harness harness = Harness.open(backend, Streams.settings(cacheBytes))) {
            for (int i = 0; i < 100; i++) {
                harness.process(Streams.event("a" + i, Streams.START, "alice", "h" + i, null));
            }
            harness.process(Streams.event("b", Streams.START + Streams.DAY, "bob", "h", null));
            harness.snapshot(1);
            assertEquals(2, harness.timers());
            assertTrue(harness.meetingsOf("alice") > 50);
            harness.watermark(Streams.START + Streams.DAY);
            assertEquals(2, harness.timers(), "an event of that minute would still find it");
            harness.watermark(Streams.START + Streams.DAY + 2 * Streams.MINUTE);
            assertEquals(1, harness.timers());
            harness.snapshot(2);
            for (String state : List.of("entity", "recent-ids")) {
                assertEquals(Set.of("bob"), harness.keysOf(state));
            }
            assertEquals(0, harness.meetingsOf("alice"));
            harness.watermark(Streams.START + 3 * Streams.DAY);
            assertEquals(0, harness.timers());
            assertEquals(Set.of(), harness.keysOf("entity"));
            harness.rows();
            AuthEvent again = Streams.event("a0", Streams.START + 4 * Streams.DAY, "alice", "h0", null);
            harness.process(again);
            assertRowsEqual(Streams.accountRows(List.of(again)), harness.rows());
        }
    }

    @ParameterizedTest(name = "{0}, {1} bytes")
    @CsvSource({"HASHMAP," + ALL_FIT, "HASHMAP," + NONE_FITS, "ROCKSDB," + ALL_FIT, "ROCKSDB," + NONE_FITS})
    void meetingsPastRetentionAreRemovedFromAnEntityThatLivesOn(Backend backend, long cacheBytes) throws Exception {
        List<AuthEvent> events = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            events.add(Streams.event("a" + i, Streams.START, "alice", "h" + i, null));
        }
        for (int hour = 1; hour < 60; hour++) {
            events.add(Streams.event("b" + hour, Streams.START + hour * 60L * Streams.MINUTE, "alice", "h0", null));
        }
        events.add(Streams.event("c", Streams.START + 60 * 60L * Streams.MINUTE, "alice", "h1", null));
        try (Harness harness = Harness.open(backend, Streams.settings(cacheBytes))) {
            harness.process(events.subList(0, 200));
            harness.snapshot(1);
            assertTrue(harness.meetingsOf("alice") > 150);
            for (AuthEvent event : events.subList(200, events.size())) {
                harness.process(event);
                harness.watermark(event.eventTime);
            }
            harness.snapshot(2);
            assertTrue(harness.meetingsOf("alice") < 10, harness.meetingsOf("alice") + " meetings");
            assertRowsEqual(Streams.accountRows(events), harness.rows());
            assertEquals(1, harness.timers());
        }
    }

    @ParameterizedTest(name = "{0}, {1} bytes")
    @CsvSource({"HASHMAP," + ALL_FIT, "HASHMAP," + NONE_FITS, "ROCKSDB," + ALL_FIT, "ROCKSDB," + NONE_FITS})
    void anOldLogBesideALiveStreamKeepsItsEntities(Backend backend, long cacheBytes) throws Exception {
        List<AuthEvent> old = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            old.add(Streams.event("e" + i, Streams.START + i * (long) Streams.MINUTE, "alice", "h" + i % 3, null));
        }
        try (Harness harness = Harness.open(backend, Streams.settings(cacheBytes))) {
            long live = Streams.START + 400 * Streams.DAY;
            for (AuthEvent event : old) {
                harness.watermark(live += Streams.MINUTE);
                harness.process(event);
            }
            assertRowsEqual(Streams.accountRows(old), harness.rows());
            harness.watermark(live + 2 * Streams.DAY);
            assertEquals(0, harness.timers());
        }
    }

    /** The first difference, not two lists of thousands. */
    private static void assertRowsEqual(List<String> expected, List<String> rows) {
        for (int i = 0; i < Math.min(expected.size(), rows.size()); i++) {
            assertEquals(expected.get(i), rows.get(i), "row " + i);
        }
        assertEquals(expected.size(), rows.size());
    }
}
