package io.authpulse.engine.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** The readers' state: how far each file was read. {@link OfList} is the enumerator's: files that no reader has. */
final class FileSplitSerializer implements SimpleVersionedSerializer<FileSplit> {
    private static final int VERSION = 1;
    private static final int USUAL_BYTES = 256;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(FileSplit split) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(USUAL_BYTES);
        write(split, out);
        return out.getCopyOfBuffer();
    }

    @Override
    public FileSplit deserialize(int version, byte[] bytes) throws IOException {
        requireVersion(version);
        return read(new DataInputDeserializer(bytes));
    }

    /** A list of them. */
    static final class OfList implements SimpleVersionedSerializer<List<FileSplit>> {
        @Override
        public int getVersion() {
            return VERSION;
        }

        @Override
        public byte[] serialize(List<FileSplit> splits) throws IOException {
            DataOutputSerializer out = new DataOutputSerializer(USUAL_BYTES);
            out.writeInt(splits.size());
            for (FileSplit split : splits) {
                write(split, out);
            }
            return out.getCopyOfBuffer();
        }

        @Override
        public List<FileSplit> deserialize(int version, byte[] bytes) throws IOException {
            requireVersion(version);
            DataInputDeserializer in = new DataInputDeserializer(bytes);
            List<FileSplit> splits = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                splits.add(read(in));
            }
            return splits;
        }
    }

    private static void write(FileSplit split, DataOutputSerializer out) throws IOException {
        out.writeUTF(split.path());
        out.writeUTF(split.shardId());
        out.writeLong(split.line());
        out.writeLong(split.offset());
    }

    private static FileSplit read(DataInputDeserializer in) throws IOException {
        return new FileSplit(in.readUTF(), in.readUTF(), in.readLong(), in.readLong());
    }

    private static void requireVersion(int version) throws IOException {
        if (version != VERSION) {
            throw new IOException("file source: state of version " + version + ", known is " + VERSION
                    + "; start from a snapshot of this release");
        }
    }
}
