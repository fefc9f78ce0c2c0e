package io.authpulse.engine.kinesis;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * {@code millisBehindLatest} of each shard, and the largest of them for the reader, which is what alarms should watch;
 * counters of what went wrong. In the group {@code KinesisStreamReader.stream.NAME}.
 */
final class ShardMetrics {
    private static final String BEHIND = "millisBehindLatest";

    final Counter throttled;
    final Counter failed;
    final Counter expired;
    final Counter lost;

    private final MetricGroup group;
    private final Map<String, Long> behind = new ConcurrentHashMap<>();
    private final Set<String> shown = ConcurrentHashMap.newKeySet();

    ShardMetrics(MetricGroup parent, String stream) {
        group = parent.addGroup("KinesisStreamReader").addGroup("stream", stream);
        throttled = group.counter("throttledReads");
        failed = group.counter("failedReads");
        expired = group.counter("expiredIterators");
        lost = group.counter("lostShards");
        group.gauge(BEHIND, () -> behind.values().stream().mapToLong(Long::longValue).max().orElse(0));
    }

    /** A gauge cannot be taken back from a group: it stays, and shows 0 for a shard that is elsewhere now. */
    void add(String shardId) {
        if (shown.add(shardId)) {
            group.addGroup("shardId", shardId).gauge(BEHIND, () -> behind.getOrDefault(shardId, 0L));
        }
    }

    void behind(String shardId, long millis) {
        behind.put(shardId, millis);
    }

    void forget(String shardId) {
        behind.remove(shardId);
    }
}
