package io.authpulse.engine.kinesis;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The bytes that splits and the enumerator's state have in common. */
final class StateBytes {
    private StateBytes() {}

    /** State that a later version of the job wrote must not be guessed at: it would be read from wrong places. */
    static void requireVersion(int found, int known, String what) throws IOException {
        if (found != known) {
            throw new IOException(
                    what + " has version " + found + " in this savepoint, and this job reads version " + known
                            + ": restore it with the job that wrote it, or start without state");
        }
    }

    static void write(ShardSplit split, DataOutputView out) throws IOException {
        out.writeUTF(split.shardId());
        out.writeByte(split.parents().size());
        for (String parent : split.parents()) {
            out.writeUTF(parent);
        }
        write(split.position(), out);
        out.writeBoolean(split.finished());
    }

    static ShardSplit readSplit(DataInputView in) throws IOException {
        String shardId = in.readUTF();
        Set<String> parents = new LinkedHashSet<>();
        for (int left = in.readByte(); left > 0; left--) {
            parents.add(in.readUTF());
        }
        return new ShardSplit(shardId, parents, readPosition(in), in.readBoolean());
    }

    static void write(Position position, DataOutputView out) throws IOException {
        out.writeByte(position.kind().ordinal());
        switch (position.kind()) {
            case AFTER_SEQUENCE -> out.writeUTF(position.sequence());
            case AT_TIMESTAMP -> out.writeLong(position.timestamp());
            case TRIM_HORIZON, LATEST -> {}
        }
    }

    static Position readPosition(DataInputView in) throws IOException {
        return switch (read(Position.Kind.values(), in, "position")) {
            case AFTER_SEQUENCE -> Position.after(in.readUTF());
            case AT_TIMESTAMP -> Position.at(in.readLong());
            case LATEST -> Position.LATEST;
            case TRIM_HORIZON -> Position.TRIM_HORIZON;
        };
    }

    static <E> E read(E[] values, DataInputView in, String what) throws IOException {
        int ordinal = in.readUnsignedByte();
        if (ordinal >= values.length) {
            throw new IOException("state of the Kinesis source is damaged: " + what + " of kind " + ordinal);
        }
        return values[ordinal];
    }
}
