package io.authpulse.engine.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTest {
    private static final long START = 1_748_854_800_000L;
    private static final int MINUTE = 60_000;

    /** Meetings behind an entity, with a count of how often they are asked. */
    private static final class Behind implements Meetings {
        final Map<Long, Integer> minutes = new HashMap<>();
        int gets;

        @Override
        public int get(long peer) {
            gets++;
            return minutes.getOrDefault(peer, NEVER);
        }

        @Override
        public void put(long peer, int minute) {
            minutes.put(peer, minute);
        }
    }

    @ParameterizedTest(name = "up to {0} peers")
    @ValueSource(ints = {3, 32, 33, 200})
    void figuresAreThoseOfCountingEverythingAnew(int peers) throws Exception {
        for (int run = 0; run < 12; run++) {
            compareOverRandomAttempts(new Random(peers * 1000L + run), peers);
        }
    }

    /** Disorder far beyond the window, gaps beyond retention, and now and then what a cache and a clean-up timer do. */
    private static void compareOverRandomAttempts(Random random, int peers) throws Exception {
        int retention = 90 + random.nextInt(300);
        long disorder = 1 + random.nextInt(150) * (long) MINUTE;
        Behind behind = new Behind();
        Entity entity = new Entity();
        PlainEntity plain = new PlainEntity(retention);
        Entity.Figures figures = new Entity.Figures();
        long time = START;
        for (int i = 0; i < 800; i++) {
            time += random.nextInt(MINUTE) * (random.nextInt(60) == 0 ? random.nextInt(2 * retention) : 1);
            long at = time - random.nextLong(disorder);
            assertEquals(plain.isForgotten(at), entity.isForgotten(at, retention));
            if (plain.isForgotten(at)) {
                plain = new PlainEntity(retention);
                entity = new Entity();
                behind.minutes.clear();
            }
            long peer = Hash.of("C" + random.nextInt(peers));
            boolean failed = random.nextInt(4) == 0;
            plain.count(at, peer, failed);
            boolean late = entity.see(at);
            entity.count(at, peer, failed, retention, behind, figures);
            assertFiguresEqual(plain, late, entity, figures);
            if (random.nextInt(7) == 0) {
                entity.writeBack(behind);
                entity = throughBytes(entity);
            }
            if (random.nextInt(50) == 0) {
                entity.writeBack(behind);
                entity.dropMeetings();
                int oldest = entity.oldestMeeting(retention);
                behind.minutes.values().removeIf(minute -> minute < oldest);
            }
        }
    }

    private static void assertFiguresEqual(PlainEntity plain, boolean late, Entity entity, Entity.Figures figures) {
        assertEquals(plain.late, late);
        assertEquals(plain.total - 1, figures.history);
        assertEquals(plain.known, figures.known);
        assertEquals(plain.newPeer, figures.newPeer);
        for (int window : new int[] {1, 10, 59, 60}) {
            assertEquals(plain.attempts(window), entity.attempts(window));
            assertEquals(plain.failures(window), entity.failures(window));
            assertEquals(plain.peers(window), entity.peers(window));
        }
        double hours = plain.activeHours == 0 ? Double.NaN : plain.activeHours;
        assertEquals(plain.attemptsSum / hours, figures.usualAttempts());
        assertEquals(plain.peersSum / hours, figures.usualPeers());
    }

    @Test
    void anAccountThatGoesRoundManyHostsAsksForEachOnlyOnce() throws Exception {
        Behind behind = new Behind();
        Entity entity = new Entity();
        for (int i = 0; i < 10_000; i++) {
            entity.see(START + i);
            entity.count(START + i, Hash.of("C" + i % 500), false, 1440, behind, new Entity.Figures());
        }
        assertTrue(behind.gets <= 500, behind.gets + " gets");
        assertTrue(behind.minutes.isEmpty(), "nothing is written before it must");
        entity.writeBack(behind);
        assertTrue(behind.minutes.size() >= 500 - Entity.RECENT);
    }

    @Test
    void anEntityWithFewPeersNeverAsks() throws Exception {
        Behind behind = new Behind();
        Entity entity = new Entity();
        for (int i = 0; i < 1000; i++) {
            entity.count(START + i, Hash.of("C" + i % (Entity.RECENT - 1)), false, 1440, behind, new Entity.Figures());
        }
        assertEquals(0, behind.gets);
    }

    @Test
    void alertsOfARuleAreMutedOnEitherSideOfTheLastOne() {
        Entity entity = new Entity();
        assertTrue(entity.unmuted("A", START, MINUTE));
        assertTrue(entity.unmuted("B", START, MINUTE), "other rules are not");
        assertFalse(entity.unmuted("A", START + MINUTE - 1, MINUTE));
        assertFalse(entity.unmuted("A", START - MINUTE + 1, MINUTE));
        assertTrue(entity.unmuted("A", START - MINUTE, MINUTE));
        assertFalse(entity.unmuted("A", START - MINUTE, MINUTE));
    }

    @Test
    void mutedRulesAreRememberedThroughBytes() throws Exception {
        Entity entity = new Entity();
        entity.see(START);
        entity.unmuted("RULE", START, MINUTE);
        assertFalse(throughBytes(entity).unmuted("RULE", START + 1, MINUTE));
    }

    @Test
    void itMayBeRemovedWhenEveryEventWouldFindItForgotten() {
        Entity entity = new Entity();
        entity.see(START + 1);
        long from = entity.removableFrom(1440);
        assertFalse(entity.isForgotten(from - 1, 1440));
        assertTrue(entity.isForgotten(from, 1440));
    }

    @Test
    void anOldEventBesideALiveStreamKeepsItsEntity() throws Exception {
        Entity entity = new Entity();
        entity.see(START);
        entity.touch(START + 10_000L * MINUTE);
        assertEquals(START + 10_000L * MINUTE + 61L * MINUTE, entity.removableFrom(60));
        assertEquals(entity.removableFrom(60), throughBytes(entity).removableFrom(60));
        entity.touch(Long.MIN_VALUE);
        assertEquals(START + 10_000L * MINUTE + 61L * MINUTE, entity.removableFrom(60), "time does not go back");
    }

    @Test
    void aCopySharesNothing() throws Exception {
        Behind behind = new Behind();
        Entity entity = new Entity();
        entity.see(START);
        entity.count(START, 1, true, 1440, behind, new Entity.Figures());
        entity.unmuted("A", START, MINUTE);
        byte[] before = bytes(entity);
        Entity copy = entity.copy();
        copy.see(START + MINUTE);
        copy.count(START + MINUTE, 1, true, 1440, behind, new Entity.Figures());
        copy.count(START, 2, true, 1440, behind, new Entity.Figures());
        copy.unmuted("A", START + MINUTE, MINUTE);
        assertEquals(hex(before), hex(bytes(entity)));
    }

    private static Entity throughBytes(Entity entity) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes(entity));
        Entity read = Entity.read(new DataInputStream(in), new byte[16]);
        assertEquals(0, in.available());
        return read;
    }

    private static byte[] bytes(Entity entity) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        entity.write(new DataOutputStream(out));
        return out.toByteArray();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
