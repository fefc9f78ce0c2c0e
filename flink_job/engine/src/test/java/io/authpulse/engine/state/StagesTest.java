package io.authpulse.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.authpulse.engine.AuthEvent;
import io.authpulse.engine.AuthEventSerializer;
import io.authpulse.engine.ScoredEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;

/** Both stages as a job. */
class StagesTest {
    private static final long DISORDER = 20L * Streams.MINUTE;

    @Test
    void oneTaskEachGivesTheRowsOfOneEventAfterTheOther() throws Exception {
        List<AuthEvent> events = Streams.random(4, 2000);
        assertEquals(sorted(Streams.rows(events)), run(events, Streams.settings(30_000), 1));
    }

    @Test
    void inEventTimeOrderNeitherArrivalNorParallelTasksChangeAnything() throws Exception {
        List<AuthEvent> events = Streams.random(5, 3000);
        List<String> expected = sorted(Streams.rows(Streams.sorted(events)));
        assertTrue(expected.stream().anyMatch(row -> row.contains(" was the source of ")), "both stages have findings");
        assertEquals(expected, run(shuffledInTime(events), Streams.inEventTime(30_000), 2));
    }

    @Test
    void everyOperatorHasAUid() throws Exception {
        Configuration strict = new Configuration();
        strict.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(strict);
        DataStream<AuthEvent> source = environment
                .fromData(List.of(Streams.event("1", 0, "u", "h", "s")), AuthEventSerializer.TYPE)
                .uid("test-source");
        StageSettings settings = Streams.settings(30_000);
        Stages.sourceHost(Stages.account(source, settings), settings)
                .sinkTo(new DiscardingSink<>())
                .uid("test-sink");
        environment.getStreamGraph().getJobGraph(); // fails for an operator without one
    }

    private static List<String> run(List<AuthEvent> events, StageSettings settings, int parallelism) throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(parallelism);
        DataStream<AuthEvent> source = environment
                .fromData(events, AuthEventSerializer.TYPE)
                .assignTimestampsAndWatermarks(WatermarkStrategy.<AuthEvent>forGenerator(context -> new AtEveryEvent())
                        .withTimestampAssigner((event, before) -> event.eventTime))
                .setParallelism(1);
        List<ScoredEvent> scored =
                Stages.sourceHost(Stages.account(source, settings), settings).executeAndCollect(events.size());
        return sorted(scored.stream().map(Streams::row).toList());
    }

    private static List<AuthEvent> shuffledInTime(List<AuthEvent> events) {
        Random random = new Random(6);
        record Moved(AuthEvent event, long to) {}
        return events.stream()
                .map(event -> new Moved(event, event.eventTime + random.nextLong(DISORDER)))
                .sorted(Comparator.comparingLong(Moved::to))
                .map(Moved::event)
                .toList();
    }

    private static List<String> sorted(List<String> rows) {
        List<String> sorted = new ArrayList<>(rows);
        Collections.sort(sorted);
        return sorted;
    }

    /** A watermark behind each event, so that a short stream has as many as a long one. */
    private static final class AtEveryEvent implements WatermarkGenerator<AuthEvent> {
        private long newest = Long.MIN_VALUE + DISORDER + 1;

        @Override
        public void onEvent(AuthEvent event, long time, WatermarkOutput output) {
            newest = Math.max(newest, time);
            output.emitWatermark(new Watermark(newest - DISORDER - 1));
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {}
    }
}
