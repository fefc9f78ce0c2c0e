package io.authpulse.engine.kinesis;

import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** The readers' state, and what travels between them and the enumerator. */
final class ShardSplitSerializer implements SimpleVersionedSerializer<ShardSplit> {
    private static final int VERSION = 1;
    private static final int USUAL_BYTES = 160;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(ShardSplit split) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(USUAL_BYTES);
        StateBytes.write(split, out);
        return out.getCopyOfBuffer();
    }

    @Override
    public ShardSplit deserialize(int version, byte[] bytes) throws IOException {
        StateBytes.requireVersion(version, VERSION, "a shard of the Kinesis source");
        return StateBytes.readSplit(new DataInputDeserializer(bytes));
    }
}
