package io.authpulse.engine.state;

import io.authpulse.engine.VersionedSerializer;
import io.authpulse.engine.scoring.Entity;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Entities in state: some 350 bytes for a busy account with a full hour behind it. */
public final class EntitySerializer extends VersionedSerializer<Entity> {
    public EntitySerializer() {
        super(1);
    }

    @Override
    protected void write(Entity entity, DataOutputView out) throws IOException {
        entity.write(out);
    }

    @Override
    protected Entity read(int written, DataInputView in) throws IOException {
        return Entity.read(in, scratch);
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public Entity copy(Entity from) {
        return from.copy();
    }

    @Override
    public TypeSerializer<Entity> duplicate() {
        return new EntitySerializer();
    }

    @Override
    public TypeSerializerSnapshot<Entity> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the class and nothing else: every value says its own version. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Entity> {
        public Snapshot() {
            super(EntitySerializer::new);
        }
    }
}
