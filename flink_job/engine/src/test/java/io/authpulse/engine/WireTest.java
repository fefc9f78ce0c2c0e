package io.authpulse.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The encodings that serializers share. */
class WireTest {
    private final DataOutputSerializer out = new DataOutputSerializer(64);

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 16_383, 16_384, Integer.MAX_VALUE, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void numbers_come_back(long number) throws IOException {
        Wire.writeNumber(number, out);
        Wire.writeSigned(number, out);
        DataInputDeserializer in = written();
        assertEquals(number, Wire.readNumber(in));
        assertEquals(number, Wire.readSigned(in));
        assertEquals(0, in.available());
    }

    @Test
    void small_numbers_take_one_byte() throws IOException {
        Wire.writeNumber(127, out);
        Wire.writeSigned(-64, out);
        Wire.writeSigned(63, out);
        assertEquals(3, out.length());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "C1250", "Zoë😀", "\0"})
    void texts_come_back(String text) throws IOException {
        Wire.writeText(text, out);
        DataInputDeserializer in = written();
        assertEquals(text, Wire.readText(in, new byte[16]));
        assertEquals(0, in.available());
    }

    @Test
    void a_text_may_be_longer_than_the_scratch() throws IOException {
        String text = "é".repeat(1000);
        Wire.writeText(text, out);
        assertEquals(text, Wire.readText(written(), new byte[16]));
    }

    @Test
    void bytes_that_are_no_number_are_refused() {
        byte[] endless = new byte[20];
        Arrays.fill(endless, (byte) 0xff);
        IOException refused =
                assertThrows(IOException.class, () -> Wire.readNumber(new DataInputDeserializer(endless)));
        assertTrue(refused.getMessage().contains("not a number"));
    }

    private DataInputDeserializer written() {
        return new DataInputDeserializer(out.getCopyOfBuffer());
    }
}
