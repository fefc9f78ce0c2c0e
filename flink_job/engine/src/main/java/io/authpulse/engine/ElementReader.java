package io.authpulse.engine;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * One JSON object to an event, with the checks of {@code authpulse.events.invalid_because} in their order.
 *
 * <p>Of a key that is there twice the last one counts, as everywhere in JSON's world. So nothing is judged before the
 * object has ended: fields that are of a wrong type or too long are noted as bits, by their place in the contract.
 */
final class ElementReader {
    private static final int MAX_CHARACTERS = 1024;
    private static final long MAX_AHEAD_OF_ARRIVAL_MS = 5 * 60_000;

    private static final int EVENT_ID = 0;
    private static final int EVENT_TIME = 1;
    private static final int USER_ID = 2;
    private static final int SOURCE_HOST = 3;
    private static final int COMPUTER_ID = 4;
    private static final int AUTH_TYPE = 5;
    private static final int LOGON_TYPE = 6;
    private static final int ORIENTATION = 7;
    private static final int OUTCOME = 8;
    private static final int SOURCE = 9;
    private static final String[] NAMES = {
        "event_id", "event_time", "user_id", "source_host", "computer_id",
        "auth_type", "logon_type", "orientation", "outcome", "source"
    };

    private static final String AHEAD_OF_ARRIVAL = "event_time is ahead of arrival";

    private final Words words = new Words();
    private boolean surrogateEscapes;

    private int bad; // bits of fields that are not text
    private int tooLong;
    private boolean hasTime;
    private String rejected;
    private String raw;

    /** Whether strings have to be looked at for halves of surrogate pairs. */
    void expectSurrogateEscapes(boolean expected) {
        surrogateEscapes = expected;
    }

    /**
     * Reads to the object's end. An invalid event has its reason, and its text only where the producer sent it along.
     */
    AuthEvent read(JsonParser parser, long arrival) throws IOException {
        bad = 0;
        tooLong = 0;
        hasTime = false;
        rejected = null;
        raw = null;
        AuthEvent event = new AuthEvent();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            readField(event, name, value, parser);
            if (value.isStructStart()) {
                parser.skipChildren();
            }
        }
        if (rejected != null) {
            return invalid("rejected: " + rejected, event.eventId, raw == null ? "" : raw, event.source);
        }
        String reason = invalidBecause(event, arrival);
        if (reason == null) {
            return event;
        }
        boolean isWhole = reason.equals(AHEAD_OF_ARRIVAL); // so its id and source can be relied on
        return invalid(reason, isWhole ? event.eventId : null, null, isWhole ? event.source : null);
    }

    private void readField(AuthEvent event, String name, JsonToken value, JsonParser parser) throws IOException {
        switch (name) {
            case "event_id" -> event.eventId = text(EVENT_ID, value, parser);
            case "event_time" -> event.eventTime = time(value, parser);
            case "user_id" -> event.userId = text(USER_ID, value, parser);
            case "source_host" -> event.sourceHost = text(SOURCE_HOST, value, parser);
            case "computer_id" -> event.computerId = text(COMPUTER_ID, value, parser);
            case "auth_type" -> event.authType = word(AUTH_TYPE, value, parser);
            case "logon_type" -> event.logonType = word(LOGON_TYPE, value, parser);
            case "orientation" -> event.orientation = word(ORIENTATION, value, parser);
            case "outcome" -> event.outcome = word(OUTCOME, value, parser);
            case "source" -> event.source = text(SOURCE, value, parser);
            case "rejected" -> rejected = value == JsonToken.VALUE_STRING ? parser.getText() : null;
            case "raw" -> raw = value == JsonToken.VALUE_STRING ? parser.getText() : null;
            default -> {} // other fields are allowed
        }
    }

    /** The text, or null for an empty one, null, and what is not text. */
    private String text(int field, JsonToken value, JsonParser parser) throws IOException {
        if (!isFilled(field, value, parser)) {
            return null;
        }
        String text = parser.getText();
        check(field, text);
        return text;
    }

    private String word(int field, JsonToken value, JsonParser parser) throws IOException {
        if (!isFilled(field, value, parser)) {
            return null;
        }
        String word = words.get(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
        check(field, word);
        return word;
    }

    private long time(JsonToken value, JsonParser parser) throws IOException {
        hasTime = isFilled(EVENT_TIME, value, parser);
        if (!hasTime) {
            return Instants.NONE;
        }
        if (parser.getTextLength() > MAX_CHARACTERS || surrogateEscapes) {
            check(EVENT_TIME, parser.getText());
        }
        return Instants.parse(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
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

    private void check(int field, String text) {
        if (surrogateEscapes && !Utf8.isWellFormed(text)) {
            bad |= 1 << field;
        } else if (text.length() > MAX_CHARACTERS && text.codePointCount(0, text.length()) > MAX_CHARACTERS) {
            tooLong |= 1 << field;
        }
    }

    private String invalidBecause(AuthEvent event, long arrival) {
        if ((bad | tooLong) != 0) {
            int first = Integer.numberOfTrailingZeros(bad | tooLong);
            return ((bad & 1 << first) != 0 ? "bad field: " : "too long: ") + NAMES[first];
        }
        int missing = missing(event);
        if (missing >= 0) {
            return "missing field: " + NAMES[missing];
        }
        if (!isOutcome(event.outcome)) {
            return "bad field: outcome";
        }
        if (event.orientation != null && !isOrientation(event.orientation)) {
            return "bad field: orientation";
        }
        if (event.eventTime == Instants.NONE) {
            return "bad field: event_time";
        }
        return event.eventTime > arrival + MAX_AHEAD_OF_ARRIVAL_MS ? AHEAD_OF_ARRIVAL : null;
    }

    /** The first required field without a value, or -1. */
    private int missing(AuthEvent event) {
        if (event.eventId == null) {
            return EVENT_ID;
        }
        if (!hasTime) {
            return EVENT_TIME;
        }
        if (event.userId == null) {
            return USER_ID;
        }
        if (event.computerId == null) {
            return COMPUTER_ID;
        }
        if (event.outcome == null) {
            return OUTCOME;
        }
        return event.source == null ? SOURCE : -1;
    }

    private static boolean isOutcome(String text) {
        return text.equals("Success") || text.equals("Fail");
    }

    private static boolean isOrientation(String text) {
        return switch (text) {
            case "LogOn", "LogOff", "TGT", "TGS", "AuthMap" -> true;
            default -> false;
        };
    }

    private static AuthEvent invalid(String reason, String eventId, String raw, String source) {
        AuthEvent event = new AuthEvent();
        event.invalid = reason;
        event.eventId = eventId;
        event.raw = raw;
        event.source = source;
        return event;
    }
}
