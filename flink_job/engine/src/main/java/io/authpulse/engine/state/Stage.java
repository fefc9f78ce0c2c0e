package io.authpulse.engine.state;

import io.authpulse.engine.scoring.Entity;
import io.authpulse.engine.scoring.Meetings;
import java.io.Serializable;

/** What an {@link EntityOperator} needs to know of the events it keeps entities for. */
interface Stage<IN, OUT> extends Serializable {
    /** Once per task, before anything else. */
    void open();

    /** Once per task, after everything else; also where {@link #open} was not reached or failed. */
    default void close() {}

    /** Event time in ms. */
    long time(IN event);

    /** What orders events of equal time. */
    String id(IN event);

    /**
     * What comes out for an event that concerns no entity, and so costs no state and waits for nothing; null for one that
     * does.
     */
    default OUT passedBy(IN event) {
        return null;
    }

    /** The event with the entity's figures, or null, with nothing changed, if it was seen before. */
    OUT score(IN event, Entity entity, Meetings behind) throws Exception;
}
