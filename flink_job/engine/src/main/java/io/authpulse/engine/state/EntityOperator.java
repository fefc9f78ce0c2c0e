package io.authpulse.engine.state;

import io.authpulse.engine.scoring.Entity;
import io.authpulse.engine.state.EntityStore.Held;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.internal.InternalListState;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Scores each event against the entity of its key. An operator and no function, because writing back what is cached needs
 * to set the key.
 *
 * <p>State: the entity as one small value, its older meetings as a map, its recent ids as a list of chunks; all behind an
 * {@link EntityStore}, which is flushed before each barrier. An entity has exactly one clean-up timer, which removes it or
 * forgets what is past retention and is registered again; so an event costs no timer.
 *
 * <p>In arrival order events are scored as they come. In event-time order they wait in {@link WaitingEvents}; what comes
 * behind the watermark is scored at once. Both kinds of timers share one service, because only so does a watermark that
 * jumps ahead fire them in the order of their times: events first, then the removal they prevent.
 */
final class EntityOperator<IN, OUT> extends AbstractStreamOperator<OUT>
        implements OneInputStreamOperator<IN, OUT>, Triggerable<String, Long> {
    private static final long CLEAN_UP = Long.MIN_VALUE; // a namespace that is no slice
    private static final long END_OF_INPUT = Long.MAX_VALUE;

    private final Stage<IN, OUT> stage;
    private final TypeInformation<IN> type;
    private final StageSettings settings;
    private final int rememberedIds;
    private final long patienceMs;

    private transient StreamRecord<OUT> emitted; // the only one: nobody keeps a record, only what is in it
    private transient EntityStore entities;
    private transient WaitingEvents<IN> waiting;
    private transient InternalTimerService<Long> timers;
    private transient Counter seenBefore;
    private transient long progressAt; // processing time of the last watermark or release

    /**
     * @param rememberedIds ids kept per entity; 0 where the stage looks for no duplicates
     * @param patienceMs in event-time order: how long to wait for a watermark before all that waits is released
     */
    EntityOperator(
            Stage<IN, OUT> stage, TypeInformation<IN> type, StageSettings settings, int rememberedIds, long patienceMs) {
        this.stage = stage;
        this.type = type;
        this.settings = settings;
        this.rememberedIds = rememberedIds;
        this.patienceMs = patienceMs;
    }

    @Override
    public void open() throws Exception {
        super.open();
        stage.open();
        emitted = new StreamRecord<>(null);
        timers = getInternalTimerService("entities", LongSerializer.INSTANCE, this);
        entities = new EntityStore(
                getRuntimeContext().getState(new ValueStateDescriptor<>("entity", new EntitySerializer())),
                getRuntimeContext().getMapState(new MapStateDescriptor<>("meetings", Types.LONG, Types.INT)),
                getRuntimeContext().getListState(new ListStateDescriptor<>(
                        "recent-ids", PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO)),
                rememberedIds,
                settings.cacheBytes(),
                this::setCurrentKey);
        waiting = new WaitingEvents<>(slices(), timers, stage);
        seenBefore = getMetricGroup().counter("eventsSeenBefore");
        getMetricGroup().gauge("entitiesInMemory", entities::entitiesInMemory);
        if (settings.eventTimeOrder()) {
            progressAt = getProcessingTimeService().getCurrentProcessingTime();
            checkProgressAt(progressAt + patienceMs);
        }
    }

    @Override
    public void close() throws Exception {
        stage.close();
        super.close();
    }

    @Override
    public void processElement(StreamRecord<IN> record) throws Exception {
        IN event = record.getValue();
        OUT passed = stage.passedBy(event);
        if (passed != null) {
            output.collect(emitted.replace(passed, stage.time(event)));
            return;
        }
        if (settings.eventTimeOrder() && waiting.isEarly(event)) {
            waiting.add(event);
            return;
        }
        score((String) getCurrentKey(), event, timers.currentWatermark());
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        if (settings.eventTimeOrder()) {
            progressAt = getProcessingTimeService().getCurrentProcessingTime();
        }
        super.processWatermark(mark);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
        entities.flush();
    }

    @Override
    public void onEventTime(InternalTimer<String, Long> timer) throws Exception {
        if (timer.getNamespace() != CLEAN_UP) {
            release(timer.getKey(), timer.getNamespace(), timer.getTimestamp());
        } else if (timers.currentWatermark() != END_OF_INPUT) { // then everything would go, for nothing
            cleanUp(timer.getKey(), timer.getTimestamp());
        }
    }

    @Override
    public void onProcessingTime(InternalTimer<String, Long> timer) {
        throw new IllegalStateException("no such timer is ever registered");
    }

    /** A list per key and slice: namespaces are there for operators, but only behind an interface that does not show them. */
    @SuppressWarnings("unchecked")
    private InternalListState<String, Long, IN> slices() throws Exception {
        ListState<IN> slices = getOrCreateKeyedState(LongSerializer.INSTANCE, new ListStateDescriptor<>("waiting", type));
        return (InternalListState<String, Long, IN>) slices;
    }

    private void score(String key, IN event, long streamTime) throws Exception {
        Held held = entities.find(key);
        if (held == null) {
            held = entities.create(key);
        } else if (held.entity.isForgotten(stage.time(event), settings.retentionMinutes())) {
            entities.startAfresh(held);
        }
        Entity entity = held.entity;
        OUT scored = stage.score(event, entity, entities);
        if (scored == null) {
            seenBefore.inc();
            return;
        }
        entity.touch(streamTime);
        if (!held.isTimed) {
            timers.registerEventTimeTimer(CLEAN_UP, entity.removableFrom(settings.retentionMinutes()));
            held.isTimed = true;
        }
        entities.changed(key, held);
        output.collect(emitted.replace(scored, stage.time(event)));
    }

    private void release(String key, long slice, long streamTime) throws Exception {
        for (IN event : waiting.take(slice)) {
            score(key, event, streamTime);
        }
    }

    private void cleanUp(String key, long streamTime) throws Exception {
        Held held = entities.find(key);
        if (held == null) {
            return;
        }
        long removableFrom = held.entity.removableFrom(settings.retentionMinutes());
        if (removableFrom <= streamTime) {
            entities.remove(key);
            return;
        }
        entities.pruneMeetings(held, held.entity.oldestMeeting(settings.retentionMinutes()));
        timers.registerEventTimeTimer(CLEAN_UP, removableFrom);
    }

    private void checkProgressAt(long time) {
        getProcessingTimeService().registerTimer(time, this::checkProgress);
    }

    /** Without this the last events before a quiet time would wait for its end. */
    private void checkProgress(long now) throws Exception {
        if (now - progressAt >= patienceMs) {
            releaseAll();
            progressAt = now;
        }
        checkProgressAt(progressAt + patienceMs);
    }

    private void releaseAll() throws Exception {
        record Due(String key, long slice) {}

        List<Due> all = new ArrayList<>();
        timers.forEachEventTimeTimer((slice, time) -> {
            if (slice != CLEAN_UP) {
                all.add(new Due((String) getCurrentKey(), slice));
            }
        });
        all.sort(Comparator.comparingLong(Due::slice));
        for (Due due : all) {
            setCurrentKey(due.key());
            timers.deleteEventTimeTimer(due.slice(), due.slice());
            release(due.key(), due.slice(), timers.currentWatermark());
        }
    }
}
