package io.authpulse.engine.scoring;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** An entity as {@code flink_job/reference.py} has it: everything is kept, everything is counted anew. */
final class PlainEntity {
    private final int retention;
    private final TreeMap<Integer, Integer> attempts = new TreeMap<>(); // by minute
    private final TreeMap<Integer, Integer> failures = new TreeMap<>();
    private final Map<Long, Integer> met = new HashMap<>();
    private Long lastSeen;
    private int newest = Integer.MIN_VALUE;
    private Integer hour;

    long total;
    long known;
    boolean newPeer;
    boolean late;
    long activeHours;
    long attemptsSum;
    long peersSum;

    PlainEntity(int retention) {
        this.retention = retention;
    }

    boolean isForgotten(long time) {
        return lastSeen != null && Entity.minute(time) > Entity.minute(lastSeen) + retention;
    }

    void count(long time, long peer, boolean failed) {
        late = lastSeen != null && time < lastSeen;
        lastSeen = lastSeen == null ? time : Math.max(lastSeen, time);
        int minute = Entity.minute(time);
        if (hour == null || Math.floorDiv(minute, 60) > hour) {
            if (hour != null) {
                activeHours++;
                attemptsSum += attempts(60);
                peersSum += peers(60);
            }
            hour = Math.floorDiv(minute, 60);
        }
        total++;
        newest = Math.max(newest, minute);
        attempts.merge(minute, 1, Integer::sum);
        failures.merge(minute, failed ? 1 : 0, Integer::sum);
        Integer before = met.get(peer);
        newPeer = before == null || before < newest - retention;
        known += newPeer ? 1 : 0;
        met.merge(peer, minute, Math::max);
    }

    int attempts(int window) {
        return sum(attempts, window);
    }

    int failures(int window) {
        return sum(failures, window);
    }

    int peers(int window) {
        return (int) met.values().stream().filter(minute -> minute > newest - window).count();
    }

    private int sum(TreeMap<Integer, Integer> byMinute, int window) {
        return byMinute.tailMap(newest - window, false).values().stream().mapToInt(n -> n).sum();
    }
}
