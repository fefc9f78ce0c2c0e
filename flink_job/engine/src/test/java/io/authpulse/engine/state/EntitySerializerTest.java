package io.authpulse.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.authpulse.engine.scoring.Entity;
import io.authpulse.engine.scoring.Meetings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class EntitySerializerTest {
    private static final Meetings NONE_BEHIND = new Meetings() {
        @Override
        public int get(long peer) {
            return NEVER;
        }

        @Override
        public void put(long peer, int minute) {}
    };

    private final EntitySerializer serializer = new EntitySerializer();

    /** Attempts on three hosts over two clock hours, one of them late, and one alert. */
    private static Entity example() throws Exception {
        Entity entity = new Entity();
        long[] minutes = {0, 1, 59, 61, 60, 90};
        for (int i = 0; i < minutes.length; i++) {
            long time = Streams.START + minutes[i] * Streams.MINUTE;
            entity.see(time);
            entity.count(time, i % 3, i % 2 == 1, Streams.RETENTION, NONE_BEHIND, new Entity.Figures());
            entity.touch(time);
        }
        entity.touch(Streams.START + 100 * Streams.MINUTE);
        entity.unmuted("BURST", Streams.START, Streams.MINUTE);
        return entity;
    }

    @Test
    void aValueIsTheSameAgain() throws Exception {
        byte[] bytes = bytes(example());
        assertEquals(hex(bytes), hex(bytes(read(bytes))));
    }

    @Test
    void aNewEntityIsTheSameAgain() throws Exception {
        byte[] bytes = bytes(new Entity());
        Entity read = read(bytes);
        assertEquals(hex(bytes), hex(bytes(read)));
        assertEquals(false, read.isForgotten(Streams.START, 1));
        assertEquals(false, read.see(Streams.START));
    }

    /** The bytes that version 1 wrote; whoever changes what is written adds a version, and this stays. */
    @Test
    void aValueOfVersionOneIsRead() throws Exception {
        Entity read = read(fixture("entity-v1.hex"));
        Entity.Figures figures = new Entity.Figures();
        long time = Streams.START + 91 * Streams.MINUTE;
        assertTrue(read.see(Streams.START));
        assertEquals(Streams.START + (100 + 61) * Streams.MINUTE, read.removableFrom(60));
        assertTrue(!read.unmuted("BURST", Streams.START + 1, Streams.MINUTE));
        read.count(time, 1, true, Streams.RETENTION, NONE_BEHIND, figures);
        assertEquals(6, figures.history);
        assertEquals(3, figures.known);
        assertEquals(false, figures.newPeer);
        assertEquals(3.0, figures.usualAttempts());
        assertEquals(3.0, figures.usualPeers());
        assertEquals(5, read.attempts(60));
        assertEquals(3, read.failures(60));
        assertEquals(3, read.peers(60));
    }

    @Test
    void whatIsWrittenTodayIsWhatVersionOneWrote() throws Exception {
        assertEquals(hex(fixture("entity-v1.hex")), hex(bytes(example())));
    }

    @Test
    void aNewerVersionIsRefused() throws Exception {
        byte[] bytes = bytes(example());
        bytes[0] = 2;
        String said = assertThrows(IOException.class, () -> read(bytes)).getMessage();
        assertTrue(said.startsWith("EntitySerializer: value of version 2, known are 1 to 1"), said);
    }

    @Test
    void aValueThatBreaksOffIsRefused() throws Exception {
        byte[] bytes = bytes(example());
        assertThrows(IOException.class, () -> read(Arrays.copyOf(bytes, bytes.length - 1)));
    }

    @Test
    void anEntityWithAFullHourIsSmall() throws Exception {
        Entity entity = new Entity();
        for (int i = 0; i < 2000; i++) {
            long time = Streams.START + i * 2L * 1000;
            entity.see(time);
            entity.count(time, i % 20, false, Streams.RETENTION, NONE_BEHIND, new Entity.Figures());
            entity.touch(time);
        }
        int length = bytes(entity).length;
        assertTrue(length < 500, length + " bytes");
    }

    static byte[] fixture(String name) throws IOException {
        try (InputStream in = EntitySerializerTest.class.getResourceAsStream("/state/" + name)) {
            return HexFormat.of().parseHex(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
        }
    }

    private byte[] bytes(Entity entity) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(entity, out);
        return out.getCopyOfBuffer();
    }

    private Entity read(byte[] bytes) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        Entity read = serializer.deserialize(in);
        assertEquals(0, in.available());
        return read;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
