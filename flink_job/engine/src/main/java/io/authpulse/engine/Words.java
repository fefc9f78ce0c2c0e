package io.authpulse.engine;

/**
 * The few words that come again and again (types, outcomes), each made a String only once.
 *
 * <p>Not for accounts and hosts: there are so many that a new String costs less than the cache miss.
 */
final class Words {
    private static final int SLOTS = 256;
    private static final int LONGEST = 64;

    private final String[] slots = new String[SLOTS];

    String get(char[] text, int from, int length) {
        if (length > LONGEST) {
            return new String(text, from, length);
        }
        int hash = 0;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + text[i];
        }
        int slot = (hash ^ hash >>> 15) & SLOTS - 1;
        String known = slots[slot];
        if (known != null && isEqual(known, text, from, length)) {
            return known;
        }
        return slots[slot] = new String(text, from, length);
    }

    private static boolean isEqual(String known, char[] text, int from, int length) {
        if (known.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (known.charAt(i) != text[from + i]) {
                return false;
            }
        }
        return true;
    }
}
