package io.authpulse.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.authpulse.engine.kinesis.KinesisRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.SourceOutput;
import org.junit.jupiter.api.Test;

/** What a record's elements know of where they came from, and what they do to time. */
class AuthEventDecoderTest {
    private static final long ARRIVAL = 1_748_736_000_000L; // 2025-06-01T00:00:00Z
    private static final String EVENT =
            """
            {"event_id":"e","event_time":"%s","user_id":"u","computer_id":"c","outcome":"Fail","source":"s"}""";

    private final Collected out = new Collected();

    @Test
    void every_element_knows_its_place() {
        decode("[" + EVENT.formatted("2025-01-01T00:00:00Z") + ",5]");
        for (int i = 0; i < 2; i++) {
            assertEquals("shard-0", out.events.get(i).text(AuthEvent.SHARD_ID));
            assertEquals("17", out.events.get(i).text(AuthEvent.SEQUENCE_NUMBER));
            assertEquals(i, out.events.get(i).recordIndex);
            assertEquals(ARRIVAL, out.events.get(i).ingestionTime);
        }
    }

    @Test
    void only_valid_events_move_the_watermark() {
        decode("[" + EVENT.formatted("2025-01-01T00:00:00Z") + ",5," + EVENT.formatted("2025-06-01T00:05:01Z") + "]");
        assertNull(out.events.get(0).invalid);
        assertEquals("not an object", out.events.get(1).invalid.reason());
        assertEquals("event_time is ahead of arrival", out.events.get(2).invalid.reason());
        assertEquals(List.of(1_735_689_600_000L, Long.MIN_VALUE, Long.MIN_VALUE), out.times);
    }

    private void decode(String record) {
        AuthEventDecoder decoder = new AuthEventDecoder();
        decoder.open();
        decoder.decode(new KinesisRecord(record.getBytes(StandardCharsets.UTF_8), "17", ARRIVAL), "shard-0", out);
    }

    private static final class Collected implements SourceOutput<AuthEvent> {
        private final List<AuthEvent> events = new ArrayList<>();
        private final List<Long> times = new ArrayList<>();

        @Override
        public void collect(AuthEvent event, long timestamp) {
            events.add(event);
            times.add(timestamp);
        }

        @Override
        public void collect(AuthEvent event) {
            throw new AssertionError("without a time");
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            throw new AssertionError("watermarks are the strategy's affair");
        }

        @Override
        public void markIdle() {
            throw new AssertionError("so is idleness");
        }

        @Override
        public void markActive() {
            throw new AssertionError("so is idleness");
        }
    }
}
