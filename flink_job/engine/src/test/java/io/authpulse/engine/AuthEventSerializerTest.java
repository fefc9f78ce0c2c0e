package io.authpulse.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.reflect.Field;
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
        AuthEvent event = new AuthEvent();
        int number = 1;
        for (Field field : AuthEvent.class.getFields()) { // so that a field added later is not forgotten here
            if (field.getType() == String.class) {
                field.set(event, "text " + number++);
            } else if (field.getType() == long.class) {
                field.setLong(event, number++);
            } else {
                field.setInt(event, number++);
            }
        }
        assertEqual(event, roundTrip(event));
    }

    @Test
    void absent_fields_stay_absent() throws Exception {
        AuthEvent event = new AuthEvent();
        assertEqual(event, roundTrip(event));
    }

    @Test
    void a_value_of_a_later_release_is_refused() throws IOException {
        byte[] bytes = write(new AuthEvent());
        bytes[0] = 2;
        IOException refused = assertThrows(
                IOException.class, () -> serializer.deserialize(new DataInputDeserializer(bytes)));
        assertEquals(
                "AuthEventSerializer: value of version 2, known are 1 to 1; start from a snapshot of this release or an"
                        + " older one",
                refused.getMessage());
    }

    @Test
    void a_copy_between_views_reads_back() throws Exception {
        AuthEvent event = new AuthEvent();
        event.userId = "U1";
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.copy(new DataInputDeserializer(write(event)), out);
        assertEqual(event, serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer())));
    }

    @Test
    void events_are_shared_not_copied() {
        AuthEvent event = new AuthEvent();
        assertSame(event, serializer.copy(event));
        assertSame(event, serializer.copy(event, new AuthEvent()));
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

    private static void assertEqual(AuthEvent expected, AuthEvent found) throws IllegalAccessException {
        for (Field field : AuthEvent.class.getFields()) {
            assertEquals(field.get(expected), field.get(found), field.getName());
        }
    }
}
