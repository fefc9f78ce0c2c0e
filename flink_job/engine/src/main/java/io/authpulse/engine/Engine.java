package io.authpulse.engine;

import io.authpulse.engine.state.StageSettings;
import io.authpulse.engine.state.Stages;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;

/**
 * What Python composes the job of: one source, both scoring stages, and a view for each table of {@code
 * lakehouse/tables.py}.
 *
 * <pre>
 * source ─┬─ invalid ─ quarantine-rows ──────────────────────────▶ auth_events_quarantine
 *         └─ valid ─ account ─┬─ raw-rows ───────────────────────▶ auth_events_raw
 *                             └─ source-host ─┬─ curated-rows ───▶ auth_events_curated
 *                                             └─ alert-rows ─────▶ auth_alerts
 * </pre>
 *
 * All views share all that is left of them, whichever of them are asked for. Every operator has a uid, by which
 * savepoints know it; no Flink option is set, because the service refuses most of them in code.
 */
public final class Engine {
    private final DataStream<AuthEvent> elements;
    private final StageSettings settings;
    private final Map<String, DataStream<RowData>> rows = new HashMap<>();
    private DataStream<ScoredEvent> accountScored;
    private DataStream<ScoredEvent> scored;

    /**
     * The maps are the property groups {@code authpulse.job}, {@code .source}, {@code .lake} and {@code .rules};
     * docs/architecture.md lists their keys.
     *
     * @throws PropertyException for a missing or malformed property; its message is one line for people
     */
    public Engine(
            StreamExecutionEnvironment environment,
            Map<String, String> job,
            Map<String, String> source,
            Map<String, String> lake,
            Map<String, String> rules) {
        settings = StageSettings.of(job, lake, rules);
        EngineSource from = new EngineSource(job, source);
        elements = environment.fromSource(from.create(), from.watermarks(), from.type()).uid("source");
    }

    /** The view of a table: its columns in their order, as internal rows, which SQL takes without conversion. */
    public Table table(StreamTableEnvironment environment, String name) {
        return environment.fromDataStream(rows(name));
    }

    /** The rows of a table. Asked for again, it is the same stream. */
    DataStream<RowData> rows(String table) {
        DataStream<RowData> known = rows.get(table);
        if (known == null) {
            known = switch (table) {
                case "auth_events_raw" -> rawRows();
                case "auth_events_curated" -> curatedRows();
                case "auth_alerts" -> alertRows();
                case "auth_events_quarantine" -> quarantineRows();
                default -> throw new IllegalArgumentException("no table " + table + "; see lakehouse/tables.py");
            };
            rows.put(table, known);
        }
        return known;
    }

    private DataStream<RowData> rawRows() {
        return accountScored()
                .map(each -> Rows.raw(each.event))
                .returns(type(Columns.RAW))
                .uid("raw-rows")
                .name("raw-rows");
    }

    private DataStream<RowData> curatedRows() {
        Rows made = new Rows(settings.rules());
        return scored()
                .map(made::curated)
                .returns(type(Columns.CURATED))
                .uid("curated-rows")
                .name("curated-rows");
    }

    private DataStream<RowData> alertRows() {
        Rows made = new Rows(settings.rules());
        return scored()
                .<RowData>flatMap((each, out) -> made.alerts(each, out::collect))
                .returns(type(Columns.ALERTS))
                .uid("alert-rows")
                .name("alert-rows");
    }

    private DataStream<RowData> quarantineRows() {
        return elements
                .filter(each -> each.invalid != null)
                .uid("invalid")
                .name("invalid")
                .keyBy(Ids::quarantine, Types.STRING)
                .process(new QuarantineRows())
                .returns(type(Columns.QUARANTINE))
                .uid("quarantine-rows")
                .name("quarantine-rows");
    }

    private DataStream<ScoredEvent> accountScored() {
        if (accountScored == null) {
            DataStream<AuthEvent> valid = elements.filter(each -> each.invalid == null).uid("valid").name("valid");
            accountScored = Stages.account(valid, settings);
        }
        return accountScored;
    }

    private DataStream<ScoredEvent> scored() {
        if (scored == null) {
            scored = Stages.sourceHost(accountScored(), settings);
        }
        return scored;
    }

    private static InternalTypeInfo<RowData> type(RowType row) {
        return InternalTypeInfo.of(row);
    }
}
