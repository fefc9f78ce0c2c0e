package io.authpulse.engine.kinesis;

import java.util.random.RandomGenerator;

/**
 * When one shard may be read again, and how much of it at once. No clock of its own: times are nanoseconds of the
 * caller's.
 *
 * <p>The service allows five reads a second and 2 MB a second of a shard, to all consumers together. The first is kept
 * to from the start. The second is kept to only once the service has throttled: until then a replay goes as fast as
 * replies come, which is what a local Kinesis, and the service's own reserve, allow.
 */
final class Pacing {
    static final int MOST_RECORDS = 10_000;
    static final int FEWEST_RECORDS = 10;

    /** Big enough to be cheap, small enough that the service's 10 MB a reply and the heap are far. */
    static final long REPLY_BYTES = 4 << 20;

    static final long BYTES_PER_SECOND = 2 << 20;

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final long BYTES_COUNT_FOR = 60 * SECOND;
    private static final int MOST_DOUBLINGS = 10;

    private final KinesisSource.Options options;
    private final RandomGenerator random;
    private long due;
    private int limit = MOST_RECORDS;
    private int troubles; // in a row, of any kind: how long to rest
    private int failures; // in a row, without throttling: whether to give up
    private boolean bytesCount;
    private long bytesCountUntil;

    Pacing(KinesisSource.Options options, RandomGenerator random, long now) {
        this.options = options;
        this.random = random;
        this.due = now;
    }

    /** How long until the next call may be made; zero or less for now. */
    long waitAt(long now) {
        return due - now;
    }

    /** How many records to ask for. */
    int limit() {
        return limit;
    }

    /**
     * A call made then was answered. Empty replies behind the tip are holes in the shard, and no reason to wait longer.
     */
    void answered(long asked, int records, long bytes, boolean atTip) {
        troubles = failures = 0;
        long pause = (records == 0 && atTip ? options.emptyPollMs() : options.minPollMs()) * MILLI;
        if (bytesCount && asked - bytesCountUntil < 0) {
            pause = Math.max(pause, bytes * SECOND / BYTES_PER_SECOND);
        }
        due = asked + pause;
        if (records > 0) {
            fitLimit(Math.max(1, bytes / records));
        }
    }

    void throttled(long now) {
        bytesCount = true;
        bytesCountUntil = now + BYTES_COUNT_FOR;
        rest(now);
    }

    /** Returns whether trying again still makes sense. */
    boolean failed(long now) {
        rest(now);
        return ++failures <= options.maxRetries();
    }

    /** Down at once, since a reply that is too big costs memory; up slowly, since the next records may be bigger. */
    private void fitLimit(long bytesPerRecord) {
        long fitting = Math.max(FEWEST_RECORDS, Math.min(MOST_RECORDS, REPLY_BYTES / bytesPerRecord));
        limit = (int) Math.min(fitting, limit + Math.max(FEWEST_RECORDS, limit / 8));
    }

    /** Doubling, with jitter, so that shards which failed together do not come back together. */
    private void rest(long now) {
        long doubled = Math.max(1, options.minPollMs()) << Math.min(MOST_DOUBLINGS, ++troubles);
        long longest = Math.min(options.maxBackoffMs(), doubled) * MILLI;
        due = now + longest / 2 + random.nextLong(longest / 2 + 1);
    }
}
