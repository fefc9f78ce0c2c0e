package io.authpulse.engine.kinesis;

import java.util.Map;

/**
 * What the enumerator knows of the stream, and keeps in checkpoints.
 *
 * @param start where shards begin that nobody has read yet; never "latest", see {@link Position#settledAt}
 * @param shards by id
 */
record EnumeratorState(Position start, Map<String, Entry> shards) {
    /** The order is part of the serialized form: append only. */
    enum Status {
        /** To be handed out once its parents are finished. */
        WAITING,
        /** A reader has it, and keeps how far it is. */
        ASSIGNED,
        FINISHED
    }

    /** @param split where to begin with it, of interest while it is waiting */
    record Entry(ShardSplit split, Status status) {}

    EnumeratorState {
        shards = Map.copyOf(shards);
    }

    /** Before anything is known. */
    static EnumeratorState at(Position start) {
        return new EnumeratorState(start, Map.of());
    }
}
