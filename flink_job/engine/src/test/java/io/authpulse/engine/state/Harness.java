package io.authpulse.engine.state;

import io.authpulse.engine.AuthEvent;
import io.authpulse.engine.AuthEventSerializer;
import io.authpulse.engine.ScoredEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFinalizer;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/** The account stage's operator alone, on either backend. */
final class Harness implements AutoCloseable {
    /** Where state lies. */
    enum Backend {
        HASHMAP,
        ROCKSDB;

        StateBackend create() {
            return this == HASHMAP ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend();
        }
    }

    private final KeyedOneInputStreamOperatorTestHarness<String, AuthEvent, ScoredEvent> operator;

    private Harness(KeyedOneInputStreamOperatorTestHarness<String, AuthEvent, ScoredEvent> operator) {
        this.operator = operator;
    }

    static Harness open(Backend backend, StageSettings settings, OperatorSubtaskState from) throws Exception {
        EntityOperator<AuthEvent, ScoredEvent> tested = new EntityOperator<>(
                new AccountStage(settings),
                AuthEventSerializer.TYPE,
                settings,
                settings.rememberedIds(),
                settings.flushAfterMs());
        var operator = new KeyedOneInputStreamOperatorTestHarness<>(tested, AuthEvent::userId, Types.STRING);
        operator.setStateBackend(backend.create());
        operator.setup(new ScoredEventSerializer());
        if (from != null) {
            operator.initializeState(from);
        }
        operator.open();
        return new Harness(operator);
    }

    static Harness open(Backend backend, StageSettings settings) throws Exception {
        return open(backend, settings, null);
    }

    void process(AuthEvent event) throws Exception {
        operator.processElement(event, event.eventTime);
    }

    void process(List<AuthEvent> events) throws Exception {
        for (AuthEvent event : events) {
            process(event);
        }
    }

    void watermark(long time) throws Exception {
        operator.processWatermark(time);
    }

    void processingTime(long time) throws Exception {
        operator.setProcessingTime(time);
    }

    OperatorSubtaskState snapshot(long checkpoint) throws Exception {
        operator.prepareSnapshotPreBarrier(checkpoint);
        return operator.snapshot(checkpoint, checkpoint);
    }

    /** A snapshot that has begun; it is written when asked for, and events may go on before. */
    Writing beginSnapshot(long checkpoint) throws Exception {
        operator.prepareSnapshotPreBarrier(checkpoint);
        OperatorSnapshotFutures begun = operator.getOperator()
                .snapshotState(
                        checkpoint,
                        checkpoint,
                        CheckpointOptions.forCheckpointWithDefaultLocation(),
                        new MemCheckpointStreamFactory(1 << 20));
        return () -> OperatorSnapshotFinalizer.create(begun).getJobManagerOwnedState();
    }

    interface Writing {
        OperatorSubtaskState finish() throws Exception;
    }

    int timers() {
        return operator.numEventTimeTimers();
    }

    /** Keys that have anything in a state. */
    Set<String> keysOf(String state) {
        try (Stream<String> keys = backend().getKeys(state, VoidNamespace.INSTANCE)) {
            return keys.collect(Collectors.toSet());
        }
    }

    /** How many meetings of an account lie in the backend. */
    long meetingsOf(String account) throws Exception {
        backend().setCurrentKey(account);
        MapState<Long, Integer> meetings = backend().getPartitionedState(
                VoidNamespace.INSTANCE,
                VoidNamespaceSerializer.INSTANCE,
                new MapStateDescriptor<>("meetings", Types.LONG, Types.INT));
        return StreamSupport.stream(meetings.keys().spliterator(), false).count();
    }

    private KeyedStateBackend<String> backend() {
        return ((AbstractStreamOperator<?>) operator.getOperator()).getKeyedStateBackend();
    }

    /** What came out since the last call. */
    List<String> rows() {
        List<String> rows = new ArrayList<>();
        for (Object element = operator.getOutput().poll(); element != null; element = operator.getOutput().poll()) {
            if (element instanceof StreamRecord<?> record) {
                rows.add(Streams.row((ScoredEvent) record.getValue()));
            }
        }
        return rows;
    }

    @Override
    public void close() {
        try {
            operator.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
