package io.authpulse.engine.scoring;

import java.util.List;

/** Rules for tests: 30 points, active, muted for an hour. */
public final class TestRules {
    private TestRules() {}

    public static Rule rule(String id, Rule.Key key, Rule.Metric metric, int atLeast) {
        return new Rule(
                id,
                "title of " + id,
                key,
                metric,
                Rule.Comparison.AT_LEAST,
                atLeast,
                30,
                60,
                0,
                Rule.Mode.ACTIVE,
                true,
                3_600_000,
                List.of("T1078"),
                "Rule");
    }

    /** One rule per stage and kind of state: windows, first meetings, and both stages. */
    public static RuleSet some() {
        return new RuleSet(List.of(
                rule("FANOUT", Rule.Key.USER_ID, Rule.Metric.DISTINCT_HOSTS, 5),
                rule("SOURCE", Rule.Key.SOURCE_HOST, Rule.Metric.DISTINCT_ACCOUNTS, 3),
                rule("BURST", Rule.Key.USER_ID, Rule.Metric.ATTEMPTS, 4),
                rule("NEW", Rule.Key.SOURCE_HOST, Rule.Metric.NEW_ACCOUNT, 1)));
    }
}
