package io.authpulse.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.authpulse.engine.scoring.Rule;
import io.authpulse.engine.scoring.RuleSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.InternalSerializers;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;

/** Rows, column by column. That the columns are those of lakehouse/tables.py, the pipeline's tests see. */
class RowsTest {
    private static final long ARRIVAL = 1_748_736_000_000L;

    private final Rows rows = new Rows(new RuleSet(List.of(
            rule("FIRST", Rule.Key.USER_ID, Rule.Mode.ACTIVE),
            rule("SECOND", Rule.Key.SOURCE_HOST, Rule.Mode.ACTIVE),
            rule("THIRD", Rule.Key.USER_ID, Rule.Mode.SHADOW))));

    @Test
    void a_raw_row_is_the_event_with_its_place() {
        assertEquals(
                "{event_id=e1, event_time=1000, user_id=U1, source_host=C1, computer_id=C2, auth_type=NTLM,"
                        + " logon_type=Network, orientation=LogOn, outcome=Success, source=a:1,"
                        + " ingestion_time=1748736000000, shard_id=shard-0, sequence_number=17, record_index=3}",
                show(Columns.RAW, Rows.raw(event())));
    }

    @Test
    void a_curated_row_has_figures_score_and_rules() {
        ScoredEvent scored = scored();
        scored.event = element().put(AuthEvent.AUTH_TYPE, (String) null).event();
        assertEquals(
                "{event_id=e1, event_time=1000, user_id=U1, source_host=C1, computer_id=C2, auth_type=null,"
                        + " logon_type=Network, orientation=LogOn, outcome=Success, source=a:1,"
                        + " ingestion_time=1748736000000, late=true, account_attempts=1, attempts_1h=2, failures_1h=3,"
                        + " distinct_hosts_1h=4, known_hosts=5, new_host=true, host_popularity_percentile=12.5,"
                        + " source_attempts_1h=6, source_failures_1h=7, source_accounts_1h=8,"
                        + " new_account_at_source=true, risk_score=60, risk_level=HIGH, rules=[FIRST, SECOND],"
                        + " shadow_rules=[THIRD]}",
                show(Columns.CURATED, rows.curated(scored)));
    }

    @Test
    void what_is_not_known_is_null() {
        ScoredEvent quiet = new ScoredEvent();
        quiet.event = event();
        String row = show(Columns.CURATED, rows.curated(quiet));
        assertTrue(
                row.endsWith("late=false, account_attempts=null, attempts_1h=null, failures_1h=null,"
                        + " distinct_hosts_1h=null, known_hosts=null, new_host=null, host_popularity_percentile=null,"
                        + " source_attempts_1h=null, source_failures_1h=null, source_accounts_1h=null,"
                        + " new_account_at_source=null, risk_score=0, risk_level=LOW, rules=[], shadow_rules=[]}"),
                row);
    }

    @Test
    void a_row_survives_being_copied_and_being_sent() throws IOException {
        for (RowData row : List.of(rows.curated(scored()), Rows.raw(event()))) {
            RowType type = row instanceof RawRow ? Columns.RAW : Columns.CURATED;
            RowDataSerializer serializer = InternalSerializers.create(type);
            DataOutputSerializer out = new DataOutputSerializer(64);
            serializer.serialize(row, out);
            RowData sent = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
            assertEquals(show(type, row), show(type, sent));
            assertEquals(show(type, row), show(type, serializer.copy(row)));
        }
    }

    @Test
    void a_column_is_not_read_as_another_type() {
        RowData row = rows.curated(scored());
        String message = assertThrows(IllegalArgumentException.class, () -> row.getInt(0)).getMessage();
        assertEquals("column 0 of CuratedRow is not of that type", message);
        assertThrows(IllegalArgumentException.class, () -> row.getString(1));
        assertThrows(IllegalArgumentException.class, () -> Rows.raw(event()).getTimestamp(0, 6));
    }

    @Test
    void an_alert_is_about_the_entity_of_its_rule() {
        ScoredEvent scored = scored();
        scored.alerts = new Alert[] {alert(0, 3.5), alert(1, Double.NaN)};
        List<String> shown = new ArrayList<>();
        rows.alerts(scored, row -> shown.add(show(Columns.ALERTS, row)));
        String rest = "event_id=e1, event_time=1000, user_id=U1, source_host=C1, computer_id=C2, observed=11.0,"
                + " threshold=10.0, baseline=%s, explanation=because, points=30, risk_score=60, risk_level=HIGH,"
                + " techniques=[T1110], analytic=Rule, ingestion_time=1748736000000}";
        assertEquals(
                List.of(
                        // the first 32 digits of: printf 'FIRST|U1|e1' | sha256sum
                        "{alert_id=f7f2333099794b6a73c3a4a53df61908, rule_id=FIRST, title=title of FIRST,"
                                + " entity_type=user_id, entity_id=U1, "
                                + rest.formatted("3.5"),
                        "{alert_id=466fa034b3b411f16d1536138b0a1bd9, rule_id=SECOND, title=title of SECOND,"
                                + " entity_type=source_host, entity_id=C1, "
                                + rest.formatted("null")),
                shown);
    }

