package io.authpulse.engine.scoring;

import java.nio.charset.StandardCharsets;

/** 64-bit hashes of names: what entities remember instead of the names themselves. */
public final class Hash {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Hash() {}

    /** FNV-1a over UTF-16 units with a final mix. At a million names a collision has odds of 1 to 37 million. */
    public static long of(String text) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return mix(hash);
    }

    /** The same of the text that these bytes are in UTF-8. */
    public static long of(byte[] utf8, int from, int to) {
        long hash = FNV_OFFSET;
        for (int i = from; i < to; i++) {
            byte unit = utf8[i];
            if (unit < 0) { // no longer ASCII, where bytes are units
                return of(new String(utf8, from, to - from, StandardCharsets.UTF_8));
            }
            hash = (hash ^ unit) * FNV_PRIME;
        }
        return mix(hash);
    }

    static long mix(long hash) {
        long mixed = (hash ^ hash >>> 32) * GOLDEN;
        return mixed ^ mixed >>> 29;
    }
}
