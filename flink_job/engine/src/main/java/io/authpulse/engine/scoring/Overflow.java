package io.authpulse.engine.scoring;

/**
 * Older meetings of one entity in memory, between the entity and the state behind it: read at most once, written back when
 * asked. An account that goes round thousands of hosts would otherwise read and write the state at every event.
 *
 * <p>Open addressing over peer hashes; entries are never removed, only forgotten all together.
 */
final class Overflow {
    private static final int FIRST_SIZE = 16;

    private long[] peers = new long[FIRST_SIZE];
    private int[] minutes = new int[FIRST_SIZE];
    private byte[] marks = new byte[FIRST_SIZE]; // 0 free, CLEAN as in the state, DIRTY to be written
    private int size;

    private static final byte CLEAN = 1;
    private static final byte DIRTY = 2;

    /** From memory, else from the state. */
    int get(long peer, Meetings behind) throws Exception {
        int slot = slotOf(peer);
        if (marks[slot] != 0) {
            return minutes[slot];
        }
        int minute = behind.get(peer);
        set(peer, minute, CLEAN);
        return minute;
    }

    void put(long peer, int minute) {
        set(peer, minute, DIRTY);
    }

    /** Writes what changed, and keeps all. */
    void writeBack(Meetings behind) throws Exception {
        for (int slot = 0; slot < marks.length; slot++) {
            if (marks[slot] == DIRTY) {
                behind.put(peers[slot], minutes[slot]);
                marks[slot] = CLEAN;
            }
        }
    }

    int weight() {
        return peers.length * 13 + 48;
    }

    private void set(long peer, int minute, byte mark) {
        int slot = slotOf(peer);
        if (marks[slot] == 0) {
            if (++size * 2 > peers.length) {
                grow();
                slot = slotOf(peer);
            }
            peers[slot] = peer;
        }
        minutes[slot] = minute;
        marks[slot] = mark;
    }

    private int slotOf(long peer) {
        int mask = peers.length - 1;
        int slot = (int) Hash.mix(peer) & mask;
        while (marks[slot] != 0 && peers[slot] != peer) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldPeers = peers;
        int[] oldMinutes = minutes;
        byte[] oldMarks = marks;
        peers = new long[oldPeers.length * 2];
        minutes = new int[peers.length];
        marks = new byte[peers.length];
        for (int i = 0; i < oldPeers.length; i++) {
            if (oldMarks[i] != 0) {
                int slot = slotOf(oldPeers[i]);
                peers[slot] = oldPeers[i];
                minutes[slot] = oldMinutes[i];
                marks[slot] = oldMarks[i];
            }
        }
    }
}
