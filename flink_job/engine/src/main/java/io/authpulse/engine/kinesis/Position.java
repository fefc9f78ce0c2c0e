package io.authpulse.engine.kinesis;

import java.io.Serializable;

/**
 * Where to read on in a shard.
 *
 * @param sequence the last sequence number that was read, for {@link Kind#AFTER_SEQUENCE} only
 * @param timestamp earliest arrival in epoch milliseconds, for {@link Kind#AT_TIMESTAMP} only
 */
public record Position(Kind kind, String sequence, long timestamp) implements Serializable {
    private static final long serialVersionUID = 1;

    /** The order is part of the serialized form: append only. */
    public enum Kind {
        TRIM_HORIZON,
        LATEST,
        AT_TIMESTAMP,
        AFTER_SEQUENCE
    }

    /** The oldest record that the stream still has. */
    public static final Position TRIM_HORIZON = new Position(Kind.TRIM_HORIZON, null, 0);

    /** What arrives from now on. Only a wish: see {@link #settledAt}. */
    public static final Position LATEST = new Position(Kind.LATEST, null, 0);

    /** What arrived at that time or later. */
    public static Position at(long epochMs) {
        return new Position(Kind.AT_TIMESTAMP, null, epochMs);
    }

    static Position after(String sequence) {
        return new Position(Kind.AFTER_SEQUENCE, sequence, 0);
    }

    /**
     * The same place whenever it is asked for. "Latest" moves on, so a shard that fails before its first record would
     * skip what came in between; as a timestamp it stays.
     */
    Position settledAt(long nowMs) {
        return kind == Kind.LATEST ? at(nowMs) : this;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case AFTER_SEQUENCE -> "after " + sequence;
            case AT_TIMESTAMP -> "at " + timestamp;
            default -> kind.name();
        };
    }
}
