package io.authpulse.engine.kinesis;

import static io.authpulse.engine.kinesis.Jobs.name;
import static io.authpulse.engine.kinesis.Jobs.waitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The source in jobs, while shards split and merge, calls fail and tasks die. */
@Timeout(120)
class KinesisJobTest {
    private static final int SLOTS = 3;

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(SLOTS)
            .build());

    @TempDir
    Path folder;

    private final Random random = new Random(7);
    private final FakeKinesis stream = new FakeKinesis(System::currentTimeMillis, 4);
    private final Accounts accounts = new Accounts(stream::put, random);
    private JobClient job;

    @AfterEach
    void stop() {
        Jobs.stop(job);
    }

    @Test
    void every_account_counts_on_through_resharding_throttling_expiry_and_failed_tasks(TestInfo test) throws Exception {
        Ledger ledger = Ledger.open(name(test));
        stream.replyAtMost(5);
        stream.sometimes(this::chaos);
        startKeyed(test, SLOTS, Position.TRIM_HORIZON, Jobs.settings(folder));
        for (int step = 0; step < 24; step++) {
            reshard(step);
            accounts.putRecords(150);
            waitUntil(() -> ledger.seen() >= accounts.total() * 3 / 4);
            if (step % 4 == 3) {
                ledger.failNext();
            }
        }
        waitUntil(() -> ledger.seen() == accounts.total());
        for (int account = 0; account < Accounts.COUNT; account++) {
            assertEquals(accounts.of(account), ledger.nextOfAccount.getOrDefault(account, 0L), "account " + account);
        }
        assertEquals(0, ledger.gaps.get(), "gaps");
        assertEquals(0, ledger.repeats.get(), "repeats");
        assertTrue(ledger.failures.get() >= 5, "tasks failed: " + ledger.failures);
    }

    @Test
    void a_failed_task_comes_back_alone_and_nothing_is_read_twice_or_lost(TestInfo test) throws Exception {
        Ledger ledger = Ledger.open(name(test));
        stream.replyAtMost(5);
        stream.sometimes(this::chaos);
        job = Jobs.startChained(source(test, Position.TRIM_HORIZON), name(test), SLOTS, Jobs.settings(folder));
        for (int step = 0; step < 16; step++) {
            reshard(step);
            accounts.putRecords(150);
            waitUntil(() -> ledger.count() >= accounts.total() * 3 / 4);
            if (step % 4 == 3) {
                ledger.failNext();
            }
        }
        waitUntil(() -> ledger.count() >= accounts.total());
        int calls = stream.calls();
        waitUntil(() -> stream.calls() > calls + 200); // long enough to see what comes twice
        assertEquals(accounts.total(), ledger.count(), "numbers");
        long sum = 0;
        for (int account = 0; account < Accounts.COUNT; account++) {
            sum += accounts.of(account) * (accounts.of(account) - 1) / 2;
        }
        assertEquals(sum, ledger.sum(), "their sum");
        assertTrue(ledger.failures.get() >= 3, "tasks failed: " + ledger.failures);
        assertEquals(1, ledger.startsOfSubtask.get(1).get(), "starts of a task that did not fail");
        assertEquals(1, ledger.startsOfSubtask.get(2).get(), "starts of a task that did not fail");
        assertEquals(1 + ledger.failures.get(), ledger.startsOfSubtask.get(0).get(), "starts of the one that did");
    }

    @Test
    void a_savepoint_is_taken_up_with_more_tasks_after_resharding_wherever_the_job_is_told_to_start(TestInfo test)
            throws Exception {
        Ledger ledger = Ledger.open(name(test));
        startKeyed(test, 2, Position.TRIM_HORIZON, Jobs.settings(folder));
        accounts.putRecords(300);
        waitUntil(() -> ledger.seen() == accounts.total());
        stream.split(stream.openShardIds().get(0));
        accounts.putRecords(300);
        waitUntil(() -> ledger.seen() >= accounts.total() * 3 / 4);
        String savepoint = job.stopWithSavepoint(false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
        stream.merge(stream.openShardIds().get(1), stream.openShardIds().get(2));
        accounts.putRecords(300);

        Configuration settings = Jobs.settings(folder);
        settings.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        startKeyed(test, 3, Position.LATEST, settings);
        waitUntil(() -> ledger.seen() == accounts.total());
        accounts.putRecords(300);
        waitUntil(() -> ledger.seen() == accounts.total());
        assertEquals(0, ledger.gaps.get(), "gaps");
        assertEquals(0, ledger.repeats.get(), "repeats");
    }

    @Test
    void latest_means_since_the_job_began_although_its_first_attempts_fail(TestInfo test) throws Exception {
        Ledger ledger = Ledger.open(name(test));
        new Accounts(stream::put, random).putRecords(50); // before the job: not for it
        long began = System.currentTimeMillis();
        waitUntil(() -> System.currentTimeMillis() > began + 1);
        AtomicInteger refusals = new AtomicInteger();
        stream.trouble(stream.openShardIds().get(0), List.of(() -> {
            refusals.incrementAndGet();
            return new KinesisException.Refused("by the test", null);
        }));
        stream.sometimes(FakeKinesis::throttled); // until the records are there
        startKeyed(test, 2, Position.LATEST, Jobs.settings(folder));
        waitUntil(() -> stream.calls() > 0); // the enumerator looks for shards, so the start is settled
        accounts.putRecords(50);
        stream.sometimes(() -> null);
        waitUntil(() -> ledger.seen() == accounts.total());
        assertEquals(1, refusals.get(), "tasks failed before they had read anything");
        assertEquals(0, ledger.gaps.get(), "gaps");
        assertEquals(0, ledger.repeats.get(), "repeats");
    }

    @Test
    void a_timestamp_skips_what_arrived_before(TestInfo test) throws Exception {
        Ledger ledger = Ledger.open(name(test));
        new Accounts(stream::put, random).putRecords(50);
        long began = System.currentTimeMillis();
        waitUntil(() -> System.currentTimeMillis() > began + 1);
        startKeyed(test, 2, Position.at(began + 1), Jobs.settings(folder));
        accounts.putRecords(50);
        waitUntil(() -> ledger.seen() == accounts.total());
        assertEquals(0, ledger.gaps.get() + ledger.repeats.get());
    }

    @Test
    void a_stream_that_is_not_there_fails_the_job_with_what_to_check(TestInfo test) throws Exception {
        Ledger.open(name(test));
        stream.delete();
        Configuration settings = Jobs.settings(folder);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
        startKeyed(test, 1, Position.TRIM_HORIZON, settings);
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

    private void reshard(int step) {
        List<String> open = stream.openShardIds();
        int pick = random.nextInt(open.size() - 1);
        if (step % 2 == 1) {
            stream.merge(open.get(pick), open.get(pick + 1));
        } else if (stream.canSplit(open.get(pick))) {
            stream.split(open.get(pick));
        }
    }

    private KinesisSource<Tuple2<Integer, Long>> source(TestInfo test, Position start) {
        return new KinesisSource<>(stream.factory(name(test)), "fake", start, Jobs.QUICK, new Accounts.Decoder());
    }

    private void startKeyed(TestInfo test, int parallelism, Position start, Configuration settings)
            throws Exception {
        job = Jobs.startKeyed(source(test, start), name(test), parallelism, settings);
    }
}
