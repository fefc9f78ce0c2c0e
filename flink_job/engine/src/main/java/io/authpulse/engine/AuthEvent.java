package io.authpulse.engine;

import java.nio.charset.StandardCharsets;

/**
 * One element of a record with its provenance: a valid event, or one that goes to quarantine for {@link #invalid}.
 *
 * <p>Its texts lie as UTF-8 in one {@link Texts} block, from the record to the writer of a file. Most of what happens to
 * an event is that it is copied, and so that is one copy; a String is made only of what is looked at as one. An
 * {@link EventBuilder} makes events; they are never changed, so they may be shared.
 */
public final class AuthEvent {
    /** Places of texts: the contract's fields in their order, then where the element was found. */
    public static final int EVENT_ID = 0;

    static final int EVENT_TIME = 1; // no text is kept of it
    public static final int USER_ID = 2;
    public static final int SOURCE_HOST = 3; // may be absent, as AUTH_TYPE to ORIENTATION
    public static final int COMPUTER_ID = 4;
    public static final int AUTH_TYPE = 5;
    public static final int LOGON_TYPE = 6;
    public static final int ORIENTATION = 7;
    public static final int OUTCOME = 8;
    public static final int SOURCE = 9;
    public static final int SHARD_ID = 10;
    public static final int SEQUENCE_NUMBER = 11;
    static final int TEXTS = 12;

    private static final byte[] FAIL = "Fail".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LOG_OFF = "LogOff".getBytes(StandardCharsets.US_ASCII);

    public final long eventTime; // epoch milliseconds; Long.MIN_VALUE of an invalid one
    public final long ingestionTime; // epoch milliseconds
    public final int recordIndex;

    /** Why it is not a valid event; null for a valid one. */
    public final Invalid invalid;

    final byte[] texts;

    /**
     * What there is of an invalid element but its place.
     *
     * @param reason in the words of {@code authpulse.events.invalid_because}
     * @param raw its text as it came
     * @param eventId the producer's, where it rejected a line, and of an event from the future; else null
     * @param source as {@code eventId}
     */
    public record Invalid(String reason, String raw, String eventId, String source) {}

    AuthEvent(long eventTime, long ingestionTime, int recordIndex, Invalid invalid, byte[] texts) {
        this.eventTime = eventTime;
        this.ingestionTime = ingestionTime;
        this.recordIndex = recordIndex;
        this.invalid = invalid;
        this.texts = texts;
    }

    /** A text by its place; null if it is absent. */
    public String text(int place) {
        return Texts.get(texts, place);
    }

    public boolean has(int place) {
        return Texts.has(texts, place);
    }

    /** {@code Hash.of} the text, without making a String of it. */
    public long hash(int place) {
        return Texts.hash(texts, place);
    }

    public String eventId() {
        return text(EVENT_ID);
    }

    public String userId() {
        return text(USER_ID);
    }

    /** Null where the log has none. */
    public String sourceHost() {
        return text(SOURCE_HOST);
    }

    public String computerId() {
        return text(COMPUTER_ID);
    }

    public boolean failed() {
        return Texts.is(texts, OUTCOME, FAIL);
    }

    /** Whether it is counted and scored: everything but a log-off is an attempt to authenticate. */
    public boolean isAttempt() {
        return !Texts.is(texts, ORIENTATION, LOG_OFF);
    }
}
