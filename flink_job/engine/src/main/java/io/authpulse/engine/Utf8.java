package io.authpulse.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** What has to be known of a record's bytes before a JSON parser may see them, at eight bytes a step. */
final class Utf8 {
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    /** The bytes themselves if they are ASCII; otherwise with U+FFFD in place of what is not UTF-8. */
    static byte[] repaired(byte[] bytes) {
        return isAscii(bytes) ? bytes : new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
    }

    /** A byte order mark, or a zero in the first two bytes: no JSON, but a parser would guess another encoding. */
    static boolean isMistakable(byte[] bytes) {
        return bytes.length > 1 && (bytes[0] == 0 || bytes[1] == 0 || bytes[0] == (byte) 0xEF);
    }

    /** Whether an escape such as \\ud83d occurs: only then can a string hold half a surrogate pair. */
    static boolean hasSurrogateEscapes(byte[] bytes) {
        for (int i = 0; i + 3 < bytes.length; i++) {
            if (bytes[i] == '\\' && bytes[i + 1] == 'u' && (bytes[i + 2] | 0x20) == 'd' && bytes[i + 3] > '7') {
                return true;
            }
        }
        return false;
    }

    /** Whether it is text: every half of a surrogate pair has its other one. */
    static boolean isWellFormed(char[] text, int from, int length) {
        int to = from + length;
        for (int i = from; i < to; i++) {
            if (Character.isSurrogate(text[i])) {
                if (!Character.isSupplementaryCodePoint(Character.codePointAt(text, i, to))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static boolean isAscii(byte[] bytes) {
        long seen = 0;
        int i = 0;
        for (; i + Long.BYTES <= bytes.length; i += Long.BYTES) {
            seen |= (long) EIGHT.get(bytes, i);
        }
        for (; i < bytes.length; i++) {
            seen |= bytes[i];
        }
        return (seen & HIGH_BITS) == 0;
    }
}
