package io.authpulse.engine.kinesis;

import static io.authpulse.engine.kinesis.Jobs.name;
import static io.authpulse.engine.kinesis.Jobs.waitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Random;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole source against the local Kinesis. */
@Tag("local-kinesis")
@Timeout(120)
class LocalKinesisJobTest {
    /** Quicker than five reads a second, and still leaving the local Kinesis time for the puts. */
    private static final KinesisSource.Options POLITE = new KinesisSource.Options(50, 100, 500, 10, 300, 60_000);

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(3)
            .build());

    @TempDir
    Path folder;

    private final LocalStream stream = new LocalStream(2);
    private final Accounts accounts = new Accounts(stream::put, new Random(3));
    private JobClient job;

    @AfterEach
    void stop() {
        Jobs.stop(job);
    }

    @Test
    void a_job_goes_on_through_a_split_a_merge_a_failed_task_and_a_savepoint(TestInfo test) throws Exception {
        Ledger ledger = Ledger.open(name(test));
        accounts.putRecords(50);
        start(test, 2, Jobs.settings(folder));
        waitUntil(() -> ledger.seen() == accounts.total());
        stream.split(KinesisContract.FIRST);
        accounts.putRecords(50);
        ledger.failNext();
        waitUntil(() -> ledger.seen() == accounts.total());
        String savepoint = job.stopWithSavepoint(false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
        stream.merge("shardId-000000000003", KinesisContract.SECOND);
        accounts.putRecords(50);

        Configuration settings = Jobs.settings(folder);
        settings.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        start(test, 3, settings);
        waitUntil(() -> ledger.seen() == accounts.total());
        assertEquals(1, ledger.failures.get());
        assertEquals(0, ledger.gaps.get(), "gaps");
        assertEquals(0, ledger.repeats.get(), "repeats");
    }

    private void start(TestInfo test, int parallelism, Configuration settings) throws Exception {
        KinesisSource<Tuple2<Integer, Long>> source = KinesisSource.of(
                stream.arn,
                LocalStream.REGION,
                LocalStream.endpoint(),
                Position.TRIM_HORIZON,
                POLITE,
                new Accounts.Decoder());
        job = Jobs.startKeyed(source, name(test), parallelism, settings);
    }
}
