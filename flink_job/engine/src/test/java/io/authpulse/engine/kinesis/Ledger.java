package io.authpulse.engine.kinesis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * What a job has seen, as its own state has it: a number that comes twice because the job went back in time is none
 * that was seen twice. Functions find their ledger by name, since they are serialized.
 */
final class Ledger {
    private static final Map<String, Ledger> OPEN = new ConcurrentHashMap<>();

    final Map<Integer, Long> nextOfAccount = new ConcurrentHashMap<>();
    final AtomicLong gaps = new AtomicLong();
    final AtomicLong repeats = new AtomicLong();
    private final Map<Integer, long[]> countAndSumOfSubtask = new ConcurrentHashMap<>();
    final Map<Integer, AtomicInteger> startsOfSubtask = new ConcurrentHashMap<>();
    final AtomicInteger failures = new AtomicInteger();
    private final AtomicBoolean failNext = new AtomicBoolean();

    static Ledger open(String name) {
        Ledger ledger = new Ledger();
        OPEN.put(name, ledger);
        return ledger;
    }

    /** By the keyed job: how many numbers the accounts have come to. */
    long seen() {
        return nextOfAccount.values().stream().mapToLong(Long::longValue).sum();
    }

    /** By the chained job: how many numbers all tasks have read. */
    long count() {
        return countAndSumOfSubtask.values().stream().mapToLong(sums -> sums[0]).sum();
    }

    long sum() {
        return countAndSumOfSubtask.values().stream().mapToLong(sums -> sums[1]).sum();
    }

    /** The next number that arrives fails its task. */
    void failNext() {
        failNext.set(true);
    }

    private void failIfTold() {
        if (failNext.compareAndSet(true, false)) {
            failures.incrementAndGet();
            throw new IllegalStateException("failed by the test");
        }
    }

    /** Every account's numbers must come as 0, 1, 2, … */
    static final class InOrder extends KeyedProcessFunction<Integer, Tuple2<Integer, Long>, Integer> {
        private static final long serialVersionUID = 1;

        private final String name;
        private transient ValueState<Long> next;

        InOrder(String name) {
            this.name = name;
        }

        @Override
        public void open(OpenContext context) {
            next = getRuntimeContext().getState(new ValueStateDescriptor<>("next", Types.LONG));
        }

        @Override
        public void processElement(Tuple2<Integer, Long> number, Context context, Collector<Integer> out)
                throws Exception {
            Ledger ledger = OPEN.get(name);
            ledger.failIfTold();
            long expected = next.value() == null ? 0 : next.value();
            if (number.f1 > expected) {
                ledger.gaps.incrementAndGet();
            } else if (number.f1 < expected) {
                ledger.repeats.incrementAndGet();
            }
            next.update(number.f1 + 1);
            ledger.nextOfAccount.put(number.f0, number.f1 + 1);
        }
    }

    /** Counts and adds up what each source task reads, chained to it; only the first task is failed. */
    static final class PerTask extends RichMapFunction<Tuple2<Integer, Long>, Integer> implements CheckpointedFunction {
        private static final long serialVersionUID = 1;

        private final String name;
        private transient ListState<Long> state;
        private transient long count;
        private transient long sum;

        PerTask(String name) {
            this.name = name;
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            state = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("sums", Types.LONG));
            List<Long> saved = new ArrayList<>();
            state.get().forEach(saved::add);
            count = saved.isEmpty() ? 0 : saved.get(0);
            sum = saved.isEmpty() ? 0 : saved.get(1);
            publish();
            OPEN.get(name).startsOfSubtask.computeIfAbsent(subtask(), s -> new AtomicInteger()).incrementAndGet();
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) throws Exception {
            state.update(List.of(count, sum));
        }

        @Override
        public Integer map(Tuple2<Integer, Long> number) {
            if (subtask() == 0) {
                OPEN.get(name).failIfTold();
            }
            count++;
            sum += number.f1;
            publish();
            return number.f0;
        }

        private void publish() {
            OPEN.get(name).countAndSumOfSubtask.put(subtask(), new long[] {count, sum});
        }

        private int subtask() {
            return getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        }
    }
}
