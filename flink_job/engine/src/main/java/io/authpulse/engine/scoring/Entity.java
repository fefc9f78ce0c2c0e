package io.authpulse.engine.scoring;

import java.util.Arrays;

/**
 * All that is remembered of one account (its peers are hosts) or one source host (its peers are accounts).
 *
 * <p>The last {@link #RECENT} peers live here, older ones in {@link Meetings} behind an in-memory {@link Overflow}; so the
 * value stays small whatever the entity does, and most events touch no other state.
 */
public final class Entity {
    public static final int RECENT = 32;
    static final int MINUTE_MS = 60_000;
    private static final long NOT_YET = Long.MIN_VALUE;

    long lastSeen = NOT_YET; // event time, ms
    long total; // attempts
    long known; // first meetings
    int newest = Integer.MIN_VALUE; // minute
    final Minutes minutes = new Minutes();

    int recent;
    long[] peer = new long[2];
    int[] met = new int[2];

    int hour = Integer.MIN_VALUE; // clock hour of the newest attempt
    long activeHours; // that ended
    long attemptsSum; // what the window held at their ends
    long peersSum;

    String[] alertRules = {};
    long[] alertTimes = {};

    private Overflow overflow; // not part of the value: what of Meetings is in memory
    private RecentIds ids; // neither: saved in chunks

    /** What an entity looks like right after an attempt. Overwritten by the next one. */
    public static final class Figures {
        public long history;
        public long known;
        public boolean newPeer;
        public long activeHours;
        public long attemptsSum;
        public long peersSum;
    }

    /** Whether the entity was silent for longer than that before {@code time}: it is then as if it had never been. */
    public boolean isForgotten(long time, int retentionMinutes) {
        return lastSeen != NOT_YET && minute(time) > minute(lastSeen) + retentionMinutes;
    }

    /** Moves on to an event; true if the entity has already shown a later time. */
    public boolean see(long time) {
        boolean late = lastSeen != NOT_YET && time < lastSeen;
        lastSeen = Math.max(lastSeen, time);
        return late;
    }

    /** Counts one attempt with a peer. */
    public void count(long time, long to, boolean failed, int retentionMinutes, Meetings behind, Figures out)
            throws Exception {
        int at = minute(time);
        closeHour(Math.floorDiv(at, 60));
        newest = Math.max(newest, at);
        int floor = newest - Minutes.WINDOW + 1;
        minutes.expire(floor);

        int place = find(to);
        int before = place >= 0 ? met[place] : older(to, behind);
        out.newPeer = before == Meetings.NEVER || before < newest - retentionMinutes;
        if (out.newPeer) {
            known++;
        }
        boolean later = before == Meetings.NEVER || at > before;
        if (at >= floor) {
            minutes.addAttempt(at, failed);
        }
        if (later) {
            if (at >= floor) {
                minutes.addMeeting(at);
            }
            if (before != Meetings.NEVER && before >= floor) {
                minutes.removeMeeting(before);
            }
            remember(place, to, at);
        }
        out.history = total++;
        out.known = known;
        out.activeHours = activeHours;
        out.attemptsSum = attemptsSum;
        out.peersSum = peersSum;
    }

    public int attempts(int window) {
        return minutes.attempts(window, newest);
    }

    public int failures(int window) {
        return minutes.failures(window, newest);
    }

    public int peers(int window) {
        return minutes.peers(window, newest);
    }

    /** Whether the rule may raise an alert now; if so, it is muted from now on. */
    public boolean unmuted(String rule, long time, long muteMs) {
        for (int i = 0; i < alertRules.length; i++) {
            if (alertRules[i].equals(rule)) {
                if (Math.abs(time - alertTimes[i]) < muteMs) {
                    return false;
                }
                alertTimes[i] = time;
                return true;
            }
        }
        alertRules = Arrays.copyOf(alertRules, alertRules.length + 1);
        alertTimes = Arrays.copyOf(alertTimes, alertRules.length);
        alertRules[alertRules.length - 1] = rule;
        alertTimes[alertTimes.length - 1] = time;
        return true;
    }

    /** The ids of its last events, if it remembers any. */
    public RecentIds ids() {
        return ids;
    }

    public void remembers(RecentIds recentIds) {
        ids = recentIds;
    }

    public long lastSeen() {
        return lastSeen;
    }

    /** Writes meetings that are only in memory to where they belong. */
    public void writeBack(Meetings behind) throws Exception {
        if (overflow != null) {
            overflow.writeBack(behind);
        }
    }

    /** Bytes on the heap, about. */
    public int weight() {
        int inMemory = (overflow == null ? 0 : overflow.weight()) + (ids == null ? 0 : ids.weight());
        return 256 + minutes.weight() + peer.length * 12 + alertRules.length * 32 + inMemory;
    }

    /** When a later clock hour begins, what the window held when the last one ended goes into the mean. */
    private void closeHour(int now) {
        if (hour != Integer.MIN_VALUE && now <= hour) {
            return;
        }
        if (hour != Integer.MIN_VALUE) {
            activeHours++;
            attemptsSum += minutes.attemptsInWindow;
            peersSum += minutes.peersInWindow;
        }
        hour = now;
    }

    private int find(long to) {
        for (int i = recent - 1; i >= 0; i--) {
            if (peer[i] == to) {
                return i;
            }
        }
        return -1;
    }

    private int older(long to, Meetings behind) throws Exception {
        if (recent < RECENT) {
            return Meetings.NEVER; // nothing was ever pushed out of here
        }
        if (overflow == null) {
            overflow = new Overflow();
        }
        return overflow.get(to, behind);
    }

    private void remember(int place, long to, int at) {
        if (place >= 0) {
            met[place] = at;
            return;
        }
        if (recent == RECENT) { // the one not met for longest makes room
            int oldest = 0;
            for (int i = 1; i < recent; i++) {
                if (met[i] < met[oldest]) {
                    oldest = i;
                }
            }
            if (at < met[oldest]) { // a late event with a peer that is older still
                overflow.put(to, at);
                return;
            }
            overflow.put(peer[oldest], met[oldest]);
            peer[oldest] = to;
            met[oldest] = at;
            return;
        }
        if (recent == peer.length) {
            peer = Arrays.copyOf(peer, Math.min(RECENT, recent * 2));
            met = Arrays.copyOf(met, peer.length);
        }
        peer[recent] = to;
        met[recent++] = at;
    }

    static int minute(long time) {
        return (int) Math.floorDiv(time, (long) MINUTE_MS);
    }
}
