package io.authpulse.engine.scoring;

/** Where an entity's older meetings lie: peer (hash) to the minute of the latest one. */
public interface Meetings {
    /** No such meeting. */
    int NEVER = Integer.MIN_VALUE;

    /** The minute of the latest meeting, or {@link #NEVER}. */
    int get(long peer) throws Exception;

    void put(long peer, int minute) throws Exception;
}
