package io.authpulse.engine;

import io.authpulse.engine.scoring.Rule;
import io.authpulse.engine.scoring.RuleSet;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/**
 * Events, findings and invalid elements as internal rows, which writers and SQL take without conversion. Values are in
 * the order of {@link Columns}. What there is one of for each event is a view; the few others are filled in.
 */
final class Rows implements Serializable {
    private static final long serialVersionUID = 1;
    private static final int HIGH = 51;
    private static final int MEDIUM = 26;
    private static final int CRITICAL = 76;

    private final RuleSet rules;
    private final HashMap<Long, ArrayData> activeIds = new HashMap<>(); // by their bits: few sets of rules ever fire
    private final HashMap<Long, ArrayData> shadowIds = new HashMap<>();
    private final HashMap<String, StringData> levels = new HashMap<>();

    Rows(RuleSet rules) {
        this.rules = rules;
    }

    static RowData raw(AuthEvent event) {
        return new RawRow(event);
    }

    RowData curated(ScoredEvent scored) {
        return new CuratedRow(
                scored,
                levels.computeIfAbsent(level(scored.riskScore), Rows::text),
                activeIds.computeIfAbsent(scored.fired, bits -> texts(rules.fired(bits))),
                shadowIds.computeIfAbsent(scored.shadowFired, bits -> texts(rules.shadowFired(bits))));
    }

    void alerts(ScoredEvent scored, Consumer<RowData> out) {
        for (Alert alert : scored.alerts) {
            out.accept(alert(scored, alert));
        }
    }

    static RowData quarantine(AuthEvent element) {
        AuthEvent.Invalid invalid = element.invalid;
        return GenericRowData.of(
                text(Ids.quarantine(element)),
                time(element.ingestionTime),
                text(invalid.reason()),
                text(invalid.raw()),
                text(invalid.source()),
                text(element.text(AuthEvent.SHARD_ID)),
                text(element.text(AuthEvent.SEQUENCE_NUMBER)),
                element.recordIndex);
    }

    static String level(int score) {
        if (score >= CRITICAL) {
            return "CRITICAL";
        }
        if (score >= HIGH) {
            return "HIGH";
        }
        return score >= MEDIUM ? "MEDIUM" : "LOW";
    }

    private RowData alert(ScoredEvent scored, Alert alert) {
        AuthEvent event = scored.event;
        Rule rule = rules.get(alert.rule);
        String entity = rule.key() == Rule.Key.USER_ID ? event.userId() : event.sourceHost();
        return GenericRowData.of(
                text(Ids.alert(rule.id(), entity, event.eventId())),
                text(rule.id()),
                text(rule.title()),
                text(rule.key().word()),
                text(entity),
                text(event.eventId()),
                time(event.eventTime),
                text(event.userId()),
                text(event.sourceHost()),
                text(event.computerId()),
                alert.observed,
                (double) rule.threshold(),
                known(alert.baseline),
                text(alert.explanation),
                rule.points(),
                scored.riskScore,
                text(level(scored.riskScore)),
                texts(rule.techniques()),
                text(rule.analytic()),
                time(event.ingestionTime));
    }

    private static Double known(double value) {
        return Double.isNaN(value) ? null : value;
    }

    private static StringData text(String text) {
        return StringData.fromString(text);
    }

    private static TimestampData time(long epochMs) {
        return TimestampData.fromEpochMillis(epochMs);
    }

    private static ArrayData texts(List<String> texts) {
        return new GenericArrayData(texts.stream().map(StringData::fromString).toArray());
    }
}
