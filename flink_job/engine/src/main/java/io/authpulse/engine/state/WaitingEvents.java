package io.authpulse.engine.state;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.runtime.state.internal.InternalListState;
import org.apache.flink.streaming.api.operators.InternalTimerService;

/**
 * Events that wait for the watermark, so that they can be scored in the order (event_time, event_id).
 *
 * <p>They lie in slices of event time, one list and one timer per key and slice: adding reads nothing, and a slice leaves
 * as a whole. An event is late once its <em>slice</em> is behind the watermark. Measuring both by the slice is what keeps
 * the second stage in order: a slice leaves the first stage before the watermark that ends it does, so it is never late at
 * the second.
 */
final class WaitingEvents<T> {
    private static final long SLICE_MS = 1000;

    private final InternalListState<String, Long, T> slices;
    private final InternalTimerService<Long> timers;
    private final Comparator<T> order;
    private final Stage<T, ?> stage;

    WaitingEvents(InternalListState<String, Long, T> slices, InternalTimerService<Long> timers, Stage<T, ?> stage) {
        this.slices = slices;
        this.timers = timers;
        this.stage = stage;
        this.order = Comparator.<T>comparingLong(stage::time).thenComparing(stage::id);
    }

    /** Whether the watermark has not passed the event's slice. */
    boolean isEarly(T event) {
        return sliceOf(event) > timers.currentWatermark();
    }

    /** Puts an event of the current key in line. A timer with the slice as namespace and time will call for it. */
    void add(T event) throws Exception {
        long slice = sliceOf(event);
        slices.setCurrentNamespace(slice);
        slices.add(event);
        timers.registerEventTimeTimer(slice, slice);
    }

    /** Takes a slice of the current key out, sorted; equal events stay in the order in which they came. */
    List<T> take(long slice) throws Exception {
        slices.setCurrentNamespace(slice);
        List<T> due = new ArrayList<>();
        Iterable<T> waiting = slices.get();
        if (waiting != null) {
            waiting.forEach(due::add);
            slices.clear();
        }
        due.sort(order);
        return due;
    }

    /** A slice is called by its last millisecond. */
    private long sliceOf(T event) {
        return Math.floorDiv(stage.time(event), SLICE_MS) * SLICE_MS + SLICE_MS - 1;
    }
}
