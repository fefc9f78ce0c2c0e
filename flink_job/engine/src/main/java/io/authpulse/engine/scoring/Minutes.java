package io.authpulse.engine.scoring;

import java.util.Arrays;

/**
 * The last sixty minutes of an entity: attempts, failures and latest meetings by minute, with running totals.
 *
 * <p>Only minutes in which something happened take room. An event costs a few array steps, amortised: each minute enters
 * and leaves once.
 */
final class Minutes {
    static final int WINDOW = 60;
    private static final int FIRST_SIZE = 2;

    int used; // buckets in use, by minute ascending
    int[] minute = new int[FIRST_SIZE];
    int[] attempts = new int[FIRST_SIZE];
    int[] failures = new int[FIRST_SIZE];
    int[] peers = new int[FIRST_SIZE]; // peers whose latest meeting was in that minute
    int attemptsInWindow;
    int failuresInWindow;
    int peersInWindow;

    /** Forgets minutes before {@code floor}. */
    void expire(int floor) {
        int gone = 0;
        while (gone < used && minute[gone] < floor) {
            attemptsInWindow -= attempts[gone];
            failuresInWindow -= failures[gone];
            peersInWindow -= peers[gone];
            gone++;
        }
        if (gone > 0) {
            used -= gone;
            for (int[] column : columns()) {
                System.arraycopy(column, gone, column, 0, used);
            }
        }
    }

    void addAttempt(int at, boolean failed) {
        int i = bucket(at);
        attempts[i]++;
        attemptsInWindow++;
        if (failed) {
            failures[i]++;
            failuresInWindow++;
        }
    }

    void addMeeting(int at) {
        peers[bucket(at)]++;
        peersInWindow++;
    }

    void removeMeeting(int at) {
        peers[bucket(at)]--;
        peersInWindow--;
    }

    /** Sums of the last {@code window} minutes, up to {@code newest}; the whole hour is at hand, less is added up. */
    int attempts(int window, int newest) {
        return window == WINDOW ? attemptsInWindow : sum(attempts, newest - window);
    }

    int failures(int window, int newest) {
        return window == WINDOW ? failuresInWindow : sum(failures, newest - window);
    }

    int peers(int window, int newest) {
        return window == WINDOW ? peersInWindow : sum(peers, newest - window);
    }

    private int sum(int[] column, int after) {
        int sum = 0;
        for (int i = used - 1; i >= 0 && minute[i] > after; i--) {
            sum += column[i];
        }
        return sum;
    }

    /** The bucket of a minute, made where it is missing. */
    private int bucket(int at) {
        int i = used - 1;
        while (i >= 0 && minute[i] > at) {
            i--;
        }
        if (i >= 0 && minute[i] == at) {
            return i;
        }
        if (used == minute.length) {
            resize(Math.min(WINDOW, used * 2));
        }
        i++;
        for (int[] column : columns()) {
            System.arraycopy(column, i, column, i + 1, used - i);
        }
        used++;
        minute[i] = at;
        attempts[i] = failures[i] = peers[i] = 0;
        return i;
    }

    void resize(int size) {
        minute = Arrays.copyOf(minute, size);
        attempts = Arrays.copyOf(attempts, size);
        failures = Arrays.copyOf(failures, size);
        peers = Arrays.copyOf(peers, size);
    }

    int weight() {
        return minute.length * 16 + 96;
    }

    private int[][] columns() {
        return new int[][] {minute, attempts, failures, peers};
    }
}
