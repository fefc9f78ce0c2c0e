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
 * the order of {@link Columns}.
 */
final class Rows implements Serializable {
    private static final long serialVersionUID = 1;
    private static final int HIGH = 51;
    private static final int MEDIUM = 26;
    private static final int CRITICAL = 76;

    private final RuleSet rules;
    private final HashMap<Long, ArrayData> activeIds = new HashMap<>(); // by their bits: few sets of rules ever fire
    private final HashMap<Long, ArrayData> shadowIds = new HashMap<>();

    Rows(RuleSet rules) {
        this.rules = rules;
    }

    static RowData raw(AuthEvent event) {
        GenericRowData row = new GenericRowData(Columns.RAW.getFieldCount());
        int next = putOrigin(row, putEvent(row, event), event);
        return complete(row, next);
    }

    RowData curated(ScoredEvent scored) {
        AuthEvent event = scored.event;
        GenericRowData row = new GenericRowData(Columns.CURATED.getFieldCount());
        int next = putEvent(row, event);
        row.setField(next++, scored.late);
        next = putFigures(row, next, scored);
        row.setField(next++, scored.riskScore);
        row.setField(next++, text(level(scored.riskScore)));
        row.setField(next++, activeIds.computeIfAbsent(scored.fired, bits -> texts(rules.fired(bits))));
        row.setField(next++, shadowIds.computeIfAbsent(scored.shadowFired, bits -> texts(rules.shadowFired(bits))));
        return complete(row, next);
    }

    void alerts(ScoredEvent scored, Consumer<RowData> out) {
        for (Alert alert : scored.alerts) {
            out.accept(alert(scored, alert));
        }
    }

    static RowData quarantine(AuthEvent invalid) {
        GenericRowData row = new GenericRowData(Columns.QUARANTINE.getFieldCount());
        row.setField(0, text(Ids.quarantine(invalid)));
        row.setField(1, time(invalid.ingestionTime));
        row.setField(2, text(invalid.invalid));
        row.setField(3, text(invalid.raw));
        row.setField(4, text(invalid.source));
        return complete(row, putOrigin(row, 5, invalid));
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
        String entity = rule.key() == Rule.Key.USER_ID ? event.userId : event.sourceHost;
        return GenericRowData.of(
                text(Ids.alert(rule.id(), entity, event.eventId)),
                text(rule.id()),
                text(rule.title()),
                text(rule.key().word()),
                text(entity),
                text(event.eventId),
                time(event.eventTime),
                text(event.userId),
                text(event.sourceHost),
                text(event.computerId),
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

    private static int putEvent(GenericRowData row, AuthEvent event) {
        int next = 0;
        row.setField(next++, text(event.eventId));
        row.setField(next++, time(event.eventTime));
        row.setField(next++, text(event.userId));
        row.setField(next++, text(event.sourceHost));
        row.setField(next++, text(event.computerId));
        row.setField(next++, text(event.authType));
        row.setField(next++, text(event.logonType));
        row.setField(next++, text(event.orientation));
        row.setField(next++, text(event.outcome));
        row.setField(next++, text(event.source));
        row.setField(next++, time(event.ingestionTime));
        return next;
    }

    private static int putFigures(GenericRowData row, int from, ScoredEvent scored) {
        int next = from;
        row.setField(next++, scored.hasAccount ? scored.accountAttempts : null);
        row.setField(next++, scored.hasAccount ? scored.attempts1h : null);
        row.setField(next++, scored.hasAccount ? scored.failures1h : null);
        row.setField(next++, scored.hasAccount ? scored.distinctHosts1h : null);
        row.setField(next++, scored.hasAccount ? scored.knownHosts : null);
        row.setField(next++, scored.hasAccount ? scored.newHost : null);
        row.setField(next++, known(scored.hostPopularityPercentile));
        row.setField(next++, scored.hasSource ? scored.sourceAttempts1h : null);
        row.setField(next++, scored.hasSource ? scored.sourceFailures1h : null);
        row.setField(next++, scored.hasSource ? scored.sourceAccounts1h : null);
        row.setField(next++, scored.hasSource ? scored.newAccountAtSource : null);
        return next;
    }

    private static int putOrigin(GenericRowData row, int from, AuthEvent event) {
        row.setField(from, text(event.shardId));
        row.setField(from + 1, text(event.sequenceNumber));
        row.setField(from + 2, event.recordIndex);
        return from + 3;
    }

    private static RowData complete(GenericRowData row, int filled) {
        if (filled != row.getArity()) {
            throw new IllegalStateException(filled + " values for " + row.getArity() + " columns");
        }
        return row;
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
