package io.authpulse.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

/** Events on their way between tasks, and in state. */
class AuthEventSerializerTest {
    private final TypeSerializer<AuthEvent> serializer =
            AuthEventSerializer.TYPE.createSerializer(new SerializerConfigImpl());

    @Test
    void every_field_comes_back() throws Exception {
        assertEqual(event(), roundTrip(event()));
        AuthEvent invalid = full().invalid(new AuthEvent.Invalid("reason", "raw", "id", "source"));
        assertEqual(invalid, roundTrip(invalid));
    }

    @Test
    void absent_fields_stay_absent() throws Exception {
        AuthEvent event = new EventBuilder().event();
        assertEqual(event, roundTrip(event));
        AuthEvent invalid = new EventBuilder().invalid(new AuthEvent.Invalid("reason", "", null, null));
        assertEqual(invalid, roundTrip(invalid));
    }

    @Test
    void an_event_of_version_one_is_read() throws Exception {
        assertEqual(event(), serializer.deserialize(new DataInputDeserializer(versionOne(null, null))));
        AuthEvent invalid = serializer.deserialize(new DataInputDeserializer(versionOne("reason", "raw")));
        assertEquals(new AuthEvent.Invalid("reason", "raw", "text 0", "text 9"), invalid.invalid);
        assertEquals("text 10", invalid.text(AuthEvent.SHARD_ID));
    }

    @Test
    void a_value_of_a_later_release_is_refused() throws IOException {
        byte[] bytes = write(event());
        bytes[0] = 3;
        IOException refused = assertThrows(
                IOException.class, () -> serializer.deserialize(new DataInputDeserializer(bytes)));
        assertEquals(
                "AuthEventSerializer: value of version 3, known are 1 to 2; start from a snapshot of this release or an"
                        + " older one",
                refused.getMessage());
    }

    @Test
    void a_copy_between_views_reads_back() throws Exception {
        AuthEvent event = event();
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.copy(new DataInputDeserializer(write(event)), out);
        assertEqual(event, serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer())));
    }

    @Test
    void events_are_shared_not_copied() {
        AuthEvent event = event();
        assertSame(event, serializer.copy(event));
        assertSame(event, serializer.copy(event, event()));
    }

    @Test
    void its_snapshot_restores_it() {
        assertEquals(serializer, serializer.snapshotConfiguration().restoreSerializer());
        assertEquals(serializer, serializer.duplicate());
    }

    private AuthEvent roundTrip(AuthEvent event) throws Exception {
        TypeSerializer<AuthEvent> travelled = InstantiationUtil.clone(serializer); // as to a task
        return travelled.deserialize(new DataInputDeserializer(write(event)));
    }

    private byte[] write(AuthEvent event) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(event, out);
        return out.getCopyOfBuffer();
    }

    private static AuthEvent event() {
        return full().event();
    }

    /** Every text another one, and every number. */
    private static EventBuilder full() {
        EventBuilder builder = new EventBuilder().time(1).found(2, 3);
        for (int place = 0; place < AuthEvent.TEXTS; place++) {
            builder.put(place, place == AuthEvent.EVENT_TIME ? null : "text " + place);
        }
        return builder;
    }

    private static byte[] versionOne(String invalid, String raw) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        out.writeByte(1);
        Wire.writeText("text 0", out);
        out.writeLong(1);
        for (int place = AuthEvent.USER_ID; place < AuthEvent.TEXTS; place++) {
            Wire.writeText("text " + place, out);
        }
        Wire.writeNumber(3, out);
        out.writeLong(2);
        Wire.writeText(invalid, out);
        Wire.writeText(raw, out);
        return out.getCopyOfBuffer();
    }

    private static void assertEqual(AuthEvent expected, AuthEvent found) {
        assertEquals(expected.eventTime, found.eventTime);
        assertEquals(expected.ingestionTime, found.ingestionTime);
        assertEquals(expected.recordIndex, found.recordIndex);
        assertEquals(expected.invalid, found.invalid);
        for (int place = 0; place < AuthEvent.TEXTS; place++) {
            assertEquals(expected.text(place), found.text(place));
        }
    }
}
