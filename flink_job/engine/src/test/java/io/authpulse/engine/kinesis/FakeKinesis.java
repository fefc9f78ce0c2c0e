package io.authpulse.engine.kinesis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * One stream in memory that behaves as the service does: hash ranges, splits and merges, retention, iterators that
 * expire, a bound on replies; and that can be told to throttle or fail. Passes {@link KinesisContract}.
 */
final class FakeKinesis {
    static final int HASH_KEYS = 256;
    private static final long ITERATOR_LIFE_MS = 300_000;
    private static final long DAY_MS = 86_400_000;
    private static final int REPLY_BYTES = 10 << 20;
    private static final Map<String, FakeKinesis> RUNNING = new ConcurrentHashMap<>();

    private final LongSupplier clock;
    private final Map<String, ShardLog> shards = new HashMap<>();
    private final Map<String, List<Supplier<KinesisException>>> troubles = new HashMap<>();
    private Supplier<KinesisException> sometimes = () -> null;
    private long lastSequence = 1L << 60;
    private long retentionMs = DAY_MS;
    private int mostPerReply = 10_000;
    private boolean deleted;
    private int calls;
    private int opened; // shards ever

    private static final class ShardLog {
        final String id;
        final Set<String> parents;
        final int first;
        final int last;
        final List<KinesisRecord> records = new ArrayList<>();
        int trimmed;
        long closed = -1;

        ShardLog(String id, Set<String> parents, int first, int last) {
            this.id = id;
            this.parents = parents;
            this.first = first;
            this.last = last;
        }

        boolean isOpen() {
            return closed < 0;
        }

        int tip() {
            return trimmed + records.size();
        }
    }

    FakeKinesis(LongSupplier clock, int shardCount) {
        this.clock = clock;
        int width = HASH_KEYS / shardCount;
        for (int i = 0; i < shardCount; i++) {
            open(Set.of(), i * width, i == shardCount - 1 ? HASH_KEYS - 1 : (i + 1) * width - 1);
        }
    }

    /** For jobs, whose source is serialized: the stream stays here and is found by its name. */
    KinesisApi.Factory factory(String name) {
        RUNNING.put(name, this);
        return () -> RUNNING.get(name).connect();
    }

    // -- what producers and operators do

    synchronized String put(int hashKey, byte[] data) {
        ShardLog shard = openShards().stream()
                .filter(s -> s.first <= hashKey && hashKey <= s.last)
                .findFirst()
                .orElseThrow();
        String sequence = Long.toString(++lastSequence);
        shard.records.add(new KinesisRecord(data, sequence, clock.getAsLong()));
        return sequence;
    }

    synchronized String put(String shardId, byte[] data) {
        return put(shards.get(shardId).first, data);
    }

    synchronized void split(String shardId) {
        ShardLog shard = shards.get(shardId);
        int middle = (shard.first + shard.last) / 2;
        close(shard);
        open(Set.of(shardId), shard.first, middle);
        open(Set.of(shardId), middle + 1, shard.last);
    }

    synchronized void merge(String shardId, String adjacent) {
        ShardLog left = shards.get(shardId);
        ShardLog right = shards.get(adjacent);
        close(left);
        close(right);
        open(new LinkedHashSet<>(List.of(shardId, adjacent)), left.first, right.last);
    }

    /** Open ones by hash key, so that neighbours can be merged. */
    synchronized List<String> openShardIds() {
        return openShards().stream().map(s -> s.id).toList();
    }

    synchronized boolean canSplit(String shardId) {
        return shards.get(shardId).first < shards.get(shardId).last;
    }

    synchronized void retain(long millis) {
        retentionMs = millis;
    }

    synchronized void delete() {
        deleted = true;
    }

    // -- trouble

    /** The next reads of a shard end so, one after the other. */
    synchronized void trouble(String shardId, List<Supplier<KinesisException>> next) {
        troubles.computeIfAbsent(shardId, s -> new ArrayList<>()).addAll(next);
    }

    /** Asked at every call; null for no trouble. */
    synchronized void sometimes(Supplier<KinesisException> trouble) {
        sometimes = trouble;
    }

    synchronized void replyAtMost(int records) {
        mostPerReply = records;
    }

    synchronized int calls() {
        return calls;
    }

    static KinesisException throttled() {
        return new KinesisException.Throttled("Rate exceeded", null);
    }

    static KinesisException expired() {
        return new KinesisException.IteratorExpired("Iterator expired", null);
    }

    static KinesisException unavailable() {
        return new KinesisException.Unavailable("Connection reset", null);
    }

    // -- what consumers do

