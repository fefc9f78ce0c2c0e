package io.authpulse.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.table.data.RowData;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The job as a whole, over files, and what it says of properties. Its figures are held to the reference by Python. */
@Timeout(120)
class EngineTest {
    private static final String RULE =
            """
            {"id":"NEW_DEVICE","title":"New host","key":"user_id","metric":"new_host","compare":">=","threshold":1,
            "points":30,"window_minutes":0,"min_history":1,"mode":"active","alert":true,"mute_minutes":60,
            "techniques":["T1078"],"analytic":"Behavioral"}""";
    private static final List<String> TABLES =
            List.of("auth_events_raw", "auth_events_curated", "auth_alerts", "auth_events_quarantine");

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(1)
            .build());

    @TempDir
    Path folder;

    private final StreamExecutionEnvironment environment =
            StreamExecutionEnvironment.getExecutionEnvironment().setParallelism(1);
    private final Map<String, Map<String, String>> groups = new HashMap<>();

    @BeforeEach
    void a_bounded_run() throws IOException {
        shard("[]");
        groups.put("job", new HashMap<>(Map.of("database", "test")));
        groups.put(
                "source",
                new HashMap<>(Map.of("type", "file", "path", folder.toString(), "arrival.ms", "1748736000000")));
        groups.put("lake", new HashMap<>());
        groups.put("rules", new HashMap<>(Map.of("order", "NEW_DEVICE", "rule.NEW_DEVICE", RULE)));
    }

    @Test
    void every_element_ends_in_exactly_one_place_and_repeats_in_none() throws Exception {
        shard(
                "[" + event(1, "C1") + "," + event(2, "C2") + "," + event(1, "C1") + "]",
                "[" + rejected("r1") + ",5," + rejected("r1") + "]",
                event(2, "C2"),
                rejected("r1"),
                "[" + event(3, "C1") + ",{]");
        Map<String, List<RowData>> rows = run();
        assertEquals(List.of("e1", "e2", "e3"), column(0, rows.get("auth_events_raw")));
        assertEquals(List.of("e1", "e2", "e3"), column(0, rows.get("auth_events_curated")));
        assertEquals(List.of("e2"), column(5, rows.get("auth_alerts")));
        assertEquals(
                List.of("not JSON", "not an object", "rejected: 8 columns"),
                column(2, rows.get("auth_events_quarantine")));
        assertEquals(List.of(",{]", "5", "the line"), column(3, rows.get("auth_events_quarantine")));
    }

    @Test
    void a_view_asked_for_twice_is_one() {
        Engine engine = engine();
        assertSame(engine.rows("auth_alerts"), engine.rows("auth_alerts"));
        String message = assertThrows(IllegalArgumentException.class, () -> engine.rows("alerts")).getMessage();
        assertEquals("no table alerts; see lakehouse/tables.py", message);
    }

    @Test
    void operators_keep_the_uids_that_savepoints_know_them_by() {
        Engine engine = engine();
        for (String table : TABLES) {
            engine.rows(table).sinkTo(new DiscardingSink<>()).uid(table);
        }
        TreeSet<String> uids = new TreeSet<>();
        for (StreamNode node : environment.getStreamGraph().getStreamNodes()) {
            uids.add(String.valueOf(node.getTransformationUID()));
        }
        uids.removeAll(TABLES);
        assertEquals(
                "[account, alert-rows, curated-rows, invalid, quarantine-rows, raw-rows, source, source-host, valid]",
                uids.toString());
    }

    @ParameterizedTest(name = "{0}.{1} = {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "source | type | | stream.arn: missing; wanted arn:aws:kinesis:<region>:<account>:stream/<name>",
                "source | type | kafka | type: 'kafka' is not one of kinesis, file",
                "source | path | | path: missing; wanted a folder with *.jsonl files",
                "source | arrival.ms | | arrival.ms: missing; wanted the records' arrival in epoch milliseconds",
                "source | arrival.ms | today | arrival.ms: 'today' is not a whole number from 0 to 4611686018427387903",
                "job | watermark.delay.ms | -1 | watermark.delay.ms: -1 is not from 0 to 86400000",
                "job | watermark.idle.ms | x  | watermark.idle.ms: 'x' is not a whole number from 0 to 86400000",
                "job | order | random | order: 'random' is not one of arrival, event-time",
                "rules | order | | order: missing; wanted the rules' ids, with commas between",
            })
    void a_line_says_what_is_wrong_with_a_property(String group, String key, String value, String line) {
        groups.get(group).put(key, value == null ? "" : value);
        String message = assertThrows(PropertyException.class, this::engine).getMessage();
        assertEquals("property group authpulse." + group + ": " + line, message);
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "stream.arn | auth | 'auth' is not arn:aws:kinesis:<region>:<account>:stream/<name>",
                "aws.region | | missing; wanted the stream's region, such as eu-central-1",
                "aws.endpoint | local:4566 | 'local:4566' is not a URL such as http://127.0.0.1:4566",
                "start | now | 'now' is not TRIM_HORIZON, LATEST or an instant such as 2025-01-01T00:00:00Z",
            })
    void a_line_says_what_is_wrong_with_a_stream(String key, String value, String line) {
        groups.put("source", stream());
        groups.get("source").put(key, value == null ? "" : value);
        String message = assertThrows(PropertyException.class, this::engine).getMessage();
        assertEquals("property group authpulse.source: " + key + ": " + line, message);
    }

    @ParameterizedTest
    @CsvSource({"TRIM_HORIZON", "LATEST", "2025-01-01T00:00:00Z"})
    void a_stream_is_read_from_any_start(String start) {
        groups.put("source", stream());
        groups.get("source").put("start", start);
        engine();
    }

    @Test
    void a_folder_without_records_is_named() {
        groups.get("source").put("path", folder.resolve("absent").toString());
        String message = assertThrows(PropertyException.class, this::engine).getMessage();
        assertEquals(
                "property group authpulse.source: path: '" + folder.resolve("absent")
                        + "' does not exist; wanted a folder with *.jsonl files",
                message);
    }

    private Engine engine() {
        return new Engine(
                environment, groups.get("job"), groups.get("source"), groups.get("lake"), groups.get("rules"));
    }

    private Map<String, List<RowData>> run() throws Exception {
        Engine engine = engine();
        Map<String, CloseableIterator<RowData>> views = new HashMap<>();
        for (String table : TABLES) {
            views.put(table, engine.rows(table).collectAsync());
        }
        environment.execute();
        Map<String, List<RowData>> rows = new HashMap<>();
        views.forEach((table, view) -> {
            List<RowData> found = new ArrayList<>();
            view.forEachRemaining(found::add);
            rows.put(table, found);
        });
        return rows;
    }

    private static Map<String, String> stream() {
        return new HashMap<>(Map.of(
                "stream.arn", "arn:aws:kinesis:eu-central-1:000000000000:stream/auth", "aws.region", "eu-central-1"));
    }

    private void shard(String... records) throws IOException {
        Files.writeString(folder.resolve("shardId-000000000000.jsonl"), String.join("\n", records) + "\n");
    }

    private static String event(int number, String host) {
        return """
                {"event_id":"e%d","event_time":"2025-01-01T00:00:0%d.000Z","user_id":"U1","source_host":"C9",\
                "computer_id":"%s","outcome":"Success","source":"a:%d"}"""
                .formatted(number, number, host, number);
    }

    private static String rejected(String id) {
        return "{\"event_id\":\"%s\",\"rejected\":\"8 columns\",\"raw\":\"the line\"}".formatted(id);
    }

    private static List<String> column(int place, List<RowData> rows) {
        return rows.stream().map(row -> row.getString(place).toString()).sorted().toList();
    }
}
