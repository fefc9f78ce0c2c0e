package io.authpulse.engine;

import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Events are never changed, so operators in one chain pass them on without a copy. */
public final class AuthEventSerializer extends VersionedSerializer<AuthEvent> {
    public static final TypeInformation<AuthEvent> TYPE = new ValueType<>(AuthEvent.class, AuthEventSerializer::new);

    private static final int VERSION = 1;

    public AuthEventSerializer() {
        super(VERSION);
    }

    @Override
    protected void write(AuthEvent event, DataOutputView out) throws IOException {
        Wire.writeText(event.eventId, out);
        out.writeLong(event.eventTime);
        Wire.writeText(event.userId, out);
        Wire.writeText(event.sourceHost, out);
        Wire.writeText(event.computerId, out);
        Wire.writeText(event.authType, out);
        Wire.writeText(event.logonType, out);
        Wire.writeText(event.orientation, out);
        Wire.writeText(event.outcome, out);
        Wire.writeText(event.source, out);
        Wire.writeText(event.shardId, out);
        Wire.writeText(event.sequenceNumber, out);
        Wire.writeNumber(event.recordIndex, out);
        out.writeLong(event.ingestionTime);
        Wire.writeText(event.invalid, out);
        Wire.writeText(event.raw, out);
    }

    @Override
    protected AuthEvent read(int written, DataInputView in) throws IOException {
        AuthEvent event = new AuthEvent();
        event.eventId = Wire.readText(in, scratch);
        event.eventTime = in.readLong();
        event.userId = Wire.readText(in, scratch);
        event.sourceHost = Wire.readText(in, scratch);
        event.computerId = Wire.readText(in, scratch);
        event.authType = Wire.readText(in, scratch);
        event.logonType = Wire.readText(in, scratch);
        event.orientation = Wire.readText(in, scratch);
        event.outcome = Wire.readText(in, scratch);
        event.source = Wire.readText(in, scratch);
        event.shardId = Wire.readText(in, scratch);
        event.sequenceNumber = Wire.readText(in, scratch);
        event.recordIndex = (int) Wire.readNumber(in);
        event.ingestionTime = in.readLong();
        event.invalid = Wire.readText(in, scratch);
        event.raw = Wire.readText(in, scratch);
        return event;
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
