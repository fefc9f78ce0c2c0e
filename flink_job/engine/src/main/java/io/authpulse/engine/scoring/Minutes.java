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
 * and leaves once. All lies in one array, because what scoring waits for is memory: entities are many and hit at random.
 */
final class Minutes {
    static final int WINDOW = 60;
    private static final int FIRST_SIZE = 2;

    // a bucket's numbers, one after the other
    private static final int ATTEMPTS = 1; // 0 is the minute
    private static final int FAILURES = 2;
    private static final int PEERS = 3; // whose latest meeting was in that minute
    private static final int WIDTH = 4;

    private int used; // buckets in use, by minute ascending
    private int[] buckets = new int[FIRST_SIZE * WIDTH];
    int attemptsInWindow;
    int failuresInWindow;
    int peersInWindow;

    /** Forgets minutes before {@code floor}. */
    void expire(int floor) {
        int gone = 0;
        while (gone < used && buckets[gone * WIDTH] < floor) {
            attemptsInWindow -= buckets[gone * WIDTH + ATTEMPTS];
            failuresInWindow -= buckets[gone * WIDTH + FAILURES];
            peersInWindow -= buckets[gone * WIDTH + PEERS];
            gone++;
        }
        if (gone > 0) {
            used -= gone;
            System.arraycopy(buckets, gone * WIDTH, buckets, 0, used * WIDTH);
        }
    }

    void addAttempt(int at, boolean failed) {
        int bucket = bucket(at);
        buckets[bucket + ATTEMPTS]++;
        attemptsInWindow++;
        if (failed) {
            buckets[bucket + FAILURES]++;
            failuresInWindow++;
        }
    }

    void addMeeting(int at) {
        buckets[bucket(at) + PEERS]++;
        peersInWindow++;
    }

    void removeMeeting(int at) {
        buckets[bucket(at) + PEERS]--;
        peersInWindow--;
    }

    /** Sums of the last {@code window} minutes, up to {@code newest}; the whole hour is at hand, less is added up. */
    int attempts(int window, int newest) {
        return window == WINDOW ? attemptsInWindow : sum(ATTEMPTS, newest - window);
    }

    int failures(int window, int newest) {
        return window == WINDOW ? failuresInWindow : sum(FAILURES, newest - window);
    }

    int peers(int window, int newest) {
        return window == WINDOW ? peersInWindow : sum(PEERS, newest - window);
    }

    private int sum(int what, int after) {
        int sum = 0;
        for (int i = used - 1; i >= 0 && buckets[i * WIDTH] > after; i--) {
            sum += buckets[i * WIDTH + what];
        }
        return sum;
    }

    /** Where the bucket of a minute begins; made where it is missing. */
    private int bucket(int at) {
        int i = used - 1;
        while (i >= 0 && buckets[i * WIDTH] > at) {
            i--;
        }
        if (i >= 0 && buckets[i * WIDTH] == at) {
            return i * WIDTH;
        }
        if (used * WIDTH == buckets.length) {
            buckets = Arrays.copyOf(buckets, Math.min(WINDOW, used * 2) * WIDTH);
        }
        int from = (i + 1) * WIDTH;
        System.arraycopy(buckets, from, buckets, from + WIDTH, used * WIDTH - from);
        used++;
        buckets[from] = at;
        Arrays.fill(buckets, from + 1, from + WIDTH, 0);
        return from;
    }

    int weight() {
        return buckets.length * 4 + 64;
    }

    Minutes copy() {
        Minutes copy = new Minutes();
        copy.used = used;
        copy.buckets = buckets.clone();
        copy.attemptsInWindow = attemptsInWindow;
        copy.failuresInWindow = failuresInWindow;
        copy.peersInWindow = peersInWindow;
        return copy;
    }

    /** Minutes as distances: the first from the window's beginning, each other from the one before. */
    void write(int newest, DataOutput out) throws IOException {
        Wire.writeNumber(used, out);
        int last = newest - WINDOW + 1;
        for (int i = 0; i < used * WIDTH; i += WIDTH) {
            Wire.writeNumber(buckets[i] - last, out);
            Wire.writeNumber(buckets[i + ATTEMPTS], out);
            Wire.writeNumber(buckets[i + FAILURES], out);
            Wire.writeNumber(buckets[i + PEERS], out);
            last = buckets[i];
        }
    }

    static Minutes read(int newest, DataInput in) throws IOException {
        Minutes read = new Minutes();
        read.used = (int) Wire.readNumber(in);
        read.buckets = new int[Math.max(FIRST_SIZE, read.used) * WIDTH];
        int last = newest - WINDOW + 1;
        for (int i = 0; i < read.used * WIDTH; i += WIDTH) {
            read.buckets[i] = last += (int) Wire.readNumber(in);
            read.attemptsInWindow += read.buckets[i + ATTEMPTS] = (int) Wire.readNumber(in);
            read.failuresInWindow += read.buckets[i + FAILURES] = (int) Wire.readNumber(in);
            read.peersInWindow += read.buckets[i + PEERS] = (int) Wire.readNumber(in);
        }
        return read;
    }
}
