package io.authpulse.engine.scoring;

import io.authpulse.engine.Wire;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
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

    private void resize(int size) {
        minute = Arrays.copyOf(minute, size);
        attempts = Arrays.copyOf(attempts, size);
        failures = Arrays.copyOf(failures, size);
        peers = Arrays.copyOf(peers, size);
    }

    int weight() {
        return minute.length * 16 + 96;
    }

    Minutes copy() {
        Minutes copy = new Minutes();
        copy.used = used;
        copy.minute = minute.clone();
        copy.attempts = attempts.clone();
        copy.failures = failures.clone();
        copy.peers = peers.clone();
        copy.attemptsInWindow = attemptsInWindow;
        copy.failuresInWindow = failuresInWindow;
        copy.peersInWindow = peersInWindow;
        return copy;
    }

    /** Minutes as distances: the first from the window's beginning, each other from the one before. */
    void write(int newest, DataOutput out) throws IOException {
        Wire.writeNumber(used, out);
        int last = newest - WINDOW + 1;
        for (int i = 0; i < used; i++) {
            Wire.writeNumber(minute[i] - last, out);
            Wire.writeNumber(attempts[i], out);
            Wire.writeNumber(failures[i], out);
            Wire.writeNumber(peers[i], out);
            last = minute[i];
        }
    }

    static Minutes read(int newest, DataInput in) throws IOException {
        Minutes read = new Minutes();
        read.used = (int) Wire.readNumber(in);
        read.resize(Math.max(FIRST_SIZE, read.used));
        int last = newest - WINDOW + 1;
        for (int i = 0; i < read.used; i++) {
            read.minute[i] = last += (int) Wire.readNumber(in);
            read.attemptsInWindow += read.attempts[i] = (int) Wire.readNumber(in);
            read.failuresInWindow += read.failures[i] = (int) Wire.readNumber(in);
            read.peersInWindow += read.peers[i] = (int) Wire.readNumber(in);
        }
        return read;
    }

    private int[][] columns() {
        return new int[][] {minute, attempts, failures, peers};
    }
}
