package io.authpulse.engine;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * The bytes of one record (a JSON object, or an array of them) to events, without a tree in between.
 *
 * <p>The contract is {@code authpulse/events.py}: {@code elements} there says where elements begin and end, {@code
 * invalid_because} which of them are events. An element that is none comes out with its reason and exactly its text. A
 * record that stops being JSON keeps the elements before that place; all the rest of it is one invalid element.
 */
public final class AuthEventCodec {
    static final String NOT_JSON = "not JSON";
    private static final int MAX_DEPTH = 1000;

    private final JsonFactory json = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(Integer.MAX_VALUE) // a record is bounded already
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();
    private final ElementReader reader = new ElementReader();

    private byte[] text;
    private long arrival;
    private Consumer<AuthEvent> out;
    private int elements;
    private int complete; // where the last whole element ends

    /**
     * Calls {@code out} once for every element, in order. An event's provenance but its index is the caller's affair.
     *
     * @param arrivalMs when the record arrived: event times far ahead of it are refused, for one bad clock would push
     *     the watermark and make everything else late
     */
    public void decode(byte[] record, long arrivalMs, Consumer<AuthEvent> consumer) {
        text = Utf8.repaired(record);
        arrival = arrivalMs;
        out = consumer;
        elements = 0;
        complete = 0;
        if (Utf8.isMistakable(text)) {
            breakOff();
            return;
        }
        reader.expectSurrogateEscapes(Utf8.hasSurrogateEscapes(text));
        try (JsonParser parser = json.createParser(text)) {
            if (!readRecord(parser)) {
                breakOff();
            }
        } catch (JacksonException e) {
            breakOff();
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        }
    }

    /** False where it stopped being JSON, unless the parser says so itself. */
    private boolean readRecord(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            return false; // an empty record
        }
        if (token != JsonToken.START_ARRAY) {
            return readElement(parser, token) && parser.nextToken() == null;
        }
        while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
            if (!readElement(parser, token)) {
                return false;
            }
        }
        return parser.nextToken() == null;
    }

    private boolean readElement(JsonParser parser, JsonToken token) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        if (token == JsonToken.START_OBJECT) {
            AuthEvent event = reader.read(parser, arrival);
            complete = position(parser);
            if (event.invalid != null && event.raw == null) {
                event.raw = text(from, complete);
            }
            event.recordIndex = elements++;
            out.accept(event);
            return true;
        }
        parser.finishToken();
        parser.skipChildren();
        int to = position(parser);
        if (token.isScalarValue()) {
            while (isSpace(text[to - 1])) { // which the parser takes with a number
                to--;
            }
            if (to < text.length && !mayFollow(text[to], parser)) {
                return false; // as in 1x, where the parser would see two tokens
            }
        }
        emitInvalid("not an object", text(from, to));
        complete = to;
        return true;
    }

    private void breakOff() {
        emitInvalid(NOT_JSON, text(complete, text.length));
    }

    private void emitInvalid(String reason, String raw) {
        AuthEvent event = new AuthEvent();
        event.invalid = reason;
        event.raw = raw;
        event.recordIndex = elements++;
        out.accept(event);
    }

    private String text(int from, int to) {
        return new String(text, from, to - from, StandardCharsets.UTF_8);
    }

    private static boolean mayFollow(byte b, JsonParser scalar) {
        return isSpace(b) || scalar.getParsingContext().inArray() && (b == ',' || b == ']');
    }

    private static int position(JsonParser parser) {
        return (int) parser.currentLocation().getByteOffset();
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
