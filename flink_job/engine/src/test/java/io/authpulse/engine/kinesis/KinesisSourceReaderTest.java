package io.authpulse.engine.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.UserCodeClassLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** What a reader keeps in its state. */
@Timeout(30)
class KinesisSourceReaderTest {
    private static final String SHARD = "shardId-000000000000";
    private static final KinesisSource.Options QUICK = new KinesisSource.Options(1, 1, 8, 3, 1000, 1000);

    private final FakeKinesis stream = new FakeKinesis(() -> 1_700_000_000_000L, 1);
    private final Task task = new Task();
    private SourceReader<Tuple2<Integer, Long>, ShardSplit> reader;

    @BeforeEach
    void start(TestInfo test) {
        KinesisApi.Factory factory = stream.factory(test.getDisplayName());
        reader = new KinesisSource<>(factory, "fake", Position.TRIM_HORIZON, QUICK, new Accounts.Decoder())
                .createReader(task);
        reader.start();
        reader.addSplits(List.of(new ShardSplit(SHARD, Set.of(), Position.TRIM_HORIZON, false)));
    }

    @AfterEach
    void stop() throws Exception {
        reader.close();
    }

    @Test
    void a_position_is_that_of_the_last_record_of_which_all_elements_are_out() throws Exception {
        List<String> sequences = List.of(put(0), put(Accounts.PER_RECORD));
        pollUntil(() -> !task.emitted.isEmpty());
        int records = task.emitted.size() / Accounts.PER_RECORD;
        assertEquals(0, task.emitted.size() % Accounts.PER_RECORD);
        assertEquals(
                List.of(new ShardSplit(SHARD, Set.of(), Position.after(sequences.get(records - 1)), false)),
                reader.snapshotState(1));
    }

    @Test
    void a_shard_without_records_yet_keeps_its_start() {
        assertEquals(
                List.of(new ShardSplit(SHARD, Set.of(), Position.TRIM_HORIZON, false)), reader.snapshotState(1));
    }

    @Test
    void a_finished_shard_stays_in_the_state_until_a_checkpoint_after_the_first_that_held_it_is_complete()
            throws Exception {
        String last = put(0);
        stream.split(SHARD);
        pollUntil(() -> !task.sent.isEmpty());
        assertEquals(List.of(new KinesisSourceReader.Finished(List.of(SHARD))), task.sent);
        List<ShardSplit> finished = List.of(new ShardSplit(SHARD, Set.of(), Position.after(last), true));

        reader.notifyCheckpointComplete(1); // began before the end was known
        assertEquals(finished, reader.snapshotState(2));
        reader.notifyCheckpointComplete(2);
        assertEquals(finished, reader.snapshotState(3));
        reader.notifyCheckpointAborted(3);
        assertEquals(finished, reader.snapshotState(4));
        reader.notifyCheckpointComplete(4);
        assertEquals(List.of(), reader.snapshotState(5));
    }

    private String put(long first) {
        return stream.put(SHARD, ("0:" + first).getBytes(UTF_8));
    }

    private void pollUntil(BooleanSupplier reached) throws Exception {
        while (!reached.getAsBoolean()) {
            reader.pollNext(task);
            Thread.onSpinWait();
        }
    }

    /** The task around the reader. */
    private static final class Task implements SourceReaderContext, ReaderOutput<Tuple2<Integer, Long>> {
        final List<Tuple2<Integer, Long>> emitted = new ArrayList<>();
        final List<SourceEvent> sent = new ArrayList<>();
        private final SourceReaderMetricGroup metrics = UnregisteredMetricsGroup.createSourceReaderMetricGroup();

        @Override
        public void collect(Tuple2<Integer, Long> element) {
            emitted.add(element);
        }

        @Override
        public void collect(Tuple2<Integer, Long> element, long timestamp) {
            emitted.add(element);
        }

        @Override
        public SourceOutput<Tuple2<Integer, Long>> createOutputForSplit(String splitId) {
            return this;
        }

        @Override
        public void releaseOutputForSplit(String splitId) {}

        @Override
        public void emitWatermark(Watermark watermark) {}

        @Override
        public void markIdle() {}

        @Override
        public void markActive() {}

        @Override
        public SourceReaderMetricGroup metricGroup() {
            return metrics;
        }

        @Override
        public Configuration getConfiguration() {
            return new Configuration();
        }

        @Override
        public String getLocalHostName() {
            return "here";
        }

        @Override
        public int getIndexOfSubtask() {
            return 0;
        }

        @Override
        public void sendSplitRequest() {}

        @Override
        public void sendSourceEventToCoordinator(SourceEvent event) {
            sent.add(event);
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            throw new UnsupportedOperationException("nothing is loaded");
        }
    }
}
