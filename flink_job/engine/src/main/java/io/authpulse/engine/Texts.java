package io.authpulse.engine;

import io.authpulse.engine.scoring.Hash;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An event's texts in one array: first where each of them ends, two bytes each, then all of them as UTF-8. An empty one is
 * absent.
 */
final class Texts {
    static final int HEADER = AuthEvent.TEXTS * Short.BYTES;

    /** Of a block; the contract's fields have far less. */
    static final int MAX_BYTES = 0xffff;

    private static final VarHandle ENDS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private Texts() {}

    static int from(byte[] block, int place) {
        return place == 0 ? HEADER : to(block, place - 1);
    }

    static int to(byte[] block, int place) {
        return (short) ENDS.get(block, place * Short.BYTES) & MAX_BYTES;
    }

    static void setEnd(byte[] block, int place, int end) {
        ENDS.set(block, place * Short.BYTES, (short) end);
    }

    static boolean has(byte[] block, int place) {
        return from(block, place) < to(block, place);
    }

    static String get(byte[] block, int place) {
        int from = from(block, place);
        int to = to(block, place);
        return from == to ? null : new String(block, from, to - from, StandardCharsets.UTF_8);
    }

    static boolean is(byte[] block, int place, byte[] word) {
        return Arrays.equals(block, from(block, place), to(block, place), word, 0, word.length);
    }

    static long hash(byte[] block, int place) {
        return Hash.of(block, from(block, place), to(block, place));
    }
}
