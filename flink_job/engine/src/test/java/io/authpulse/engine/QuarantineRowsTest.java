package io.authpulse.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;

/** Repeats of rejected lines, and for how long they are known. */
class QuarantineRowsTest {
    private static final long WEEK_MS = Duration.ofDays(7).toMillis();

    private KeyedOneInputStreamOperatorTestHarness<String, AuthEvent, RowData> harness = harness();

    QuarantineRowsTest() throws Exception {}

    @Test
    void a_rejected_line_that_comes_again_gives_no_second_row() throws Exception {
        harness.open();
        come(rejected("r1"), rejected("r2"), rejected("r1"));
        assertEquals(2, rows());
    }

    @Test
    void it_is_known_after_a_restart() throws Exception {
        harness.open();
        come(rejected("r1"));
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness = harness();
        harness.initializeState(state);
        harness.open();
        come(rejected("r1"), rejected("r2"));
        assertEquals(1, rows());
    }

    @Test
    void it_is_known_for_a_week_and_then_takes_no_room() throws Exception {
        harness.open();
        come(rejected("r1"));
        harness.setProcessingTime(WEEK_MS - 1);
        come(rejected("r1"));
        assertEquals(1, rows());
        harness.setProcessingTime(WEEK_MS);
        assertEquals(0, harness.numKeyedStateEntries());
        assertEquals(0, harness.numProcessingTimeTimers());
    }

    @Test
    void elements_without_an_id_are_told_apart_by_their_places_and_take_no_room() throws Exception {
        harness.open();
        come(broken(1), broken(2));
        assertEquals(2, rows());
        assertEquals(0, harness.numKeyedStateEntries());
    }

    private void come(AuthEvent... events) throws Exception {
        for (AuthEvent event : events) {
            harness.processElement(event, Long.MIN_VALUE);
        }
    }

    private int rows() {
        return harness.extractOutputValues().size();
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, AuthEvent, RowData> harness() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new QuarantineRows()), Ids::quarantine, Types.STRING);
    }

    private static AuthEvent rejected(String id) {
        return element(0, new AuthEvent.Invalid("rejected: 8 columns", "{", id, "a:1"));
    }

    private static AuthEvent broken(int index) {
        return element(index, new AuthEvent.Invalid("not JSON", "{", null, null));
    }

    private static AuthEvent element(int index, AuthEvent.Invalid invalid) {
        return new EventBuilder()
                .put(AuthEvent.SHARD_ID, "shard-0")
                .put(AuthEvent.SEQUENCE_NUMBER, "17")
                .found(0, index)
                .invalid(invalid);
    }
}
