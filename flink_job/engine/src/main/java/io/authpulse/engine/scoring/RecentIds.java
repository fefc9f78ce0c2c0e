package io.authpulse.engine.scoring;

import java.util.Arrays;

/**
 * The last {@code capacity} ids of an account, exactly: an id is known until so many others came after it.
 *
 * <p>A ring of 64-bit hashes in the order of arrival, and an open-addressing index of places in the ring. Both grow with
 * the number of ids, because most accounts have few.
 *
 * <p>They are saved as chunks: what was added since the last time, so that saving costs eight bytes an event and not the
 * whole ring each time. When the chunks have become many or long, {@link #chunksAreMany} says so and one takes their place.
 */
public final class RecentIds {
    private static final int EMPTY = -1;
    private static final int FIRST_SIZE = 8;

    private static final int MANY_CHUNKS = 64;

    private final int capacity;
    private long[] ring;
    private int[] index = newIndex(FIRST_SIZE * 2);
    private long count; // ids ever added here; the next one goes to count % ring.length once the ring is full size
    private int added; // of them, not yet taken
    private int chunks; // saved
    private long savedIds; // in them

    /** @param capacity at least 1 */
    public RecentIds(int capacity) {
        this.capacity = capacity;
        this.ring = new long[Math.min(FIRST_SIZE, capacity)];
    }

    /** False, and nothing changes, if the id is among the last ones. */
    public boolean add(long id) {
        if (find(id) >= 0) {
            return false;
        }
        if (size() == ring.length && ring.length < capacity) {
            grow();
        }
        int place = (int) (count % ring.length);
        if (count >= ring.length) {
            removeFromIndex(place);
        }
        ring[place] = id;
        putIntoIndex(place);
        count++;
        added = Math.min(added + 1, ring.length);
        return true;
    }

    public int size() {
        return (int) Math.min(count, ring.length);
    }

    /** Bytes on the heap, about. */
    public int weight() {
        return ring.length * 8 + index.length * 4 + 64;
    }

    /** Whether anything was added that is not saved. */
    public boolean hasAdded() {
        return added > 0;
    }

    /** Whether saving should replace all chunks by {@link #takeAll}, rather than add what {@link #takeAdded} gives. */
    public boolean chunksAreMany() {
        return chunks >= MANY_CHUNKS || savedIds + added > 2L * capacity;
    }

    /** What was added since the last time, oldest first: one more chunk. */
    public long[] takeAdded() {
        long[] taken = last(added);
        chunks++;
        savedIds += added;
        added = 0;
        return taken;
    }

    /** All ids, oldest first: the only chunk. */
    public long[] takeAll() {
        long[] taken = last(size());
        chunks = 1;
        savedIds = taken.length;
        added = 0;
        return taken;
    }

    /**
     * Adds what was saved, chunks in the order in which they were. Only the last {@code capacity} ids count: among more an
     * id may come again, and would keep its first place.
     */
    public void restore(Iterable<long[]> saved) {
        for (long[] chunk : saved) {
            chunks++;
            savedIds += chunk.length;
        }
        long tooOld = savedIds - capacity;
        for (long[] chunk : saved) {
            for (int i = (int) Math.max(0, Math.min(tooOld, chunk.length)); i < chunk.length; i++) {
                add(chunk[i]);
            }
            tooOld -= chunk.length;
        }
        added = 0;
    }

    /** The newest {@code n} ids, oldest first. */
    private long[] last(int n) {
        long[] out = new long[n];
        for (int i = 0; i < n; i++) {
            out[i] = ring[(int) ((count - n + i) % ring.length)];
        }
        return out;
    }

    private int find(long id) {
        int mask = index.length - 1;
        for (int slot = slotOf(id, mask); index[slot] != EMPTY; slot = slot + 1 & mask) {
            if (ring[index[slot]] == id) {
                return slot;
            }
        }
        return EMPTY;
    }

    private void putIntoIndex(int place) {
        int mask = index.length - 1;
        int slot = slotOf(ring[place], mask);
        while (index[slot] != EMPTY) {
            slot = slot + 1 & mask;
        }
        index[slot] = place;
    }

    /** Backward-shift deletion, so that no tombstones gather in an index that turns over for ever. */
    private void removeFromIndex(int place) {
        int mask = index.length - 1;
        int hole = find(ring[place]);
        index[hole] = EMPTY;
        for (int slot = hole + 1 & mask; index[slot] != EMPTY; slot = slot + 1 & mask) {
            int home = slotOf(ring[index[slot]], mask);
            boolean mayMove = hole <= slot ? home <= hole || home > slot : home <= hole && home > slot;
            if (mayMove) {
                index[hole] = index[slot];
                index[slot] = EMPTY;
                hole = slot;
            }
        }
    }

    private void grow() {
        long[] kept = last(size());
        ring = Arrays.copyOf(kept, Math.min(capacity, ring.length * 2));
        index = newIndex(Integer.highestOneBit(ring.length * 2 - 1) * 2);
        count = kept.length;
        for (int place = 0; place < kept.length; place++) {
            putIntoIndex(place);
        }
    }

    private static int[] newIndex(int size) {
        int[] fresh = new int[size];
        Arrays.fill(fresh, EMPTY);
        return fresh;
    }

    private static int slotOf(long id, int mask) {
        return (int) Hash.mix(id) & mask;
    }
}
