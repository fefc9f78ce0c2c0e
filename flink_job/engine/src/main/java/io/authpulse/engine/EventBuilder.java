package io.authpulse.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes an element's texts in any order, and makes an event of them. Used again for the next one, because most texts go
 * straight from the parser's buffer into this one and leave it as a block.
 */
public final class EventBuilder {
    private static final int MAX_BYTES_PER_CHAR = 3;

    private byte[] bytes = new byte[1024]; // laid out as a block, as long as texts come in the order of their places
    private final int[] from = new int[AuthEvent.TEXTS];
    private final int[] to = new int[AuthEvent.TEXTS]; // 0 where nothing was put
    private int used;
    private int next; // the first place that may come without leaving the order
    private boolean isOrdered;
    private long eventTime;
    private long ingestionTime;
    private int recordIndex;

    public EventBuilder() {
        clear();
    }

    /** Forgets everything. */
    void clear() {
        Arrays.fill(to, 0);
        used = Texts.HEADER;
        next = 0;
        isOrdered = true;
        eventTime = Long.MIN_VALUE;
        ingestionTime = 0;
        recordIndex = 0;
    }

    /** A text in place of the one that was there; null or an empty one for none. */
    public EventBuilder put(int place, String text) {
        return put(place, text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8));
    }

    EventBuilder put(int place, byte[] text) {
        int at = begin(place, text.length);
        System.arraycopy(text, 0, bytes, at, text.length);
        end(place, at, at + text.length);
        return this;
    }

    /** As the parser has it. Halves of surrogate pairs become question marks. */
    void put(int place, char[] text, int offset, int length) {
        int at = begin(place, length * MAX_BYTES_PER_CHAR);
        byte[] out = bytes;
        int seen = 0;
        for (int i = 0; i < length; i++) {
            char c = text[offset + i];
            seen |= c;
            out[at + i] = (byte) c;
        }
        if (seen < 0x80) {
            end(place, at, at + length);
        } else {
            put(place, new String(text, offset, length));
        }
    }

    public EventBuilder time(long epochMs) {
        eventTime = epochMs;
        return this;
    }

    public EventBuilder found(long arrivalMs, int index) {
        ingestionTime = arrivalMs;
        recordIndex = index;
        return this;
    }

    boolean has(int place) {
        return to[place] > from[place];
    }

    boolean is(int place, byte[] word) {
        return has(place) && Arrays.equals(bytes, from[place], to[place], word, 0, word.length);
    }

    String text(int place) {
        return has(place) ? new String(bytes, from[place], to[place] - from[place], StandardCharsets.UTF_8) : null;
    }

    /** The event; begins a new one. */
    public AuthEvent event() {
        AuthEvent event = new AuthEvent(eventTime, ingestionTime, recordIndex, null, block());
        clear();
        return event;
    }

    /** An invalid element; begins a new one. */
    public AuthEvent invalid(AuthEvent.Invalid invalid) {
        AuthEvent event = new AuthEvent(Long.MIN_VALUE, ingestionTime, recordIndex, invalid, block());
        clear();
        return event;
    }

    private int begin(int place, int mostBytes) {
        isOrdered &= place >= next;
        next = place + 1;
        if (bytes.length - used < mostBytes) {
            bytes = Arrays.copyOf(bytes, used + mostBytes + bytes.length);
        }
        return used;
    }

    private void end(int place, int begin, int end) {
        from[place] = begin;
        to[place] = end;
        used = end;
    }

    private byte[] block() {
        if (!isOrdered) {
            reorder();
        }
        int end = Texts.HEADER;
        for (int place = 0; place < AuthEvent.TEXTS; place++) {
            end = to[place] == 0 ? end : to[place];
            Texts.setEnd(bytes, place, end);
        }
        if (end > Texts.MAX_BYTES) {
            throw new IllegalStateException("an event of " + end + " bytes; " + Texts.MAX_BYTES + " fit");
        }
        return Arrays.copyOf(bytes, end);
    }

    /** After a key that came twice, or early, texts lie as they came. */
    private void reorder() {
        byte[] asTheyCame = bytes.clone();
        used = Texts.HEADER;
        for (int place = 0; place < AuthEvent.TEXTS; place++) {
            if (has(place)) {
                int length = to[place] - from[place];
                System.arraycopy(asTheyCame, from[place], bytes, used, length);
                end(place, used, used + length);
            } else {
                to[place] = 0;
            }
        }
    }
}
