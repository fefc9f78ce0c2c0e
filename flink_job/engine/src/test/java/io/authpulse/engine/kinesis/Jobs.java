package io.authpulse.engine.kinesis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.TestInfo;

/** Jobs that read a stream of {@link Accounts} into a {@link Ledger}, with frequent checkpoints and quick restarts. */
final class Jobs {
    static final KinesisSource.Options QUICK = new KinesisSource.Options(3, 5, 60, 10, 300, 60_000);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Jobs() {}

    static Configuration settings(Path folder) {
        Configuration settings = new Configuration();
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(50));
        settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, folder.resolve("checkpoints").toUri().toString());
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1000);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(20));
        return settings;
    }

    /** All tasks are one region: if one fails, all go back. */
    static JobClient startKeyed(
            KinesisSource<Tuple2<Integer, Long>> source, String ledger, int parallelism, Configuration settings)
            throws Exception {
        StreamExecutionEnvironment env = environment(parallelism, settings);
        read(env, source)
                .keyBy(number -> number.f0, Types.INT)
                .process(new Ledger.InOrder(ledger))
                .uid("in-order")
                .sinkTo(new DiscardingSink<>());
        return env.executeAsync();
    }

    /** Each task is a region of its own and fails alone. */
    static JobClient startChained(
            KinesisSource<Tuple2<Integer, Long>> source, String ledger, int parallelism, Configuration settings)
            throws Exception {
        StreamExecutionEnvironment env = environment(parallelism, settings);
        read(env, source).map(new Ledger.PerTask(ledger)).uid("per-task").sinkTo(new DiscardingSink<>());
        return env.executeAsync();
    }

    /** A job that goes on would keep its slots from the next. */
    static void stop(JobClient job) {
        if (!job.getJobStatus().join().isGloballyTerminalState()) {
            job.cancel().join();
            waitUntil(() -> job.getJobStatus().join().isGloballyTerminalState());
        }
    }

    private static StreamExecutionEnvironment environment(int parallelism, Configuration settings) {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(settings);
        env.setParallelism(parallelism);
        return env;
    }

    private static DataStream<Tuple2<Integer, Long>> read(
            StreamExecutionEnvironment env, KinesisSource<Tuple2<Integer, Long>> source) {
        return env.fromSource(source, WatermarkStrategy.noWatermarks(), "kinesis").uid("kinesis");
    }

    static String name(TestInfo test) {
        return test.getTestMethod().orElseThrow().getName();
    }

    static void waitUntil(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not reached in " + PATIENCE.toSeconds() + " s");
            LockSupport.parkNanos(2_000_000);
        }
    }
}
