package io.authpulse.engine;

import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;

/**
 * Invalid elements to rows, one for each id.
 *
 * <p>A producer that was killed and resumed sends its last rejected lines again; they have the same ids. They are told
 * apart for a week of the wall clock, which is enough to resume and bounds the state: on a replay, event time would run
 * through it in no time. An element without an id of its own has its place in the stream for one, which comes once.
 */
final class QuarantineRows extends KeyedProcessFunction<String, AuthEvent, RowData> {
    private static final long serialVersionUID = 1;
    private static final long REMEMBERED_MS = Duration.ofDays(7).toMillis();

    private transient ValueState<Boolean> seen;

    @Override
    public void open(OpenContext context) {
        seen = getRuntimeContext().getState(new ValueStateDescriptor<>("seen", Types.BOOLEAN));
    }

    @Override
    public void processElement(AuthEvent invalid, Context context, Collector<RowData> out) throws Exception {
        if (invalid.invalid.eventId() != null) {
            if (seen.value() != null) {
                return;
            }
            seen.update(true);
            long now = context.timerService().currentProcessingTime();
            context.timerService().registerProcessingTimeTimer(now + REMEMBERED_MS);
        }
        out.collect(Rows.quarantine(invalid));
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<RowData> out) {
        seen.clear();
    }
}
