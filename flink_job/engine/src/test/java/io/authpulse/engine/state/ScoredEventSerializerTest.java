package io.authpulse.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.authpulse.engine.Alert;
import io.authpulse.engine.ScoredEvent;
import java.io.IOException;
import java.util.HexFormat;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoredEventSerializerTest {
    private final ScoredEventSerializer serializer = new ScoredEventSerializer();

    /** Every figure another number, so that none can take another's place. */
    private static ScoredEvent example() {
        ScoredEvent scored = new ScoredEvent();
        scored.event = Streams.event("e1", Streams.START, "alice", "web", "desk");
        scored.late = true;
        scored.hasAccount = true;
        scored.accountAttempts = 5_000_000_000L;
        scored.attempts1h = 301;
        scored.failures1h = 302;
        scored.distinctHosts1h = 303;
        scored.knownHosts = 304;
        scored.newHost = true;
        scored.hostPopularityPercentile = 12.5;
        scored.hasSource = true;
        scored.sourceAttempts1h = 305;
        scored.sourceFailures1h = 306;
        scored.sourceAccounts1h = 307;
        scored.newAccountAtSource = true;
        scored.fired = 1L << 48 | 1;
        scored.shadowFired = 2;
        scored.riskScore = 65;
        Alert alert = new Alert();
        alert.rule = 48;
        alert.observed = 303;
        alert.explanation = "alice reached 303 hosts";
        scored.alerts = new Alert[] {alert, alert};
        return scored;
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void anEventIsTheSameAgainWithAndWithoutFigures(boolean account, boolean source) throws IOException {
        ScoredEvent scored = example();
        if (!account) {
            scored.hasAccount = scored.newHost = scored.late = false;
            scored.accountAttempts = scored.knownHosts = 0;
            scored.attempts1h = scored.failures1h = scored.distinctHosts1h = 0;
            scored.alerts = ScoredEvent.NO_ALERTS;
        }
        if (!source) {
            scored.hasSource = scored.newAccountAtSource = false;
            scored.sourceAttempts1h = scored.sourceFailures1h = scored.sourceAccounts1h = 0;
        }
        assertEquals(Streams.row(scored), Streams.row(read(bytes(scored))));
    }

    @Test
    void anEventOfVersionOneIsRead() throws IOException {
        assertEquals(Streams.row(example()), Streams.row(read(EntitySerializerTest.fixture("scored-event-v1.hex"))));
    }

    @Test
    void whatIsWrittenTodayIsWhatVersionTwoWrote() throws IOException {
        String today = HexFormat.of().formatHex(bytes(example()));
        assertEquals(HexFormat.of().formatHex(EntitySerializerTest.fixture("scored-event-v2.hex")), today);
    }

    @Test
    void aNewerVersionIsRefused() throws IOException {
        byte[] bytes = bytes(example());
        bytes[0] = 3;
        String said = assertThrows(IOException.class, () -> read(bytes)).getMessage();
        assertTrue(said.startsWith("ScoredEventSerializer: value of version 3, known are 1 to 2"), said);
    }

    @Test
    void aCopyHasEveryFigure() {
        assertEquals(Streams.row(example()), Streams.row(example().copy()));
    }

    private byte[] bytes(ScoredEvent scored) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(scored, out);
        return out.getCopyOfBuffer();
    }

    private ScoredEvent read(byte[] bytes) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        ScoredEvent read = serializer.deserialize(in);
        assertEquals(0, in.available());
        return read;
    }
}
