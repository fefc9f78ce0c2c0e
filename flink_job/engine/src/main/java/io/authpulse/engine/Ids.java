package io.authpulse.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Identities as the tables have them: the first 32 hex digits of a SHA-256, with bars between what it is made over. */
final class Ids {
    private static final int BYTES = 16;
    private static final HexFormat HEX = HexFormat.of();

    private Ids() {}

    /** Of a finding: the same whenever the same event is scored again. */
    static String alert(String rule, String entity, String eventId) {
        return digest(rule + '|' + entity + '|' + eventId);
    }

    /** Of an invalid element: the producer's where it rejected a line, else made of the place in the stream. */
    static String quarantine(AuthEvent invalid) {
        return invalid.invalid.eventId() != null
                ? invalid.invalid.eventId()
                : digest(invalid.text(AuthEvent.SHARD_ID) + '|' + invalid.text(AuthEvent.SEQUENCE_NUMBER) + '|'
                        + invalid.recordIndex);
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HEX.formatHex(digest, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
