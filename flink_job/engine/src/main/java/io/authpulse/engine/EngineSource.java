package io.authpulse.engine;

import io.authpulse.engine.files.RecordFileSource;
import io.authpulse.engine.kinesis.KinesisSource;
import io.authpulse.engine.kinesis.Position;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;

/** Where elements come from, as property groups {@code authpulse.source} and {@code authpulse.job} say. */
final class EngineSource {
    private static final String KINESIS = "kinesis";
    private static final String FILE = "file";
    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    /** Readers wait for the round trip to the coordinator, even for themselves: on a replay this sets the pace. */
    private static final Duration ALIGNMENT_INTERVAL = Duration.ofMillis(100);

    private final PropertyGroup source;
    private final PropertyGroup job;
    private final String type;

    EngineSource(Map<String, String> job, Map<String, String> source) {
        this.source = new PropertyGroup("authpulse.source", source);
        this.job = new PropertyGroup("authpulse.job", job);
        this.type = this.source.choice("type", KINESIS, List.of(KINESIS, FILE));
    }

    String type() {
        return type;
    }

    /** Raises PropertyException, one line, for what is missing or malformed. */
    Source<AuthEvent, ?, ?> create() {
        return type.equals(FILE) ? files() : kinesis();
    }

    /** Files are read in turn and end: they neither fall idle nor run apart, however busy the machine is. */
    WatermarkStrategy<AuthEvent> watermarks() {
        long delay = job.whole("watermark.delay.ms", 5_000, 0, DAY_MS);
        long idle = job.whole("watermark.idle.ms", 10_000, 0, DAY_MS);
        long drift = job.whole("watermark.drift.ms", 0, 0, Long.MAX_VALUE / 2);
        WatermarkStrategy<AuthEvent> strategy =
                WatermarkStrategy.forBoundedOutOfOrderness(Duration.ofMillis(delay));
        if (idle > 0 && type.equals(KINESIS)) {
            strategy = strategy.withIdleness(Duration.ofMillis(idle));
        }
        if (drift > 0 && type.equals(KINESIS)) {
            strategy = strategy.withWatermarkAlignment("shards", Duration.ofMillis(drift), ALIGNMENT_INTERVAL);
        }
        return strategy;
    }

    private Source<AuthEvent, ?, ?> kinesis() {
        String arn = source.text("stream.arn", "arn:aws:kinesis:<region>:<account>:stream/<name>");
        if (!arn.matches("arn:[^:]+:kinesis:[^:]+:[^:]+:stream/.+")) {
            throw source.wrong("stream.arn", "'" + arn + "' is not arn:aws:kinesis:<region>:<account>:stream/<name>");
        }
        String region = source.text("aws.region", "the stream's region, such as eu-central-1");
        String endpoint = source.parsed("aws.endpoint", null, "a URL such as http://127.0.0.1:4566", text -> {
            if (!text.matches("https?://.+")) {
                throw new IllegalArgumentException();
            }
            return text;
        });
        Position start = source.parsed(
                "start",
                Position.TRIM_HORIZON,
                "TRIM_HORIZON, LATEST or an instant such as 2025-01-01T00:00:00Z",
                EngineSource::position);
        return KinesisSource.of(
                arn, region, endpoint, start, KinesisSource.Options.DEFAULT, new AuthEventDecoder());
    }

    private static Position position(String text) {
        return switch (text) {
            case "TRIM_HORIZON" -> Position.TRIM_HORIZON;
            case "LATEST" -> Position.LATEST;
            default -> Position.at(epochMs(text));
        };
    }

    private static long epochMs(String instant) {
        try {
            return Instant.parse(instant).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Source<AuthEvent, ?, ?> files() {
        String folder = source.text("path", "a folder with *.jsonl files");
        source.text("arrival.ms", "the records' arrival in epoch milliseconds");
        long arrival = source.whole("arrival.ms", 0, 0, Long.MAX_VALUE / 2);
        try {
            return RecordFileSource.of(folder, arrival, new AuthEventDecoder());
        } catch (IOException e) {
            throw source.wrong("path", "'" + folder + "' " + e.getMessage() + "; wanted a folder with *.jsonl files");
        }
    }
}