    @Test
    void a_quarantine_row_has_reason_text_and_place() {
        AuthEvent invalid = element().invalid(new AuthEvent.Invalid("not JSON", "{", null, null));
        assertEquals(
                "{quarantine_id=025c81ad842a8a2fa9330f215dfbabc9, ingestion_time=1748736000000, reason=not JSON,"
                        + " raw={, source=null, shard_id=shard-0, sequence_number=17, record_index=3}",
                show(Columns.QUARANTINE, Rows.quarantine(invalid)));
        AuthEvent rejected = element().invalid(new AuthEvent.Invalid("rejected: x", "{", "r1", "a:9"));
        assertTrue(show(Columns.QUARANTINE, Rows.quarantine(rejected)).startsWith("{quarantine_id=r1, "));
    }

    @Test
    void levels_begin_where_the_contract_says_so() {
        assertEquals(
                List.of("LOW", "LOW", "MEDIUM", "MEDIUM", "HIGH", "HIGH", "CRITICAL", "CRITICAL"),
                List.of(0, 25, 26, 50, 51, 75, 76, 100).stream().map(Rows::level).toList());
    }

    private static Rule rule(String id, Rule.Key key, Rule.Mode mode) {
        return new Rule(
                id, "title of " + id, key, Rule.Metric.ATTEMPTS, Rule.Comparison.AT_LEAST, 10, 30, 60, 0, mode, true, 0,
                List.of("T1110"), "Rule");
    }

    private static Alert alert(int rule, double baseline) {
        Alert alert = new Alert();
        alert.rule = rule;
        alert.observed = 11;
        alert.baseline = baseline;
        alert.explanation = "because";
        return alert;
    }

    private static ScoredEvent scored() {
        ScoredEvent scored = new ScoredEvent();
        scored.event = event();
        scored.late = true;
        scored.hasAccount = true;
        scored.accountAttempts = 1;
        scored.attempts1h = 2;
        scored.failures1h = 3;
        scored.distinctHosts1h = 4;
        scored.knownHosts = 5;
        scored.newHost = true;
        scored.hostPopularityPercentile = 12.5;
        scored.hasSource = true;
        scored.sourceAttempts1h = 6;
        scored.sourceFailures1h = 7;
        scored.sourceAccounts1h = 8;
        scored.newAccountAtSource = true;
        scored.fired = 0b011;
        scored.shadowFired = 0b100;
        scored.riskScore = 60;
        return scored;
    }

    private static AuthEvent event() {
        return element().event();
    }

    private static EventBuilder element() {
        return new EventBuilder()
                .put(AuthEvent.EVENT_ID, "e1")
                .put(AuthEvent.USER_ID, "U1")
                .put(AuthEvent.SOURCE_HOST, "C1")
                .put(AuthEvent.COMPUTER_ID, "C2")
                .put(AuthEvent.AUTH_TYPE, "NTLM")
                .put(AuthEvent.LOGON_TYPE, "Network")
                .put(AuthEvent.ORIENTATION, "LogOn")
                .put(AuthEvent.OUTCOME, "Success")
                .put(AuthEvent.SOURCE, "a:1")
                .put(AuthEvent.SHARD_ID, "shard-0")
                .put(AuthEvent.SEQUENCE_NUMBER, "17")
                .time(1000)
                .found(ARRIVAL, 3);
    }

    private static String show(RowType type, RowData row) {
        assertEquals(type.getFieldCount(), row.getArity());
        Map<String, Object> shown = new LinkedHashMap<>();
        for (int i = 0; i < row.getArity(); i++) {
            Object value = row.isNullAt(i)
                    ? null
                    : RowData.createFieldGetter(type.getTypeAt(i), i).getFieldOrNull(row);
            assertTrue(value != null || type.getTypeAt(i).isNullable(), type.getFieldNames().get(i));
            shown.put(type.getFieldNames().get(i), plain(value));
        }
        return shown.toString();
    }

    private static Object plain(Object value) {
        if (value instanceof TimestampData time) {
            return time.getMillisecond();
        }
        if (value instanceof ArrayData array) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < array.size(); i++) {
                texts.add(array.getString(i).toString());
            }
            return texts;
        }
        return value;
    }
}
