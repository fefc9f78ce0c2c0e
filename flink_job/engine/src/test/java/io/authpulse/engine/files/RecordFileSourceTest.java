package io.authpulse.engine.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.authpulse.engine.kinesis.KinesisRecord;
import io.authpulse.engine.kinesis.RecordDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A folder of files as the source of a job. */
@Timeout(120)
class RecordFileSourceTest {
    private static final long ARRIVAL = 1_748_736_000_000L;
    private static final int MORE_THAN_THERE_ARE = 10_000;
    private static final AtomicBoolean CHECKPOINTED = new AtomicBoolean();
    private static final AtomicInteger FAILURES = new AtomicInteger();

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    @TempDir
    Path folder;

    @BeforeEach
    void nothing_fails() {
        CHECKPOINTED.set(false);
        FAILURES.set(1);
    }

    @Test
    void every_line_comes_once_with_its_place() throws Exception {
        write("c", 3);
        write("a", 1);
        write("b", 2);
        Files.writeString(folder.resolve("notes.txt"), "not a record\n");
        Files.createDirectory(folder.resolve("older.jsonl"));
        assertEquals(
                List.of("a 1 line 1", "b 1 line 1", "b 2 line 2", "c 1 line 1", "c 2 line 2", "c 3 line 3"),
                run(new Configuration()));
    }

    @Test
    void there_may_be_fewer_files_than_readers() throws Exception {
        write("a", 2);
        assertEquals(List.of("a 1 line 1", "a 2 line 2"), run(new Configuration()));
    }

    @Test
    void a_task_that_fails_reads_on_where_its_checkpoint_was() throws Exception {
        FAILURES.set(0);
        List<String> expected = new ArrayList<>();
        for (String shard : List.of("a", "b", "c")) {
            write(shard, 2000);
            for (int i = 1; i <= 2000; i++) {
                expected.add(shard + " " + i + " line " + i);
            }
        }
        expected.sort(null);
        Configuration options = new Configuration();
        options.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        List<String> found = run(options);
        assertEquals(1, FAILURES.get());
        assertEquals(expected, found);
    }

    @Test
    void a_folder_without_records_is_refused() throws IOException {
        assertEquals("has no *.jsonl files", refused(folder));
        assertEquals("has no *.jsonl files", refused(Files.writeString(folder.resolve("file"), "x")));
        assertEquals("does not exist", refused(folder.resolve("absent")));
    }

    private static String refused(Path path) {
        return assertThrows(IOException.class, () -> RecordFileSource.of(path.toString(), ARRIVAL, new Describe()))
                .getMessage();
    }

    private List<String> run(Configuration options) throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
        environment.setParallelism(2);
        environment.enableCheckpointing(10);
        RecordFileSource<String> source = RecordFileSource.of(folder.toString(), ARRIVAL, new Describe());
        DataStream<String> lines =
                environment.fromSource(source, WatermarkStrategy.noWatermarks(), "files").map(new FailOnce());
        List<String> found = lines.executeAndCollect(MORE_THAN_THERE_ARE);
        found.sort(null);
        return found;
    }

    private void write(String shard, int lines) throws IOException {
        StringBuilder content = new StringBuilder();
        for (int i = 1; i <= lines; i++) {
            content.append("line ").append(i).append('\n');
        }
        Files.writeString(folder.resolve(shard + ".jsonl"), content);
    }

    /** One text for each record; takes its time until there was a checkpoint. */
    private static final class Describe implements RecordDecoder<String> {
        private static final long serialVersionUID = 1;

        @Override
        public void open() {
            // nothing to be made
        }

        @Override
        public void decode(KinesisRecord record, String shardId, SourceOutput<String> out) {
            assertEquals(ARRIVAL, record.arrival());
            if (!CHECKPOINTED.get()) {
                LockSupport.parkNanos(1_000_000);
            }
            String text = new String(record.data(), StandardCharsets.UTF_8);
            out.collect(shardId + " " + record.sequence() + " " + text, ARRIVAL);
        }

        @Override
        public TypeInformation<String> type() {
            return Types.STRING;
        }
    }

    /** Fails at the first element after the first checkpoint. */
    private static final class FailOnce extends RichMapFunction<String, String> implements CheckpointListener {
        private static final long serialVersionUID = 1;

        @Override
        public String map(String text) {
            if (CHECKPOINTED.get() && FAILURES.compareAndSet(0, 1)) {
                throw new IllegalStateException("as the test wants it");
            }
            return text;
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            CHECKPOINTED.set(true);
        }
    }
}
