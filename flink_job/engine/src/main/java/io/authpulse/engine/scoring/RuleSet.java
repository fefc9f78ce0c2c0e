package io.authpulse.engine.scoring;

import io.authpulse.engine.Alert;
import io.authpulse.engine.AuthEvent;
import io.authpulse.engine.PropertyGroup;
import io.authpulse.engine.ScoredEvent;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** All rules in their order, and what they make of an attempt. Places in that order are what events carry as bits. */
public final class RuleSet implements Serializable {
    public static final int MAX_SCORE = 100;
    static final int MAX_RULES = 49;
    public static final String GROUP = "authpulse.rules";

    private final Rule[] rules;

    public RuleSet(List<Rule> rules) {
        if (rules.size() > MAX_RULES) {
            throw new IllegalArgumentException(rules.size() + " rules; an event has room for " + MAX_RULES);
        }
        this.rules = rules.toArray(Rule[]::new);
    }

    /** Reads property group {@code authpulse.rules}. Raises PropertyException, one line, for what cannot be read. */
    public static RuleSet of(Map<String, String> properties) {
        PropertyGroup group = new PropertyGroup(GROUP, properties);
        String[] order = group.text("order", "the rules' ids, with commas between").split(",");
        if (order.length > MAX_RULES) {
            throw group.wrong("order", order.length + " rules; " + MAX_RULES + " fit");
        }
        return new RuleSet(Arrays.stream(order).map(id -> RuleReader.read(group, id)).toList());
    }

    public Rule get(int place) {
        return rules[place];
    }

    public int size() {
        return rules.length;
    }

    /** Sum of the points of active rules that fired, at most 100. */
    public int score(long fired) {
        int sum = 0;
        for (long rest = fired; rest != 0; rest &= rest - 1) {
            sum += rules[Long.numberOfTrailingZeros(rest)].points();
        }
        return Math.min(MAX_SCORE, sum);
    }

    /** Ids of active rules that fired, in the rules' order. */
    public List<String> fired(long bits) {
        List<String> ids = new ArrayList<>();
        for (int place = 0; place < rules.length; place++) {
            if ((bits >>> place & 1) != 0) {
                ids.add(rules[place].id());
            }
        }
        return ids;
    }

    /** Ids of shadow rules that fired, in the order of the stages: first those of the account, then the source host's. */
    public List<String> shadowFired(long bits) {
        List<String> ids = new ArrayList<>();
        for (Rule.Key key : Rule.Key.values()) {
            for (int place = 0; place < rules.length; place++) {
                if ((bits >>> place & 1) != 0 && rules[place].key() == key) {
                    ids.add(rules[place].id());
                }
            }
        }
        return ids;
    }

    /**
     * Adds what the rules of one key find at an attempt: bits, score, and alerts that are not muted.
     *
     * @param percentile of the destination's popularity; NaN if unknown
     */
    void judge(Rule.Key key, Entity entity, Entity.Figures figures, double percentile, ScoredEvent into) {
        for (int place = 0; place < rules.length; place++) {
            Rule rule = rules[place];
            if (rule.key() != key || rule.mode() == Rule.Mode.OFF || figures.history < rule.minHistory()) {
                continue;
            }
            double value = value(rule, entity, figures, percentile);
            if (!rule.comparison().holds(value, rule.threshold())) {
                continue;
            }
            if (rule.mode() == Rule.Mode.SHADOW) {
                into.shadowFired |= 1L << place;
                continue;
            }
            into.fired |= 1L << place;
            if (rule.alert() && entity.unmuted(rule.id(), into.event.eventTime, rule.muteMs())) {
                into.alerts = Arrays.copyOf(into.alerts, into.alerts.length + 1);
                into.alerts[into.alerts.length - 1] = alert(place, into.event, value, figures);
            }
        }
        into.riskScore = score(into.fired);
    }

    private static double value(Rule rule, Entity entity, Entity.Figures figures, double percentile) {
        return switch (rule.metric()) {
            case ATTEMPTS -> entity.attempts(rule.windowMinutes());
            case FAILURES -> entity.failures(rule.windowMinutes());
            case DISTINCT_HOSTS, DISTINCT_ACCOUNTS -> entity.peers(rule.windowMinutes());
            case NEW_HOST, NEW_ACCOUNT -> figures.newPeer ? 1 : 0;
            case HOST_POPULARITY_PERCENTILE -> percentile;
        };
    }

    private Alert alert(int place, AuthEvent event, double observed, Entity.Figures figures) {
        Alert alert = new Alert();
        alert.rule = place;
        alert.observed = observed;
        alert.baseline = switch (rules[place].metric()) {
            case ATTEMPTS -> figures.usualAttempts();
            case DISTINCT_HOSTS, DISTINCT_ACCOUNTS -> figures.usualPeers();
            default -> Double.NaN;
        };
        alert.explanation = Explanations.explain(rules[place], event, observed, figures);
        return alert;
    }
}
