package io.authpulse.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Compact encodings for serializers: numbers of variable length, and texts that may be null. */
public final class Wire {
    private static final int SEVEN_BITS = 0x7f;
    private static final int MORE = 0x80;
    private static final int MAX_BYTES = 10; // of a long

    private Wire() {}

    /** One byte for 0 to 127, and ten for anything negative: see {@link #writeSigned} for what often is. */
    public static void writeNumber(long value, DataOutput out) throws IOException {
        long rest = value;
        while ((rest & ~SEVEN_BITS) != 0) {
            out.writeByte((int) rest & SEVEN_BITS | MORE);
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    public static long readNumber(DataInput in) throws IOException {
        long value = 0;
        for (int i = 0; i < MAX_BYTES; i++) {
            byte next = in.readByte();
            value |= (long) (next & SEVEN_BITS) << 7 * i;
            if (next >= 0) {
                return value;
            }
        }
        throw new IOException("not a number: more than " + MAX_BYTES + " bytes; the value was not written by Wire");
    }

    /** Small for values near zero on either side. */
    public static void writeSigned(long value, DataOutput out) throws IOException {
        writeNumber(value << 1 ^ value >> 63, out);
    }

    public static long readSigned(DataInput in) throws IOException {
        long coded = readNumber(in);
        return coded >>> 1 ^ -(coded & 1);
    }

    /** UTF-8 behind its length plus one; null is a single zero byte. */
    public static void writeText(String text, DataOutput out) throws IOException {
        if (text == null) {
            out.writeByte(0);
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        writeNumber(bytes.length + 1L, out);
        out.write(bytes, 0, bytes.length);
    }

    /** Reads through {@code scratch} where the text fits, so that only the string itself is allocated. */
    public static String readText(DataInput in, byte[] scratch) throws IOException {
        int length = (int) readNumber(in) - 1;
        if (length < 0) {
            return null;
        }
        byte[] bytes = length <= scratch.length ? scratch : new byte[length];
        in.readFully(bytes, 0, length);
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
