package io.authpulse.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.authpulse.engine.kinesis.KinesisRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the codec makes of records. The table of cases is shared with tests/unit/authpulse/test_elements.py. */
class AuthEventCodecTest {
    private static final long ARRIVAL = 1_748_736_000_000L; // 2025-06-01T00:00:00Z

    private final AuthEventCodec codec = new AuthEventCodec();
    private final Map<String, String> texts = new LinkedHashMap<>();

    @TestFactory
    List<DynamicTest> the_elements_of_a_record() throws IOException {
        JsonNode table = read("/records.json");
        table.get("texts").properties().forEach(text -> texts.put(text.getKey(), text.getValue().asText()));
        table.get("repeated").properties().forEach(each -> texts.put(
                each.getKey(), each.getValue().get(0).asText().repeat(each.getValue().get(1).asInt())));
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode each : table.get("cases")) {
            tests.add(DynamicTest.dynamicTest(each.get("case").asText(), () -> check(each)));
        }
        return tests;
    }

    private void check(JsonNode each) {
        byte[] record = each.has("bytes")
                ? HexFormat.of().parseHex(each.get("bytes").asText())
                : filled(each.get("record").asText()).getBytes(StandardCharsets.UTF_8);
        Iterator<AuthEvent> found = decode(record).iterator();
        int index = 0;
        for (JsonNode want : each.get("elements")) {
            AuthEvent event = found.next();
            assertEquals(index++, event.recordIndex);
            if (want.isTextual()) {
                assertNull(event.invalid);
                continue;
            }
            assertEquals(want.get("reason").asText(), event.invalid.reason());
            assertEquals(filled(want.get("raw").asText()), event.invalid.raw());
            assertEquals(want.has("id") ? want.get("id").asText() : null, event.invalid.eventId());
            assertEquals(want.has("source") ? filled(want.get("source").asText()) : null, event.invalid.source());
            assertEquals(Long.MIN_VALUE, event.eventTime);
        }
        assertEquals(false, found.hasNext());
    }

    @Test
    void an_event_has_all_its_fields() throws IOException {
        String fields = read("/records.json").get("texts").get("@FIELDS@").asText();
        AuthEvent event = decode(("{" + fields + "}").getBytes(StandardCharsets.UTF_8)).get(0);
        assertEquals(1_735_689_601_250L, event.eventTime);
        assertEquals(ARRIVAL, event.ingestionTime);
        assertEquals(
                Arrays.asList(
                        "e1", null, "U1@D", "C1", "C2", "NTLM", "Network", "LogOn", "Success", "a:1", "shard-0", "17"),
                texts(event));
    }

    @Test
    void empty_means_absent() {
        String fields = "\"event_id\":\"e\",\"event_time\":\"2025-01-01T00:00:00Z\",\"user_id\":\"u\","
                + "\"computer_id\":\"c\",\"outcome\":\"Fail\",\"source\":\"s\"";
        String empty = ",\"source_host\":\"\",\"auth_type\":\"\",\"logon_type\":\"\",\"orientation\":\"\"";
        for (String record : List.of("{" + fields + "}", "{" + fields + empty + "}")) {
            AuthEvent event = decode(record.getBytes(StandardCharsets.UTF_8)).get(0);
            assertEquals(
                    Arrays.asList("e", null, "u", null, "c", null, null, null, "Fail", "s", "shard-0", "17"),
                    texts(event));
        }
    }

    @Test
    void fields_may_come_in_any_order_and_the_last_one_of_a_name_counts() {
        String record = "{\"source\":\"s\",\"outcome\":\"Fail\",\"source_host\":\"gone\",\"user_id\":\"someone\","
                + "\"event_time\":\"2025-01-01T00:00:00Z\",\"user_id\":\"Zoë \ud83d\ude00\",\"auth_type\":\"NTLM\","
                + "\"computer_id\":\"\u4e16\u754c\",\"event_id\":\"e\",\"source_host\":null,\"auth_type\":\"\"}";
        AuthEvent event = decode(record.getBytes(StandardCharsets.UTF_8)).get(0);
        assertEquals(
                Arrays.asList("e", null, "Zoë \ud83d\ude00", null, "\u4e16\u754c", null, null, null, "Fail", "s", "shard-0", "17"),
                texts(event));
    }

    @Test
    void the_longest_texts_fit() {
        String longest = "\ud83d\ude00".repeat(1024);
        StringBuilder record = new StringBuilder("{\"event_time\":\"2025-01-01T00:00:00Z\",\"outcome\":\"Fail\"");
        for (String name : List.of("event_id", "user_id", "source_host", "computer_id", "auth_type", "logon_type", "source")) {
            record.append(",\"").append(name).append("\":\"").append(longest).append('"');
        }
        AuthEvent event = decode(record.append('}').toString().getBytes(StandardCharsets.UTF_8)).get(0);
        assertEquals(longest, event.eventId());
        assertEquals(longest, event.text(AuthEvent.SOURCE));
        assertEquals("17", event.text(AuthEvent.SEQUENCE_NUMBER));
    }

    @Test
    void what_one_record_had_does_not_show_in_the_next() {
        decode("[{\"rejected\":\"x\",\"raw\":\"y\"},{\"user_id\":5".getBytes(StandardCharsets.UTF_8));
        AuthEvent event = decode("[{}]".getBytes(StandardCharsets.UTF_8)).get(0);
        assertEquals("missing field: event_id", event.invalid.reason());
        assertEquals("{}", event.invalid.raw());
        assertEquals(0, event.recordIndex);
    }

    private List<AuthEvent> decode(byte[] record) {
        List<AuthEvent> found = new ArrayList<>();
        codec.decode(new KinesisRecord(record, "17", ARRIVAL), "shard-0", found::add);
        return found;
    }

    private static List<String> texts(AuthEvent event) {
        return IntStream.range(0, AuthEvent.TEXTS).mapToObj(event::text).toList();
    }

    private String filled(String text) {
        String result = text;
        for (Map.Entry<String, String> each : texts.entrySet()) {
            result = result.replace(each.getKey(), each.getValue());
        }
        return result;
    }

    private static JsonNode read(String resource) throws IOException {
        try (InputStream in = AuthEventCodecTest.class.getResourceAsStream(resource)) {
            return new ObjectMapper().readTree(in);
        }
    }
}