    KinesisApi connect() {
        return new Connection();
    }

    private final class Connection implements KinesisApi {
        @Override
        public List<KinesisApi.Shard> listShards() {
            synchronized (FakeKinesis.this) {
                requireStream();
                failSometimes(false);
                forget();
                return shards.values().stream()
                        .sorted(Comparator.comparing((ShardLog s) -> s.id))
                        .map(s -> new KinesisApi.Shard(s.id, s.parents))
                        .toList();
            }
        }

        @Override
        public String iterator(String shardId, Position from) {
            synchronized (FakeKinesis.this) {
                failSometimes(false);
                ShardLog shard = find(shardId);
                return token(shard, place(shard, from));
            }
        }

        @Override
        public Batch records(String iterator, int limit) {
            synchronized (FakeKinesis.this) {
                String[] parts = iterator.split("/");
                failSometimes(true);
                failAsTold(parts[0]);
                if (limit < 1 || limit > 10_000) {
                    throw new KinesisException.Refused("limit " + limit + " is not within 1 and 10000", null);
                }
                if (clock.getAsLong() - Long.parseLong(parts[2]) > ITERATOR_LIFE_MS) {
                    throw expired();
                }
                return read(find(parts[0]), Integer.parseInt(parts[1]), Math.min(limit, mostPerReply));
            }
        }

        @Override
        public void close() {}
    }

    private KinesisApi.Batch read(ShardLog shard, int from, int limit) {
        int position = Math.max(from, shard.trimmed);
        List<KinesisRecord> found = new ArrayList<>();
        int bytes = 0;
        while (found.size() < limit && position < shard.tip()) {
            KinesisRecord next = shard.records.get(position - shard.trimmed);
            bytes += next.data().length;
            if (bytes > REPLY_BYTES && !found.isEmpty()) {
                break;
            }
            found.add(next);
            position++;
        }
        boolean atTip = position == shard.tip();
        long since = atTip ? 0 : shard.records.get(position - shard.trimmed).arrival();
        long behind = atTip ? 0 : Math.max(1, clock.getAsLong() - since);
        return new KinesisApi.Batch(found, atTip && !shard.isOpen() ? null : token(shard, position), behind);
    }

    private int place(ShardLog shard, Position from) {
        return switch (from.kind()) {
            case TRIM_HORIZON -> shard.trimmed;
            case LATEST -> shard.tip();
            case AT_TIMESTAMP -> shard.trimmed
                    + (int) shard.records.stream().filter(r -> r.arrival() < from.timestamp()).count();
            case AFTER_SEQUENCE -> shard.trimmed
                    + (int) shard.records.stream()
                            .filter(r -> Long.parseLong(r.sequence()) <= Long.parseLong(from.sequence()))
                            .count();
        };
    }

    private String token(ShardLog shard, int position) {
        return shard.id + "/" + position + "/" + clock.getAsLong();
    }

    private ShardLog find(String shardId) {
        forget();
        if (deleted || !shards.containsKey(shardId)) {
            throw new KinesisException.ShardGone("Shard " + shardId + " does not exist", null);
        }
        return shards.get(shardId);
    }

    private void requireStream() {
        if (deleted) {
            throw new KinesisException.Refused("stream fake not found: check stream.arn", null);
        }
    }

    /** Records past retention, and closed shards that can have none left. */
    private void forget() {
        long before = clock.getAsLong() - retentionMs;
        shards.values().removeIf(s -> !s.isOpen() && s.closed < before);
        for (ShardLog shard : shards.values()) {
            while (!shard.records.isEmpty() && shard.records.get(0).arrival() < before) {
                shard.records.remove(0);
                shard.trimmed++;
            }
        }
    }

    private void failSometimes(boolean usesIterator) {
        calls++;
        KinesisException trouble = sometimes.get();
        if (trouble != null && (usesIterator || !(trouble instanceof KinesisException.IteratorExpired))) {
            throw trouble;
        }
    }

    private void failAsTold(String shardId) {
        List<Supplier<KinesisException>> next = troubles.getOrDefault(shardId, List.of());
        if (!next.isEmpty()) {
            throw next.remove(0).get();
        }
    }

    private List<ShardLog> openShards() {
        return shards.values().stream()
                .filter(ShardLog::isOpen)
                .sorted(Comparator.comparingInt(s -> s.first))
                .toList();
    }

    private void open(Set<String> parents, int first, int last) {
        String id = "shardId-%012d".formatted(opened++);
        shards.put(id, new ShardLog(id, parents, first, last));
    }

    private void close(ShardLog shard) {
        shard.closed = clock.getAsLong();
    }
}
