package io.authpulse.engine.kinesis;

import io.authpulse.engine.kinesis.EnumeratorState.Entry;
import io.authpulse.engine.kinesis.EnumeratorState.Status;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** The enumerator's state in checkpoints and savepoints. */
final class EnumeratorStateSerializer implements SimpleVersionedSerializer<EnumeratorState> {
    private static final int VERSION = 1;
    private static final int USUAL_BYTES = 1024;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(EnumeratorState state) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(USUAL_BYTES);
        StateBytes.write(state.start(), out);
        out.writeInt(state.shards().size());
        for (Entry entry : state.shards().values()) {
            StateBytes.write(entry.split(), out);
            out.writeByte(entry.status().ordinal());
        }
        return out.getCopyOfBuffer();
    }

    @Override
    public EnumeratorState deserialize(int version, byte[] bytes) throws IOException {
        StateBytes.requireVersion(version, VERSION, "the enumerator of the Kinesis source");
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        Position start = StateBytes.readPosition(in);
        Map<String, Entry> shards = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            ShardSplit split = StateBytes.readSplit(in);
            shards.put(split.shardId(), new Entry(split, StateBytes.read(Status.values(), in, "status")));
        }
        return new EnumeratorState(start, shards);
    }
}
