package io.authpulse.engine;

/**
 * One element of a record with its provenance: a valid event, or one that goes to quarantine for {@link #invalid}.
 *
 * <p>Written once by the codec and never changed after it was emitted, so it may be shared.
 */
public final class AuthEvent {
    public String eventId;
    public long eventTime = Long.MIN_VALUE; // epoch milliseconds
    public String userId;
    public String sourceHost; // null where the log has none, as the next three
    public String computerId;
    public String authType;
    public String logonType;
    public String orientation;
    public String outcome;
    public String source;

    public String shardId;
    public String sequenceNumber;
    public int recordIndex;
    public long ingestionTime; // epoch milliseconds

    /** Why it is not a valid event, in the words of {@code authpulse.events.invalid_because}; null for a valid one. */
    public String invalid;

    /** Of an invalid element: its text as it came. */
    public String raw;

    public boolean failed() {
        return "Fail".equals(outcome);
    }

    /** Whether it is counted and scored: everything but a log-off is an attempt to authenticate. */
    public boolean isAttempt() {
        return !"LogOff".equals(orientation);
    }
}
