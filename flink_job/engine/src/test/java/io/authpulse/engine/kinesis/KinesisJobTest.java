package io.authpulse.engine.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The source in jobs, while shards split and merge, calls fail and tasks die. */
@Timeout(120)
class KinesisJobTest {
    private static final int SLOTS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final KinesisSource.Options QUICK = new KinesisSource.Options(3, 5, 60, 10, 300, 60_000);

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(SLOTS)
            .build());

    @TempDir
    Path folder;

    private final Random random = new Random(7);
    private final FakeKinesis stream = new FakeKinesis(System::currentTimeMillis, 4);
    private final Accounts accounts = new Accounts(stream, random);

    @Test
    void every_account_counts_on_through_resharding_throttling_expiry_and_failed_tasks(TestInfo test) throws Exception {
        Ledger ledger = Ledger.open(name(test));
        stream.replyAtMost(5);
        stream.sometimes(this::chaos);
        JobClient job = startKeyed(test, SLOTS, Position.TRIM_HORIZON, settings());
        for (int step = 0; step < 24; step++) {
            reshard(step);
            accounts.putRecords(150);
            waitUntil(() -> seen(ledger) >= accounts.total() * 3 / 4);
            if (step % 4 == 3) {
                ledger.failNext();
            }
        }
        waitUntil(() -> seen(ledger) == accounts.total());
        for (int account = 0; account < Accounts.COUNT; account++) {
            assertEquals(accounts.of(account), ledger.nextOfAccount.getOrDefault(account, 0L), "account " + account);
        }
        assertEquals(0, ledger.gaps.get(), "gaps");
        assertEquals(0, ledger.repeats.get(), "repeats");
        assertTrue(ledger.failures.get() >= 5, "tasks failed: " + ledger.failures);
        job.cancel().get();
    }

    @Test
    void a_failed_task_comes_back_alone_and_nothing_is_read_twice_or_lost(TestInfo test) throws Exception {
        Ledger ledger = Ledger.open(name(test));
        stream.replyAtMost(5);
        stream.sometimes(this::chaos);
        StreamExecutionEnvironment env = environment(SLOTS, settings());
        source(env, test, Position.TRIM_HORIZON)
                .map(new Ledger.PerTask(name(test)))
                .uid("per-task")
                .sinkTo(new DiscardingSink<>());
        JobClient job = env.executeAsync();
        for (int step = 0; step < 16; step++) {
            reshard(step);
            accounts.putRecords(150);
            waitUntil(() -> total(ledger, 0) >= accounts.total() * 3 / 4);
            if (step % 4 == 3) {
                ledger.failNext();
            }
        }
        waitUntil(() -> total(ledger, 0) >= accounts.total());
        int calls = stream.calls();
        waitUntil(() -> stream.calls() > calls + 200); // long enough to see what comes twice
        assertEquals(accounts.total(), total(ledger, 0), "numbers");
        long sum = 0;
        for (int account = 0; account < Accounts.COUNT; account++) {
            sum += accounts.of(account) * (accounts.of(account) - 1) / 2;
        }
        assertEquals(sum, total(ledger, 1), "their sum");
        assertTrue(ledger.failures.get() >= 3, "tasks failed: " + ledger.failures);
        assertEquals(1, ledger.startsOfSubtask.get(1).get(), "starts of a task that did not fail");
        assertEquals(1, ledger.startsOfSubtask.get(2).get(), "starts of a task that did not fail");
        assertEquals(1 + ledger.failures.get(), ledger.startsOfSubtask.get(0).get(), "starts of the one that did");
        job.cancel().get();
    }

    @Test
    void a_savepoint_is_taken_up_with_more_tasks_after_resharding_wherever_the_job_is_told_to_start(TestInfo test)
            throws Exception {
        Ledger ledger = Ledger.open(name(test));
        JobClient first = startKeyed(test, 2, Position.TRIM_HORIZON, settings());
        accounts.putRecords(300);
        waitUntil(() -> seen(ledger) == accounts.total());
        stream.split(stream.openShardIds().get(0));
        accounts.putRecords(300);
        waitUntil(() -> seen(ledger) >= accounts.total() * 3 / 4);
        String savepoint = first.stopWithSavepoint(false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
        stream.merge(stream.openShardIds().get(1), stream.openShardIds().get(2));
        accounts.putRecords(300);

        Configuration settings = settings();
        settings.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        JobClient second = startKeyed(test, 3, Position.LATEST, settings);
        waitUntil(() -> seen(ledger) == accounts.total());
        accounts.putRecords(300);
        waitUntil(() -> seen(ledger) == accounts.total());
        assertEquals(0, ledger.gaps.get(), "gaps");
        assertEquals(0, ledger.repeats.get(), "repeats");
        second.cancel().get();
    }

    @Test
    void latest_means_since_the_job_began_although_its_first_attempts_fail(TestInfo test) throws Exception {
        Ledger ledger = Ledger.open(name(test));
        new Accounts(stream, random).putRecords(50); // before the job: not for it
        long began = System.currentTimeMillis();
        waitUntil(() -> System.currentTimeMillis() > began + 1);
        stream.sometimes(FakeKinesis::throttled);
        JobClient job = startKeyed(test, 2, Position.LATEST, settings());
        waitUntil(() -> stream.calls() > 0); // the enumerator looks for shards, so the start is settled
        accounts.putRecords(50);
        stream.sometimes(this::refuseRecordsOnce);
        waitUntil(() -> seen(ledger) == accounts.total());
        assertTrue(refusals > 0);
        assertEquals(0, ledger.gaps.get(), "gaps");
        assertEquals(0, ledger.repeats.get(), "repeats");
        job.cancel().get();
    }

    @Test
    void a_timestamp_skips_what_arrived_before(TestInfo test) throws Exception {
        Ledger ledger = Ledger.open(name(test));
        new Accounts(stream, random).putRecords(50);
        long began = System.currentTimeMillis();
        waitUntil(() -> System.currentTimeMillis() > began + 1);
        JobClient job = startKeyed(test, 2, Position.at(began + 1), settings());
        accounts.putRecords(50);
        waitUntil(() -> seen(ledger) == accounts.total());
        assertEquals(0, ledger.gaps.get() + ledger.repeats.get());
        job.cancel().get();
    }

    @Test
    void a_stream_that_is_not_there_fails_the_job_with_what_to_check(TestInfo test) throws Exception {
        Ledger.open(name(test));
        stream.delete();
        Configuration settings = settings();
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
        JobClient job = startKeyed(test, 1, Position.TRIM_HORIZON, settings);
        Throwable failure =
                assertThrows(ExecutionException.class, () -> job.getJobExecutionResult().get());
        assertTrue(
                ExceptionUtils.findThrowableWithMessage(failure, "stream fake not found: check stream.arn").isPresent(),
                () -> ExceptionUtils.stringifyException(failure));
    }

    // -- trouble

    private KinesisException chaos() {
        double dice = random.nextDouble();
        return dice < 0.03 ? FakeKinesis.throttled()
                : dice < 0.05 ? FakeKinesis.expired()
                : dice < 0.06 ? FakeKinesis.unavailable()
                : null;
    }

    private int refusals;

    /** The first call after the start fails whatever task or coordinator makes it, before a record was read. */
    private KinesisException refuseRecordsOnce() {
        return refusals++ == 0 ? new KinesisException.Refused("by the test", null) : null;
    }

    private void reshard(int step) {
        List<String> open = stream.openShardIds();
        int pick = random.nextInt(open.size() - 1);
        if (step % 2 == 1) {
            stream.merge(open.get(pick), open.get(pick + 1));
        } else if (stream.canSplit(open.get(pick))) {
            stream.split(open.get(pick));
        }
    }

    // -- jobs

    private Configuration settings() {
        Configuration settings = new Configuration();
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(50));
        settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, folder.resolve("checkpoints").toUri().toString());
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1000);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(20));
        return settings;
    }

    private static StreamExecutionEnvironment environment(int parallelism, Configuration settings) {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(settings);
        env.setParallelism(parallelism);
        return env;
    }

    private DataStream<Tuple2<Integer, Long>> source(StreamExecutionEnvironment env, TestInfo test, Position start) {
        KinesisSource<Tuple2<Integer, Long>> source =
                new KinesisSource<>(stream.factory(name(test)), "fake", start, QUICK, new Accounts.Decoder());
        return env.fromSource(source, WatermarkStrategy.noWatermarks(), "kinesis").uid("kinesis");
    }

    private JobClient startKeyed(TestInfo test, int parallelism, Position start, Configuration settings)
            throws Exception {
        StreamExecutionEnvironment env = environment(parallelism, settings);
        source(env, test, start)
                .keyBy(number -> number.f0, Types.INT)
                .process(new Ledger.InOrder(name(test)))
                .uid("in-order")
                .sinkTo(new DiscardingSink<>());
        return env.executeAsync();
    }

    private static String name(TestInfo test) {
        return test.getTestMethod().orElseThrow().getName();
    }

    private static long seen(Ledger ledger) {
        return ledger.nextOfAccount.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long total(Ledger ledger, int column) {
        return ledger.countAndSumOfSubtask.values().stream().mapToLong(sums -> sums[column]).sum();
    }

    private static void waitUntil(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not reached in " + PATIENCE.toSeconds() + " s");
            LockSupport.parkNanos(2_000_000);
        }
    }
}
