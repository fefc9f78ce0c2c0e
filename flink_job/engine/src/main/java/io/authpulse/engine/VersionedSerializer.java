package io.authpulse.engine;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * A serializer whose values begin with their own version, so that a newer release reads what an older one wrote, value
 * by value and without a migration pass. Fields are added at the end, under a new version.
 *
 * <p>The way back does not exist: an older release refuses newer values, loudly, because guessing would corrupt state.
 *
 * <p>A subclass brings {@code duplicate()} and {@code snapshotConfiguration()}, the latter as a {@code
 * SimpleTypeSerializerSnapshot}: it names the class and nothing else.
 */
public abstract class VersionedSerializer<T> extends TypeSerializer<T> {
    private static final int SCRATCH_BYTES = 256;

    /** For {@link Wire#readText}; serializers are duplicated per thread. */
    protected final byte[] scratch = new byte[SCRATCH_BYTES];

    private final int version;

    /** @param version what is written, and the highest that is read: 1 to 127 */
    protected VersionedSerializer(int version) {
        this.version = version;
    }

    protected abstract void write(T value, DataOutputView out) throws IOException;

    /** @param written the version of the value, from 1 to the serializer's own */
    protected abstract T read(int written, DataInputView in) throws IOException;

    @Override
    public final void serialize(T value, DataOutputView out) throws IOException {
        out.writeByte(version);
        write(value, out);
    }

    @Override
    public final T deserialize(DataInputView in) throws IOException {
        int written = in.readByte();
        if (written < 1 || written > version) {
            throw new IOException(getClass().getSimpleName() + ": value of version " + written + ", known are 1 to "
                    + version + "; start from a snapshot of this release or an older one");
        }
        return read(written, in);
    }

    @Override
    public final T deserialize(T reuse, DataInputView in) throws IOException {
        return deserialize(in);
    }

    @Override
    public void copy(DataInputView in, DataOutputView out) throws IOException {
        serialize(deserialize(in), out);
    }

    @Override
    public final T copy(T from, T reuse) {
        return copy(from);
    }

    @Override
    public T createInstance() {
        return null; // nothing is reused
    }

    @Override
    public int getLength() {
        return -1; // varies
    }

    @Override
    public final boolean equals(Object other) {
        return other != null && other.getClass() == getClass();
    }

    @Override
    public final int hashCode() {
        return getClass().hashCode();
    }
}
