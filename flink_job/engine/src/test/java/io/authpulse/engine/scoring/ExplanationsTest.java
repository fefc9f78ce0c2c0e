package io.authpulse.engine.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.authpulse.engine.AuthEvent;
import io.authpulse.engine.EventBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sentences of flink_job/explanations.py, one by one. */
class ExplanationsTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "USER_ID | DISTINCT_HOSTS | 12 | alice reached 12 hosts within 60 min (rule: at least 5; usual in an active hour: 2.3)",
                "USER_ID | ATTEMPTS | 12 | alice made 12 attempts within 60 min (rule: at least 5; usual in an active hour: 6.7)",
                "USER_ID | FAILURES | 12 | alice failed 12 times within 60 min (rule: at least 5)",
                "USER_ID | NEW_HOST | 1 | alice reached web for the first time, after 40 attempts on 6 hosts",
                "USER_ID | HOST_POPULARITY_PERCENTILE | 4.25 | web is at percentile 4.3 of host use (rule: at least 5)",
                "SOURCE_HOST | DISTINCT_ACCOUNTS | 12 | desk was the source of 12 accounts within 60 min (rule: at least 5; usual in an active hour: 2.3)",
                "SOURCE_HOST | NEW_ACCOUNT | 1 | desk was used by alice for the first time, after 40 attempts by 6 accounts",
            })
    void aFindingIsToldInOneSentence(Rule.Key key, Rule.Metric metric, double observed, String sentence) {
        Rule rule = TestRules.rule("R", key, metric, 5);
        assertEquals(sentence, Explanations.explain(rule, event(), observed, figures(3)));
    }

    @ParameterizedTest
    @CsvSource({"0.04, 0.0", "0.05, 0.1", "0.25, 0.3", "2.0, 2.0", "9.95, 10.0", "99.99, 100.0", "1234567.85, 1234567.9"})
    void tenthsAreRoundedHalfUp(double value, String text) {
        assertEquals(text, Explanations.tenths(value));
    }

    @ParameterizedTest
    @CsvSource({"DISTINCT_HOSTS", "ATTEMPTS"})
    void withoutAnEarlierHourTheSentenceSaysSo(Rule.Metric metric) {
        Rule rule = TestRules.rule("R", Rule.Key.USER_ID, metric, 5);
        String said = Explanations.explain(rule, event(), 7, figures(0));
        assertEquals("(rule: at least 5; no earlier active hour to compare with)", said.substring(said.indexOf('(')));
    }

    private static AuthEvent event() {
        return new EventBuilder()
                .put(AuthEvent.USER_ID, "alice")
                .put(AuthEvent.COMPUTER_ID, "web")
                .put(AuthEvent.SOURCE_HOST, "desk")
                .event();
    }

    private static Entity.Figures figures(int activeHours) {
        Entity.Figures figures = new Entity.Figures();
        figures.history = 40;
        figures.known = 7;
        figures.activeHours = activeHours;
        figures.attemptsSum = 20;
        figures.peersSum = 7;
        return figures;
    }
}
