package io.authpulse.engine;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.authpulse.engine.kinesis.KinesisRecord;
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
    private final EventBuilder builder = new EventBuilder();
    private final ElementReader reader = new ElementReader(builder);

    private byte[] text;
    private long arrival;
    private byte[] shard;
    private byte[] sequence;
    private Consumer<AuthEvent> out;
    private int elements;
    private int complete; // where the last whole element ends

    /**
     * Calls {@code consumer} once for every element, in order. Event times far ahead of the record's arrival are refused,
     * for one bad clock would push the watermark and make everything else late.
     */
    public void decode(KinesisRecord record, String shardId, Consumer<AuthEvent> consumer) {
        text = Utf8.repaired(record.data());
        arrival = record.arrival();
        shard = shardId.getBytes(StandardCharsets.UTF_8);
        sequence = record.sequence().getBytes(StandardCharsets.UTF_8);
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
            boolean isValid = reader.read(parser, arrival);
            complete = position(parser);
            if (isValid) {
                out.accept(found().event());
            } else {
                emitInvalid(reader.invalid(() -> text(from, complete)));
            }
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
        emitInvalid(new AuthEvent.Invalid("not an object", text(from, to), null, null));
        complete = to;
        return true;
    }

    private void breakOff() {
        emitInvalid(new AuthEvent.Invalid(NOT_JSON, text(complete, text.length), null, null));
    }

    private void emitInvalid(AuthEvent.Invalid invalid) {
        builder.clear(); // of what was read before it turned out to be none
        out.accept(found().invalid(invalid));
    }

    /** The element that is being built, with its provenance. */
    private EventBuilder found() {
        return builder.put(AuthEvent.SHARD_ID, shard)
                .put(AuthEvent.SEQUENCE_NUMBER, sequence)
                .found(arrival, elements++);
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
