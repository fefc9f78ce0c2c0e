package io.authpulse.engine.state;

import io.authpulse.engine.scoring.Entity;
import io.authpulse.engine.scoring.Meetings;
import io.authpulse.engine.scoring.RecentIds;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.ValueState;

/**
 * The entities of one subtask: those of late in memory, all of them in the state backend. Per event that spares a get, a
 * put and the bytes of a value, which on RocksDB cost several times what scoring does.
 *
 * <p>What is in memory and what is in the backend are never the same object: values are copied on their way in and on
 * their way out, except where an entity leaves memory for good. So a snapshot of a heap backend, which goes on while events
 * do, sees nothing change.
 *
 * <p>Each method expects the key it is given to be the operator's current one and leaves it so.
 */
final class EntityStore implements Meetings {
    private static final int LARGE_SHARE = 8;

    private final ValueState<Entity> values;
    private final MapState<Long, Integer> meetings;
    private final ListState<long[]> ids;
    private final int rememberedIds; // 0 if none are
    private final long capacityBytes;
    private final Consumer<String> selectKey;
    private final LinkedHashMap<String, Held> cache = new LinkedHashMap<>(); // by age, or by when they were spared
    private long bytes;

    /** An entity in memory. */
    static final class Held {
        Entity entity;
        boolean isTimed; // whether a timer will look after it
        private boolean isChanged;
        private boolean isUsed; // since it came or was spared
        private int weight;
    }

    EntityStore(
            ValueState<Entity> values,
            MapState<Long, Integer> meetings,
            ListState<long[]> ids,
            int rememberedIds,
            long capacityBytes,
            Consumer<String> selectKey) {
        this.values = values;
        this.meetings = meetings;
        this.ids = ids;
        this.rememberedIds = rememberedIds;
        this.capacityBytes = capacityBytes;
        this.selectKey = selectKey;
    }

    /** The entity of a key, or null if there is none. */
    Held find(String key) throws Exception {
        Held held = cache.get(key);
        if (held != null) {
            held.isUsed = true;
            return held;
        }
        Entity value = values.value();
        if (value == null) {
            return null;
        }
        RecentIds remembered = noIds();
        if (remembered != null) {
            remembered.restore(ids.get());
        }
        held = hold(key, value.copy(), remembered);
        held.isTimed = true;
        return held;
    }

    /** A new entity for a key that has none. */
    Held create(String key) {
        return hold(key, new Entity(), noIds());
    }

    /** In its place a new one. Its meetings and ids behind must go too, or the new one would take them for its own. */
    void startAfresh(Held held) throws Exception {
        if (held.entity.hasOlderMeetings()) {
            meetings.clear();
        }
        ids.clear();
        held.entity = new Entity();
        held.entity.remembers(noIds());
    }

    void remove(String key) throws Exception {
        Held held = cache.remove(key);
        if (held != null) {
            bytes -= held.weight;
        }
        values.clear();
        meetings.clear();
        ids.clear();
    }

    /** Must be called after an entity was changed; makes room if memory is full. */
    void changed(String key, Held held) throws Exception {
        held.isChanged = true;
        int weight = weightOf(key, held.entity);
        if (weight > capacityBytes / LARGE_SHARE) { // else one account on very many hosts would push out all others
            held.entity.writeBack(this);
            held.entity.dropMeetings();
            weight = weightOf(key, held.entity);
        }
        bytes += weight - held.weight;
        held.weight = weight;
        if (bytes > capacityBytes) {
            makeRoom();
            selectKey.accept(key);
        }
    }

    /** Forgets meetings before a minute. */
    void pruneMeetings(Held held, int oldest) throws Exception {
        if (!held.entity.hasOlderMeetings()) {
            return;
        }
        held.entity.writeBack(this);
        held.entity.dropMeetings();
        for (Iterator<Map.Entry<Long, Integer>> all = meetings.iterator(); all.hasNext(); ) {
            if (all.next().getValue() < oldest) {
                all.remove();
            }
        }
    }

    /** Writes everything that changed, and keeps it in memory. Leaves any key current. */
    void flush() throws Exception {
        for (Map.Entry<String, Held> each : cache.entrySet()) {
            Held held = each.getValue();
            if (held.isChanged) {
                selectKey.accept(each.getKey());
                save(held.entity);
                values.update(held.entity.copy());
                held.isChanged = false;
            }
        }
    }

    int entitiesInMemory() {
        return cache.size();
    }

    @Override
    public int get(long peer) throws Exception {
        Integer minute = meetings.get(peer);
        return minute == null ? NEVER : minute;
    }

    @Override
    public void put(long peer, int minute) throws Exception {
        meetings.put(peer, minute);
    }

    private RecentIds noIds() {
        return rememberedIds == 0 ? null : new RecentIds(rememberedIds);
    }

    private Held hold(String key, Entity entity, RecentIds remembered) {
        Held held = new Held();
        held.entity = entity;
        entity.remembers(remembered);
        held.weight = weightOf(key, entity);
        bytes += held.weight;
        cache.put(key, held);
        return held;
    }

    /**
     * Lets go of the eldest until the rest fits, but spares once what was used since. That is nearly the least recently
     * used, without touching its neighbours in a list at every event. The current key's entity may go: it is whole by then.
     */
    private void makeRoom() throws Exception {
        while (bytes > capacityBytes) {
            Iterator<Map.Entry<String, Held>> eldest = cache.entrySet().iterator();
            Map.Entry<String, Held> each = eldest.next();
            String key = each.getKey();
            Held held = each.getValue();
            eldest.remove();
            if (held.isUsed) {
                held.isUsed = false;
                cache.put(key, held);
            } else {
                bytes -= held.weight;
                letGo(key, held);
            }
        }
    }

    private void letGo(String key, Held held) throws Exception {
        if (held.isChanged) {
            selectKey.accept(key);
            save(held.entity);
            held.entity.dropMeetings();
            held.entity.remembers(null);
            values.update(held.entity);
        }
    }

    /** Everything but the value itself. */
    private void save(Entity entity) throws Exception {
        entity.writeBack(this);
        RecentIds remembered = entity.ids();
        if (remembered != null && remembered.hasAdded()) {
            if (remembered.chunksAreMany()) {
                ids.update(List.of(remembered.takeAll()));
            } else {
                ids.add(remembered.takeAdded());
            }
        }
    }

    private static int weightOf(String key, Entity entity) {
        return entity.weight() + key.length() * 2 + 160; // map entry, string and holder
    }
}
