package io.authpulse.engine.scoring;

import io.authpulse.engine.AuthEvent;

/** The sentence that an alert carries; the same as {@code flink_job/explanations.py} writes. */
final class Explanations {
    private Explanations() {}

    /** One sentence about a finding of {@code rule} at {@code event}. */
    static String explain(Rule rule, AuthEvent event, double observed, Entity.Figures figures) {
        String entity = rule.key() == Rule.Key.USER_ID ? event.userId() : event.sourceHost();
        String limit = "rule: " + rule.comparison().spoken + " " + rule.threshold();
        String within = "within " + rule.windowMinutes() + " min";
        long count = (long) observed;
        return switch (rule.metric()) {
            case DISTINCT_HOSTS -> entity + " reached " + count + " hosts " + within + " (" + limit + "; "
                    + usual(figures.usualPeers()) + ")";
            case DISTINCT_ACCOUNTS -> entity + " was the source of " + count + " accounts " + within + " (" + limit + "; "
                    + usual(figures.usualPeers()) + ")";
            case ATTEMPTS -> entity + " made " + count + " attempts " + within + " (" + limit + "; "
                    + usual(figures.usualAttempts()) + ")";
            case FAILURES -> entity + " failed " + count + " times " + within + " (" + limit + ")";
            case NEW_HOST -> entity + " reached " + event.computerId() + " for the first time, after " + figures.history
                    + " attempts on " + (figures.known - 1) + " hosts";
            case NEW_ACCOUNT -> entity + " was used by " + event.userId() + " for the first time, after " + figures.history
                    + " attempts by " + (figures.known - 1) + " accounts";
            case HOST_POPULARITY_PERCENTILE -> event.computerId() + " is at percentile " + tenths(observed)
                    + " of host use (" + limit + ")";
        };
    }

    private static String usual(double mean) {
        return Double.isNaN(mean)
                ? "no earlier active hour to compare with"
                : "usual in an active hour: " + tenths(mean);
    }

    /** Rounded half up to one decimal. */
    static String tenths(double value) {
        long tenths = (long) Math.floor(value * 10 + 0.5);
        return tenths / 10 + "." + tenths % 10;
    }
}
