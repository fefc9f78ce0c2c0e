package io.authpulse.engine;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarCharType;

/** The columns of the tables, as {@code lakehouse/tables.py} declares them: names, order, types, which may be null. */
final class Columns {
    static final RowType RAW = new Columns().event().ingested().origin().type();

    static final RowType CURATED = new Columns()
            .event()
            .ingested()
            .required("late", new BooleanType(false))
            .optional("account_attempts", new BigIntType())
            .optional("attempts_1h", new IntType())
            .optional("failures_1h", new IntType())
            .optional("distinct_hosts_1h", new IntType())
            .optional("known_hosts", new BigIntType())
            .optional("new_host", new BooleanType())
            .optional("host_popularity_percentile", new DoubleType())
            .optional("source_attempts_1h", new IntType())
            .optional("source_failures_1h", new IntType())
            .optional("source_accounts_1h", new IntType())
            .optional("new_account_at_source", new BooleanType())
            .required("risk_score", new IntType())
            .required("risk_level", text())
            .required("rules", texts())
            .required("shadow_rules", texts())
            .type();

    static final RowType ALERTS = new Columns()
            .required("alert_id", text())
            .required("rule_id", text())
            .required("title", text())
            .required("entity_type", text())
            .required("entity_id", text())
            .required("event_id", text())
            .required("event_time", time())
            .required("user_id", text())
            .optional("source_host", text())
            .required("computer_id", text())
            .required("observed", new DoubleType())
            .required("threshold", new DoubleType())
            .optional("baseline", new DoubleType())
            .required("explanation", text())
            .required("points", new IntType())
            .required("risk_score", new IntType())
            .required("risk_level", text())
            .required("techniques", texts())
            .required("analytic", text())
            .ingested()
            .type();

    static final RowType QUARANTINE = new Columns()
            .required("quarantine_id", text())
            .ingested()
            .required("reason", text())
            .required("raw", text())
            .optional("source", text())
            .origin()
            .type();

    private final List<RowType.RowField> fields = new ArrayList<>();

    private Columns() {}

    private Columns event() {
        return required("event_id", text())
                .required("event_time", time())
                .required("user_id", text())
                .optional("source_host", text())
                .required("computer_id", text())
                .optional("auth_type", text())
                .optional("logon_type", text())
                .optional("orientation", text())
                .required("outcome", text())
                .required("source", text());
    }

    private Columns ingested() {
        return required("ingestion_time", time());
    }

    private Columns origin() {
        return required("shard_id", text())
                .required("sequence_number", text())
                .required("record_index", new IntType());
    }

    private Columns required(String name, LogicalType type) {
        fields.add(new RowType.RowField(name, type.copy(false)));
        return this;
    }

    private Columns optional(String name, LogicalType type) {
        fields.add(new RowType.RowField(name, type.copy(true)));
        return this;
    }

    private RowType type() {
        return new RowType(false, fields);
    }

    private static LogicalType text() {
        return new VarCharType(VarCharType.MAX_LENGTH);
    }

    private static LogicalType texts() {
        return new ArrayType(text().copy(false));
    }

    private static LogicalType time() {
        return new TimestampType(6); // UTC, without a zone
    }
}
