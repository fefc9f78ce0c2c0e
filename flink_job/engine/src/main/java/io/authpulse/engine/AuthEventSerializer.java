package io.authpulse.engine;

import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Events on their way between tasks, and while they wait for the watermark: numbers, and all texts as the one block that
 * they are. Operators in one chain pass events on without a copy, since they are never changed.
 */
public final class AuthEventSerializer extends VersionedSerializer<AuthEvent> {
    public static final TypeInformation<AuthEvent> TYPE = new ValueType<>(AuthEvent.class, AuthEventSerializer::new);

    private static final int FIELD_BY_FIELD = 1; // the version that wrote texts one by one
    private static final int VERSION = 2;

    public AuthEventSerializer() {
        super(VERSION);
    }

    @Override
    protected void write(AuthEvent event, DataOutputView out) throws IOException {
        out.writeLong(event.eventTime);
        out.writeLong(event.ingestionTime);
        Wire.writeNumber(event.recordIndex, out);
        Wire.writeNumber(event.texts.length, out);
        out.write(event.texts, 0, event.texts.length);
        out.writeBoolean(event.invalid != null);
        if (event.invalid != null) {
            Wire.writeText(event.invalid.reason(), out);
            Wire.writeText(event.invalid.raw(), out);
            Wire.writeText(event.invalid.eventId(), out);
            Wire.writeText(event.invalid.source(), out);
        }
    }

    @Override
    protected AuthEvent read(int written, DataInputView in) throws IOException {
        if (written == FIELD_BY_FIELD) {
            return readFieldByField(in);
        }
        long eventTime = in.readLong();
        long ingestionTime = in.readLong();
        int recordIndex = (int) Wire.readNumber(in);
        byte[] texts = new byte[(int) Wire.readNumber(in)];
        in.readFully(texts);
        AuthEvent.Invalid invalid = null;
        if (in.readBoolean()) {
            String reason = Wire.readText(in, scratch);
            String raw = Wire.readText(in, scratch);
            String eventId = Wire.readText(in, scratch);
            invalid = new AuthEvent.Invalid(reason, raw, eventId, Wire.readText(in, scratch));
        }
        return new AuthEvent(eventTime, ingestionTime, recordIndex, invalid, texts);
    }

    private AuthEvent readFieldByField(DataInputView in) throws IOException {
        EventBuilder builder = new EventBuilder();
        builder.put(AuthEvent.EVENT_ID, Wire.readText(in, scratch));
        builder.time(in.readLong());
        for (int place = AuthEvent.USER_ID; place <= AuthEvent.SEQUENCE_NUMBER; place++) {
            builder.put(place, Wire.readText(in, scratch));
        }
        int recordIndex = (int) Wire.readNumber(in);
        builder.found(in.readLong(), recordIndex);
        String reason = Wire.readText(in, scratch);
        String raw = Wire.readText(in, scratch);
        return reason == null
                ? builder.event()
                : builder.invalid(new AuthEvent.Invalid(
                        reason, raw, builder.text(AuthEvent.EVENT_ID), builder.text(AuthEvent.SOURCE)));
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public AuthEvent copy(AuthEvent event) {
        return event;
    }

    @Override
    public TypeSerializer<AuthEvent> duplicate() {
        return new AuthEventSerializer();
    }

    @Override
    public TypeSerializerSnapshot<AuthEvent> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the class; values say their version themselves. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<AuthEvent> {
        public Snapshot() {
            super(AuthEventSerializer::new);
        }
    }
}
