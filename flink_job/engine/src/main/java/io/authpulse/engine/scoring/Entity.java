package io.authpulse.engine.scoring;

import io.authpulse.engine.Wire;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
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
    private static final int NOT_YET = Integer.MIN_VALUE;
    private static final long NEVER_SEEN = Long.MIN_VALUE;

    long lastSeen = NEVER_SEEN; // event time, ms
    int lastTouched = NOT_YET; // minute of the stream's time, as far as that was ahead of lastSeen
    long total; // attempts
    long known; // first meetings
    int newest = NOT_YET; // minute of the newest attempt
    Minutes minutes = new Minutes();

    int recent;
    long[] peer = new long[2];
    int[] met = new int[2];

    long activeHours; // clock hours with attempts, without the one that is not over
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
        long activeHours;
        long attemptsSum;
        long peersSum;

        /** Mean at the end of its earlier active hours; NaN before there was one, as the next. */
        public double usualAttempts() {
            return activeHours == 0 ? Double.NaN : (double) attemptsSum / activeHours;
        }

        public double usualPeers() {
            return activeHours == 0 ? Double.NaN : (double) peersSum / activeHours;
        }
    }

    /** Whether the entity was silent for longer than that before {@code time}: it is then as if it had never been. */
    public boolean isForgotten(long time, int retentionMinutes) {
        return lastSeen != NEVER_SEEN && minute(time) > minute(lastSeen) + retentionMinutes;
    }

    /** Moves on to an event; true if the entity has already shown a later time. */
    public boolean see(long time) {
        boolean late = lastSeen != NEVER_SEEN && time < lastSeen;
        lastSeen = Math.max(lastSeen, time);
        return late;
    }

    /**
     * Keeps it from being removed until the stream is so much further. Without that an old log that is replayed beside a
     * live stream would lose its entities between any two of its events.
     */
    public void touch(long streamTime) {
        lastTouched = Math.max(lastTouched, minute(Math.max(lastSeen, streamTime)));
    }

    /** The time of the stream from which on it may be removed, in ms: the first at which every event finds it forgotten. */
    public long removableFrom(int retentionMinutes) {
        return ((long) Math.max(lastTouched, minute(lastSeen)) + retentionMinutes + 1) * MINUTE_MS;
    }

    /** The oldest minute of a meeting that still means anything. */
    public int oldestMeeting(int retentionMinutes) {
        return newest == NOT_YET ? NOT_YET : newest - retentionMinutes;
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
        if (at >= floor) {
            minutes.addAttempt(at, failed);
        }
        if (before == Meetings.NEVER || at > before) {
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

    /** Whether there may be meetings behind it: some were ever pushed out. */
    public boolean hasOlderMeetings() {
        return recent == RECENT;
    }

    /** Writes meetings that are only in memory to where they belong. */
    public void writeBack(Meetings behind) throws Exception {
        if (overflow != null) {
            overflow.writeBack(behind);
        }
    }

    /** Lets go of meetings in memory, which must have been written back: the next one is read again. */
    public void dropMeetings() {
        overflow = null;
    }

    /** Bytes on the heap, about. */
    public int weight() {
        int inMemory = (overflow == null ? 0 : overflow.weight()) + (ids == null ? 0 : ids.weight());
        return 256 + minutes.weight() + peer.length * 12 + alertRules.length * 32 + inMemory;
    }

    /** The value alone, without what of its meetings and ids is in memory. */
    public Entity copy() {
        Entity copy = new Entity();
        copy.lastSeen = lastSeen;
        copy.lastTouched = lastTouched;
        copy.total = total;
        copy.known = known;
        copy.newest = newest;
        copy.minutes = minutes.copy();
        copy.recent = recent;
        copy.peer = peer.clone();
        copy.met = met.clone();
        copy.activeHours = activeHours;
        copy.attemptsSum = attemptsSum;
        copy.peersSum = peersSum;
        copy.alertRules = alertRules.clone();
        copy.alertTimes = alertTimes.clone();
        return copy;
    }

    /** The value as bytes. New fields go to the end, under a new version of the serializer that calls this. */
    public void write(DataOutput out) throws IOException {
        out.writeLong(lastSeen);
        Wire.writeSigned((long) lastTouched - minute(lastSeen), out);
        Wire.writeNumber(total, out);
        if (total > 0) {
            Wire.writeSigned(newest, out);
            Wire.writeNumber(known, out);
            minutes.write(newest, out);
            Wire.writeNumber(recent, out);
            for (int i = 0; i < recent; i++) {
                out.writeLong(peer[i]);
                Wire.writeNumber(newest - met[i], out);
            }
            Wire.writeNumber(activeHours, out);
            Wire.writeNumber(attemptsSum, out);
            Wire.writeNumber(peersSum, out);
        }
        Wire.writeNumber(alertRules.length, out);
        for (int i = 0; i < alertRules.length; i++) {
            Wire.writeText(alertRules[i], out);
            out.writeLong(alertTimes[i]);
        }
    }

    /** Reads what {@link #write} wrote. */
    public static Entity read(DataInput in, byte[] scratch) throws IOException {
        Entity read = new Entity();
        read.lastSeen = in.readLong();
        read.lastTouched = (int) (minute(read.lastSeen) + Wire.readSigned(in));
        read.total = Wire.readNumber(in);
        if (read.total > 0) {
            read.newest = (int) Wire.readSigned(in);
            read.known = Wire.readNumber(in);
            read.minutes = Minutes.read(read.newest, in);
            read.recent = (int) Wire.readNumber(in);
            read.peer = new long[Math.max(2, read.recent)];
            read.met = new int[read.peer.length];
            for (int i = 0; i < read.recent; i++) {
                read.peer[i] = in.readLong();
                read.met[i] = read.newest - (int) Wire.readNumber(in);
            }
            read.activeHours = Wire.readNumber(in);
            read.attemptsSum = Wire.readNumber(in);
            read.peersSum = Wire.readNumber(in);
        }
        int alerts = (int) Wire.readNumber(in);
        read.alertRules = new String[alerts];
        read.alertTimes = new long[alerts];
        for (int i = 0; i < alerts; i++) {
            read.alertRules[i] = Wire.readText(in, scratch);
            read.alertTimes[i] = in.readLong();
        }
        return read;
    }

    /** When a later clock hour begins, what the window held when the last one ended goes into the mean. */
    private void closeHour(int now) {
        if (newest != NOT_YET && now > Math.floorDiv(newest, 60)) {
            activeHours++;
            attemptsSum += minutes.attemptsInWindow;
            peersSum += minutes.peersInWindow;
        }
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
        if (!hasOlderMeetings()) {
            return Meetings.NEVER;
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
