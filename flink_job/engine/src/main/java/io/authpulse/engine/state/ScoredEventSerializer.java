package io.authpulse.engine.state;

import io.authpulse.engine.Alert;
import io.authpulse.engine.AuthEvent;
import io.authpulse.engine.AuthEventSerializer;
import io.authpulse.engine.ScoredEvent;
import io.authpulse.engine.ValueType;
import io.authpulse.engine.VersionedSerializer;
import io.authpulse.engine.Wire;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Scored events on their way between stages, and while they wait for the watermark. */
public final class ScoredEventSerializer extends VersionedSerializer<ScoredEvent> {
    public static final TypeInformation<ScoredEvent> TYPE =
            new ValueType<>(ScoredEvent.class, ScoredEventSerializer::new);

    private static final int LATE = 1;
    private static final int ACCOUNT = 2;
    private static final int NEW_HOST = 4;
    private static final int SOURCE = 8;
    private static final int NEW_ACCOUNT = 16;

    private final TypeSerializer<AuthEvent> event = new AuthEventSerializer();

    /** Version 1 had the event in its own version 1, which says so itself; all else is the same. */
    private static final int VERSION = 2;

    public ScoredEventSerializer() {
        super(VERSION);
    }

    @Override
    protected void write(ScoredEvent scored, DataOutputView out) throws IOException {
        event.serialize(scored.event, out);
        out.writeByte(flag(scored.late, LATE)
                | flag(scored.hasAccount, ACCOUNT)
                | flag(scored.newHost, NEW_HOST)
                | flag(scored.hasSource, SOURCE)
                | flag(scored.newAccountAtSource, NEW_ACCOUNT));
        if (scored.hasAccount) {
            Wire.writeNumber(scored.accountAttempts, out);
            Wire.writeNumber(scored.attempts1h, out);
            Wire.writeNumber(scored.failures1h, out);
            Wire.writeNumber(scored.distinctHosts1h, out);
            Wire.writeNumber(scored.knownHosts, out);
        }
        out.writeDouble(scored.hostPopularityPercentile);
        if (scored.hasSource) {
            Wire.writeNumber(scored.sourceAttempts1h, out);
            Wire.writeNumber(scored.sourceFailures1h, out);
            Wire.writeNumber(scored.sourceAccounts1h, out);
        }
        Wire.writeNumber(scored.fired, out);
        Wire.writeNumber(scored.shadowFired, out);
        Wire.writeNumber(scored.riskScore, out);
        Wire.writeNumber(scored.alerts.length, out);
        for (Alert alert : scored.alerts) {
            Wire.writeNumber(alert.rule, out);
            out.writeDouble(alert.observed);
            out.writeDouble(alert.baseline);
            Wire.writeText(alert.explanation, out);
        }
    }

    @Override
    protected ScoredEvent read(int written, DataInputView in) throws IOException {
        ScoredEvent scored = new ScoredEvent();
        scored.event = event.deserialize(in);
        int flags = in.readByte();
        scored.late = (flags & LATE) != 0;
        scored.hasAccount = (flags & ACCOUNT) != 0;
        scored.newHost = (flags & NEW_HOST) != 0;
        scored.hasSource = (flags & SOURCE) != 0;
        scored.newAccountAtSource = (flags & NEW_ACCOUNT) != 0;
        if (scored.hasAccount) {
            scored.accountAttempts = Wire.readNumber(in);
            scored.attempts1h = (int) Wire.readNumber(in);
            scored.failures1h = (int) Wire.readNumber(in);
            scored.distinctHosts1h = (int) Wire.readNumber(in);
            scored.knownHosts = Wire.readNumber(in);
        }
        scored.hostPopularityPercentile = in.readDouble();
        if (scored.hasSource) {
            scored.sourceAttempts1h = (int) Wire.readNumber(in);
            scored.sourceFailures1h = (int) Wire.readNumber(in);
            scored.sourceAccounts1h = (int) Wire.readNumber(in);
        }
        scored.fired = Wire.readNumber(in);
        scored.shadowFired = Wire.readNumber(in);
        scored.riskScore = (int) Wire.readNumber(in);
        int alerts = (int) Wire.readNumber(in);
        scored.alerts = alerts == 0 ? ScoredEvent.NO_ALERTS : new Alert[alerts];
        for (int i = 0; i < alerts; i++) {
            Alert alert = new Alert();
            alert.rule = (int) Wire.readNumber(in);
            alert.observed = in.readDouble();
            alert.baseline = in.readDouble();
            alert.explanation = Wire.readText(in, scratch);
            scored.alerts[i] = alert;
        }
        return scored;
    }

    private static int flag(boolean set, int bit) {
        return set ? bit : 0;
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public ScoredEvent copy(ScoredEvent from) {
        return from;
    }

    @Override
    public TypeSerializer<ScoredEvent> duplicate() {
        return new ScoredEventSerializer();
    }

    @Override
    public TypeSerializerSnapshot<ScoredEvent> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the class and nothing else: every value says its own version. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<ScoredEvent> {
        public Snapshot() {
            super(ScoredEventSerializer::new);
        }
    }
}
