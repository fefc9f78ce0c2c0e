package io.authpulse.engine.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentIdsTest {
    @ParameterizedTest(name = "of {0} ids")
    @ValueSource(ints = {1, 3, 8, 9, 20, 64, 500})
    void anIdIsKnownUntilSoManyOthersCameAfterIt(int capacity) {
        Random random = new Random(capacity);
        RecentIds ids = new RecentIds(capacity);
        LinkedHashSet<Long> plain = new LinkedHashSet<>();
        for (int i = 0; i < 20_000; i++) {
            long id = random.nextInt(3 * capacity);
            assertEquals(addTo(plain, id, capacity), ids.add(id), "step " + i);
            assertEquals(plain.size(), ids.size());
        }
    }

    @ParameterizedTest(name = "of {0} ids")
    @ValueSource(ints = {1, 3, 20, 500})
    void whatWasSavedInChunksIsTheSameAgain(int capacity) {
        Random random = new Random(capacity);
        RecentIds ids = new RecentIds(capacity);
        LinkedHashSet<Long> plain = new LinkedHashSet<>();
        List<long[]> chunks = new ArrayList<>();
        int most = 0;
        for (int i = 0; i < 20_000; i++) {
            long id = random.nextInt(3 * capacity);
            assertEquals(addTo(plain, id, capacity), ids.add(id), "step " + i);
            if (random.nextInt(5) == 0 && ids.hasAdded()) {
                save(ids, chunks);
                most = Math.max(most, chunks.stream().mapToInt(c -> c.length).sum());
                if (random.nextInt(3) == 0) {
                    ids = new RecentIds(capacity);
                    ids.restore(chunks);
                    assertFalse(ids.hasAdded());
                }
            }
        }
        assertTrue(most <= 2 * capacity, "chunks do not grow for ever: " + most);
    }

    @Test
    void aSmallerCapacityKeepsTheNewest() {
        RecentIds ids = new RecentIds(2);
        ids.restore(List.of(new long[] {1, 2, 3}, new long[] {4}));
        assertFalse(ids.add(4));
        assertFalse(ids.add(3));
        assertTrue(ids.add(2));
    }

    @Test
    void manySmallChunksBecomeOne() {
        RecentIds ids = new RecentIds(1000);
        List<long[]> chunks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            ids.add(i);
            save(ids, chunks);
            assertTrue(chunks.size() <= 64, chunks.size() + " chunks");
        }
    }

    private static void save(RecentIds ids, List<long[]> chunks) {
        if (ids.chunksAreMany()) {
            chunks.clear();
            chunks.add(ids.takeAll());
        } else {
            chunks.add(ids.takeAdded());
        }
    }

    private static boolean addTo(LinkedHashSet<Long> plain, long id, int capacity) {
        if (!plain.add(id)) {
            return false;
        }
        if (plain.size() > capacity) {
            plain.remove(plain.iterator().next());
        }
        return true;
    }
}
