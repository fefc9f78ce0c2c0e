package io.authpulse.engine.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.authpulse.engine.PropertyException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageSettingsTest {
    private static final Map<String, String> RULES = Map.of(
            "order",
            "R",
            "rule.R",
            "{\"id\":\"R\",\"title\":\"t\",\"key\":\"user_id\",\"metric\":\"attempts\",\"compare\":\">\",\"threshold\":50,"
                    + "\"points\":25,\"window_minutes\":60,\"min_history\":0,\"mode\":\"active\",\"alert\":true,"
                    + "\"mute_minutes\":60,\"techniques\":[],\"analytic\":\"Rule\"}");

    @Test
    void withoutPropertiesDefaultsAreThoseOfTheDocumentation() {
        StageSettings settings = StageSettings.of(Map.of(), Map.of(), RULES);
        assertFalse(settings.eventTimeOrder());
        assertEquals(10_000, settings.flushAfterMs());
        assertEquals(512, settings.rememberedIds());
        assertEquals(30 * 24 * 60, settings.retentionMinutes());
        assertEquals(64L * 1024 * 1024, settings.cacheBytes());
        assertNull(settings.popularity().file());
        assertEquals(300_000, settings.popularity().refreshMs());
        assertEquals(1, settings.rules().size());
    }

    @Test
    void everyPropertyIsRead() {
        Map<String, String> job = Map.of(
                "order", "event-time",
                "order.flush.after.ms", "7",
                "dedup.events", "8",
                "retention.days", "9",
                "cache.megabytes", "10");
        StageSettings settings = StageSettings.of(job, Map.of(), RULES);
        assertTrue(settings.eventTimeOrder());
        assertEquals(7, settings.flushAfterMs());
        assertEquals(8, settings.rememberedIds());
        assertEquals(9 * 24 * 60, settings.retentionMinutes());
        assertEquals(10L * 1024 * 1024, settings.cacheBytes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "order | sorted | 'sorted' is not one of arrival, event-time",
                "order.flush.after.ms | 0 | 0 is not from 1 to 86400000",
                "dedup.events | many | 'many' is not a whole number from 1 to 1000000",
                "retention.days | 0 | 0 is not from 1 to 3650",
                "cache.megabytes | 1.5 | '1.5' is not a whole number from 1 to 65536",
            })
    void aMalformedValueIsNamedWithWhatWouldBeRight(String key, String value, String problem) {
        PropertyException error = assertThrows(
                PropertyException.class, () -> StageSettings.of(Map.of(key, value), Map.of(), RULES));
        assertEquals("property group authpulse.job: " + key + ": " + problem, error.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "popularity.refresh.ms | often | 'often' is not a whole number from 0 to 86400000",
                "popularity.refresh.ms | -1 | -1 is not from 0 to 86400000",
                "popularity.optional | maybe | 'maybe' is not one of true, false",
            })
    void aMalformedValueOfTheTableIsNamedToo(String key, String value, String problem) {
        Map<String, String> rules = new HashMap<>(RULES);
        rules.put(key, value);
        PropertyException error = assertThrows(
                PropertyException.class, () -> StageSettings.of(Map.of(), Map.of(), rules));
        assertEquals("property group authpulse.rules: " + key + ": " + problem, error.getMessage());
    }

    @Test
    void theyTravelToTheTasks() throws Exception {
        Map<String, String> rules = new HashMap<>(RULES);
        rules.put("popularity.uri", "file:///tmp/hosts.csv");
        StageSettings settings = StageSettings.of(Map.of(), Map.of("client.region", "eu-west-1"), rules);
        StageSettings there = InstantiationUtil.clone(settings);
        assertEquals(settings.rules().get(0), there.rules().get(0));
        assertEquals(settings.cacheBytes(), there.cacheBytes());
        assertEquals("file:///tmp/hosts.csv", there.popularity().file().toString());
    }
}
