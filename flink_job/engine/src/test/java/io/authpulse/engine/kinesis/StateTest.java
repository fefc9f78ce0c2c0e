package io.authpulse.engine.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.authpulse.engine.kinesis.EnumeratorState.Entry;
import io.authpulse.engine.kinesis.EnumeratorState.Status;
import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** State outlives the code that wrote it. */
class StateTest {
    private final ShardSplitSerializer splits = new ShardSplitSerializer();
    private final EnumeratorStateSerializer states = new EnumeratorStateSerializer();

    static List<ShardSplit> everyKindOfSplit() {
        return List.of(
                new ShardSplit("shardId-000000000000", Set.of(), Position.TRIM_HORIZON, false),
                new ShardSplit("shardId-000000000001", Set.of("shardId-000000000000"), Position.LATEST, false),
                new ShardSplit("shardId-000000000002", Set.of("a", "b"), Position.at(1_700_000_000_123L), false),
                new ShardSplit("shardId-000000000003", Set.of(), Position.after("4".repeat(56)), true));
    }

    @ParameterizedTest
    @MethodSource("everyKindOfSplit")
    void a_split_comes_back_as_it_was(ShardSplit split) throws IOException {
        assertEquals(split, splits.deserialize(splits.getVersion(), splits.serialize(split)));
    }

    @Test
    void the_enumerators_state_comes_back_as_it_was() throws IOException {
        ShardSplit split = everyKindOfSplit().get(2);
        EnumeratorState state = new EnumeratorState(
                Position.at(5),
                Map.of(
                        "x", new Entry(new ShardSplit("x", Set.of(), Position.at(5), false), Status.WAITING),
                        "y", new Entry(new ShardSplit("y", Set.of("x"), Position.after("9"), false), Status.ASSIGNED),
                        split.shardId(), new Entry(split, Status.FINISHED)));
        assertEquals(state, states.deserialize(states.getVersion(), states.serialize(state)));
    }

    @Test
    void bytes_of_version_one_are_read_by_every_later_version() throws IOException {
        Set<String> parents = new LinkedHashSet<>(List.of("p", "q"));
        ShardSplit split = new ShardSplit("s", parents, Position.after("42"), true);
        String bytes = "0001" + "73" + "02" + "000170" + "000171" + "03" + "00023432" + "01";
        assertEquals(bytes, HexFormat.of().formatHex(splits.serialize(split)));
        assertEquals(split, splits.deserialize(1, HexFormat.of().parseHex(bytes)));
        EnumeratorState state =
                new EnumeratorState(Position.at(258), Map.of("s", new Entry(split, Status.FINISHED)));
        byte[] ofState = HexFormat.of().parseHex("020000000000000102" + "00000001" + bytes + "02");
        assertEquals(state, states.deserialize(1, ofState));
    }

    @Test
    void a_version_from_the_future_is_refused_with_what_to_do() throws IOException {
        byte[] split = splits.serialize(everyKindOfSplit().get(0));
        byte[] state = states.serialize(EnumeratorState.at(Position.TRIM_HORIZON));
        for (int version : new int[] {0, 2, 99}) {
            String ofSplit =
                    assertThrows(IOException.class, () -> splits.deserialize(version, split)).getMessage();
            String ofState =
                    assertThrows(IOException.class, () -> states.deserialize(version, state)).getMessage();
            for (String message : List.of(ofSplit, ofState)) {
                assertTrue(message.contains("version " + version), message);
                assertTrue(message.contains("restore it with the job that wrote it"), message);
            }
        }
    }

    @Test
    void damaged_state_is_refused() {
        byte[] bytes = HexFormat.of().parseHex("000173" + "00" + "09" + "00");
        assertThrows(IOException.class, () -> splits.deserialize(1, bytes));
    }

    @Test
    void latest_is_settled_once_and_other_starts_are_left_alone() {
        assertEquals(Position.at(77), Position.LATEST.settledAt(77));
        assertEquals(Position.TRIM_HORIZON, Position.TRIM_HORIZON.settledAt(77));
        assertEquals(Position.at(5), Position.at(5).settledAt(77));
    }
}
