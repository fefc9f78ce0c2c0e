package io.authpulse.engine.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class ShardMetricsTest {
    private static final String GROUP = "KinesisStreamReader.stream.auth.";

    private final Map<String, Gauge<?>> gauges = new HashMap<>();
    private final ShardMetrics metrics = new ShardMetrics(new Recorder(""), "auth");

    @Test
    void each_shard_shows_how_far_it_is_behind_and_the_reader_the_worst_of_them() {
        metrics.add("shard-1");
        metrics.add("shard-2");
        metrics.behind("shard-1", 1000);
        metrics.behind("shard-2", 3000);
        assertEquals(1000L, value("shardId.shard-1.millisBehindLatest"));
        assertEquals(3000L, value("shardId.shard-2.millisBehindLatest"));
        assertEquals(3000L, value("millisBehindLatest"));
    }

    @Test
    void a_shard_that_is_elsewhere_now_is_not_behind_any_more() {
        metrics.add("shard-1");
        metrics.behind("shard-1", 1000);
        metrics.forget("shard-1");
        assertEquals(0L, value("shardId.shard-1.millisBehindLatest"));
        assertEquals(0L, value("millisBehindLatest"));
    }

    @Test
    void a_shard_that_comes_back_keeps_its_gauge() {
        metrics.add("shard-1");
        Gauge<?> first = gauges.get(GROUP + "shardId.shard-1.millisBehindLatest");
        metrics.forget("shard-1");
        metrics.add("shard-1");
        metrics.behind("shard-1", 7);
        assertEquals(7L, first.getValue());
    }

    private Object value(String name) {
        return gauges.get(GROUP + name).getValue();
    }

    private final class Recorder extends UnregisteredMetricsGroup {
        private final String prefix;

        Recorder(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public MetricGroup addGroup(String name) {
            return new Recorder(prefix + name + ".");
        }

        @Override
        public MetricGroup addGroup(String key, String value) {
            return addGroup(key).addGroup(value);
        }

        @Override
        public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
            Gauge<?> before = gauges.put(prefix + name, gauge);
            assertEquals(null, before, "registered twice: " + prefix + name);
            return gauge;
        }
    }
}
