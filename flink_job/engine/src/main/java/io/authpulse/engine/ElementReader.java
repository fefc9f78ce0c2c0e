package io.authpulse.engine;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * One JSON object to an event, with the checks of {@code authpulse.events.invalid_because} in their order.
 *
 * <p>Of a key that is there twice the last one counts, as everywhere in JSON's world. So nothing is judged before the
 * object has ended: fields that are of a wrong type or too long are noted as bits, by their place in the contract.
 */
final class ElementReader {
    private static final int MAX_CHARACTERS = 1024;
    private static final long MAX_AHEAD_OF_ARRIVAL_MS = 5 * 60_000;

    private static final int[] REQUIRED = {
        AuthEvent.EVENT_ID,
        AuthEvent.EVENT_TIME,
        AuthEvent.USER_ID,
        AuthEvent.COMPUTER_ID,
        AuthEvent.OUTCOME,
        AuthEvent.SOURCE
    };
    private static final String[] NAMES = {
        "event_id", "event_time", "user_id", "source_host", "computer_id",
        "auth_type", "logon_type", "orientation", "outcome", "source"
    };

    private static final String AHEAD_OF_ARRIVAL = "event_time is ahead of arrival";

    private static final byte[][] OUTCOMES = words("Success", "Fail");
    private static final byte[][] ORIENTATIONS = words("LogOn", "LogOff", "TGT", "TGS", "AuthMap");

    private final EventBuilder into;
    private boolean surrogateEscapes;

    private int bad; // bits of fields that are not text
    private int tooLong;
    private boolean hasTime;
    private long time;
    private String rejected;
    private String raw;
    private String reason;

    ElementReader(EventBuilder into) {
        this.into = into;
    }

    /** Whether strings have to be looked at for halves of surrogate pairs. */
    void expectSurrogateEscapes(boolean expected) {
        surrogateEscapes = expected;
    }

    /** Reads to the object's end; false if it is no valid event. */
    boolean read(JsonParser parser, long arrival) throws IOException {
        into.clear();
        bad = 0;
        tooLong = 0;
        hasTime = false;
        time = Instants.NONE;
        rejected = null;
        raw = null;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            readField(name, value, parser);
            if (value.isStructStart()) {
                parser.skipChildren();
            }
        }
        reason = rejected == null ? invalidBecause(arrival) : "rejected: " + rejected;
        into.time(time);
        return reason == null;
    }

    /** What {@link #read} found wrong. A line that the producer rejected comes with its text, anything else is its own. */
    AuthEvent.Invalid invalid(Supplier<String> text) {
        boolean isWhole = rejected != null || reason.equals(AHEAD_OF_ARRIVAL); // so its id and source can be relied on
        return new AuthEvent.Invalid(
                reason,
                rejected == null ? text.get() : raw == null ? "" : raw,
                isWhole ? into.text(AuthEvent.EVENT_ID) : null,
                isWhole ? into.text(AuthEvent.SOURCE) : null);
    }

    private void readField(String name, JsonToken value, JsonParser parser) throws IOException {
        switch (name) {
            case "event_id" -> readText(AuthEvent.EVENT_ID, value, parser);
            case "event_time" -> readTime(value, parser);
            case "user_id" -> readText(AuthEvent.USER_ID, value, parser);
            case "source_host" -> readText(AuthEvent.SOURCE_HOST, value, parser);
            case "computer_id" -> readText(AuthEvent.COMPUTER_ID, value, parser);
            case "auth_type" -> readText(AuthEvent.AUTH_TYPE, value, parser);
            case "logon_type" -> readText(AuthEvent.LOGON_TYPE, value, parser);
            case "orientation" -> readText(AuthEvent.ORIENTATION, value, parser);
            case "outcome" -> readText(AuthEvent.OUTCOME, value, parser);
            case "source" -> readText(AuthEvent.SOURCE, value, parser);
            case "rejected" -> rejected = value == JsonToken.VALUE_STRING ? parser.getText() : null;
            case "raw" -> raw = value == JsonToken.VALUE_STRING ? parser.getText() : null;
            default -> {} // other fields are allowed
        }
    }

    /** Absent are an empty text, null, and what is not text. */
    private void readText(int field, JsonToken value, JsonParser parser) throws IOException {
        if (!isFilled(field, value, parser)) {
            if (into.has(field)) {
                into.put(field, (String) null);
            }
            return;
        }
        char[] text = parser.getTextCharacters();
        int from = parser.getTextOffset();
        int length = parser.getTextLength();
        check(field, text, from, length);
        into.put(field, text, from, length);
    }

    private void readTime(JsonToken value, JsonParser parser) throws IOException {
        hasTime = isFilled(AuthEvent.EVENT_TIME, value, parser);
        time = Instants.NONE;
        if (hasTime) {
            char[] text = parser.getTextCharacters();
            int from = parser.getTextOffset();
            int length = parser.getTextLength();
            check(AuthEvent.EVENT_TIME, text, from, length);
            time = Instants.parse(text, from, length);
        }
    }

    private boolean isFilled(int field, JsonToken value, JsonParser parser) throws IOException {
        int bit = 1 << field;
        tooLong &= ~bit;
        bad &= ~bit;
        if (value != JsonToken.VALUE_STRING) {
            if (value != JsonToken.VALUE_NULL) {
                bad |= bit;
            }
            return false;
        }
        return parser.getTextLength() > 0;
    }

    private void check(int field, char[] text, int from, int length) {
        if (surrogateEscapes && !Utf8.isWellFormed(text, from, length)) {
            bad |= 1 << field;
        } else if (length > MAX_CHARACTERS && Character.codePointCount(text, from, length) > MAX_CHARACTERS) {
            tooLong |= 1 << field;
        }
    }

    private String invalidBecause(long arrival) {
        if ((bad | tooLong) != 0) {
            int first = Integer.numberOfTrailingZeros(bad | tooLong);
            return ((bad & 1 << first) != 0 ? "bad field: " : "too long: ") + NAMES[first];
        }
        for (int field : REQUIRED) {
            if (field == AuthEvent.EVENT_TIME ? !hasTime : !into.has(field)) {
                return "missing field: " + NAMES[field];
            }
        }
        if (!isOneOf(OUTCOMES, AuthEvent.OUTCOME)) {
            return "bad field: outcome";
        }
        if (into.has(AuthEvent.ORIENTATION) && !isOneOf(ORIENTATIONS, AuthEvent.ORIENTATION)) {
            return "bad field: orientation";
        }
        if (time == Instants.NONE) {
            return "bad field: event_time";
        }
        return time > arrival + MAX_AHEAD_OF_ARRIVAL_MS ? AHEAD_OF_ARRIVAL : null;
    }

    private boolean isOneOf(byte[][] words, int field) {
        for (byte[] word : words) {
            if (into.is(field, word)) {
                return true;
            }
        }
        return false;
    }

    private static byte[][] words(String... words) {
        return Arrays.stream(words).map(word -> word.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);
    }
}
