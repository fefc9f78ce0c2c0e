package io.authpulse.engine.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.authpulse.engine.PropertyException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleSetTest {
    /** As flink_job.rules.to_properties writes it. */
    private static final String NEW_DEVICE = "{\"id\":\"NEW_DEVICE\",\"title\":\"First time \\u2013 new\",\"key\":\"user_id\","
            + "\"metric\":\"new_host\",\"compare\":\">=\",\"threshold\":1,\"points\":30,\"window_minutes\":0,"
            + "\"min_history\":10,\"mode\":\"active\",\"alert\":true,\"mute_minutes\":1440,"
            + "\"techniques\":[\"T1078\",\"T1021\"],\"analytic\":\"Rule\"}";

    @Test
    void aRuleIsReadAsPythonWroteIt() {
        Rule rule = read(NEW_DEVICE).get(0);
        assertEquals(
                new Rule(
                        "NEW_DEVICE",
                        "First time – new",
                        Rule.Key.USER_ID,
                        Rule.Metric.NEW_HOST,
                        Rule.Comparison.AT_LEAST,
                        1,
                        30,
                        0,
                        10,
                        Rule.Mode.ACTIVE,
                        true,
                        1440 * 60_000L,
                        List.of("T1078", "T1021"),
                        "Rule"),
                rule);
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "\"points\":30 | \"points\":101 | points: 101 is not from 0 to 100",
                "\"points\":30 | \"points\":\"30\" | points: 30 is not a long",
                "\"points\":30, | '' | points: missing",
                "\"points\":30 | \"points\":30,\"colour\":\"red\" | unknown key colour",
                "\"metric\":\"new_host\" | \"metric\":\"speed\" | metric: 'speed' is not one of attempts, failures,",
                "\"window_minutes\":0 | \"window_minutes\":61 | window_minutes: 61 is not from 0 to 60",
                "\"alert\":true | \"alert\":null | alert: neither text, whole number, flag nor list of texts",
                "[\"T1078\" | [1078 | techniques: wanted a list of texts",
                "\"id\":\"NEW_DEVICE\" | \"id\":\"OTHER\" | id: is OTHER",
                "\"analytic\":\"Rule\"} | \"analytic\":\"Rule\" | not JSON",
                "\"analytic\":\"Rule\"} | \"analytic\":\"Rule\"}{} | more than one JSON object",
            })
    void aRuleThatIsNotAsItShouldBeIsNamedInOneLine(String right, String wrong, String message) {
        assertTrue(NEW_DEVICE.contains(right), right);
        String said = assertThrows(PropertyException.class, () -> read(NEW_DEVICE.replace(right, wrong))).getMessage();
        assertTrue(said.startsWith("property group authpulse.rules: rule.NEW_DEVICE: " + message), said);
        assertTrue(said.endsWith("write the group with flink_job.rules.to_properties of the same release"), said);
        assertEquals(1, said.lines().count());
    }

    @Test
    void aGroupWithoutItsRulesSaysWhichIsMissing() {
        assertEquals(
                "property group authpulse.rules: order: missing; wanted the rules' ids, with commas between",
                assertThrows(PropertyException.class, () -> RuleSet.of(Map.of())).getMessage());
        String said = assertThrows(PropertyException.class, () -> RuleSet.of(Map.of("order", "A"))).getMessage();
        assertTrue(said.startsWith("property group authpulse.rules: rule.A: missing; wanted that rule as JSON"), said);
    }

    @Test
    void firedRulesAreNamedInTheirOrderAndShadowRulesByStage() {
        RuleSet rules = new RuleSet(List.of(
                TestRules.rule("A", Rule.Key.SOURCE_HOST, Rule.Metric.ATTEMPTS, 1),
                TestRules.rule("B", Rule.Key.USER_ID, Rule.Metric.ATTEMPTS, 1),
                TestRules.rule("C", Rule.Key.USER_ID, Rule.Metric.ATTEMPTS, 1)));
        assertEquals(List.of("A", "C"), rules.fired(0b101));
        assertEquals(List.of("B", "A"), rules.shadowFired(0b011));
        assertEquals(60, rules.score(0b101));
        assertEquals(90, rules.score(0b111));
    }

    @Test
    void aScoreIsAHundredAtMost() {
        Rule rule = TestRules.rule("A", Rule.Key.USER_ID, Rule.Metric.ATTEMPTS, 1);
        assertEquals(100, new RuleSet(List.of(rule, rule, rule, rule)).score(0b1111));
        assertEquals(0, new RuleSet(List.of(rule)).score(0));
    }

    private static RuleSet read(String text) {
        Map<String, String> group = new HashMap<>(Map.of("order", "NEW_DEVICE", "rule.NEW_DEVICE", text));
        return RuleSet.of(group);
    }
}
