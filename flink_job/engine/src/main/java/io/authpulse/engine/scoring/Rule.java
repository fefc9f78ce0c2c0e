package io.authpulse.engine.scoring;

import java.io.Serializable;
import java.util.List;

/** One detection rule, as {@code flink_job/rules.py} describes and checks it. {@code windowMinutes} is 0 without a window. */
public record Rule(
        String id,
        String title,
        Key key,
        Metric metric,
        Comparison comparison,
        int threshold,
        int points,
        int windowMinutes,
        long minHistory,
        Mode mode,
        boolean alert,
        long muteMs,
        List<String> techniques,
        String analytic)
        implements Serializable {

    /** Whose state a rule reads. Words are those of the rules file, here and below. */
    public enum Key implements Word {
        USER_ID("user_id"),
        SOURCE_HOST("source_host");

        private final String word;

        Key(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /** What a rule compares. */
    public enum Metric implements Word {
        ATTEMPTS("attempts"),
        FAILURES("failures"),
        DISTINCT_HOSTS("distinct_hosts"),
        DISTINCT_ACCOUNTS("distinct_accounts"),
        NEW_HOST("new_host"),
        NEW_ACCOUNT("new_account"),
        HOST_POPULARITY_PERCENTILE("host_popularity_percentile");

        private final String word;

        Metric(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /** How a rule compares, and how sentences say it. What is unknown (NaN) never holds. */
    public enum Comparison implements Word {
        AT_LEAST(">=", "at least"),
        MORE_THAN(">", "more than"),
        AT_MOST("<=", "at most"),
        LESS_THAN("<", "less than");

        private final String word;
        final String spoken;

        Comparison(String word, String spoken) {
            this.word = word;
            this.spoken = spoken;
        }

        @Override
        public String word() {
            return word;
        }

        boolean holds(double value, int threshold) {
            return switch (this) {
                case AT_LEAST -> value >= threshold;
                case MORE_THAN -> value > threshold;
                case AT_MOST -> value <= threshold;
                case LESS_THAN -> value < threshold;
            };
        }
    }

    /** Active rules score and alert, shadow rules are only recorded, the others are as if they were not there. */
    public enum Mode implements Word {
        ACTIVE("active"),
        SHADOW("shadow"),
        OFF("off");

        private final String word;

        Mode(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /** A constant that is spelled in the rules file. */
    interface Word {
        String word();
    }
}
