package io.authpulse.engine.files;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/** The lines of one file as bytes, with the offset behind each. Lines end with a line feed; the last one need not. */
final class LineReader implements Closeable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LINE_FEEDS = 0x0a0a0a0a0a0a0a0aL;
    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private final FSDataInputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream(); // a line that the buffer ended in
    private int next;
    private int filled;
    private long offset;

    /** @param offset the beginning of a line */
    LineReader(String path, long offset) throws IOException {
        Path file = new Path(path);
        in = file.getFileSystem().open(file);
        in.seek(offset);
        this.offset = offset;
    }

    /** The next line without its end, or null behind the last one. */
    byte[] read() throws IOException {
        while (true) {
            int end = lineFeed();
            if (end < filled) {
                return line(end, end + 1);
            }
            begun.write(buffer, next, filled - next);
            next = 0;
            filled = Math.max(0, in.read(buffer, 0, buffer.length));
            if (filled == 0) {
                return begun.size() == 0 ? null : line(0, 0);
            }
        }
    }

    /** Where the next line begins. */
    long offset() {
        return offset;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Where the next line feed is, or {@code filled}; at eight bytes a step, because lines are long. */
    private int lineFeed() {
        int i = next;
        for (; i + Long.BYTES <= filled; i += Long.BYTES) {
            long zeroWhereFound = (long) EIGHT.get(buffer, i) ^ LINE_FEEDS;
            if ((zeroWhereFound - LOW_BITS & ~zeroWhereFound & HIGH_BITS) != 0) {
                break;
            }
        }
        while (i < filled && buffer[i] != '\n') {
            i++;
        }
        return i;
    }

    private byte[] line(int end, int after) {
        byte[] line;
        if (begun.size() == 0) {
            line = Arrays.copyOfRange(buffer, next, end);
        } else {
            begun.write(buffer, next, end - next);
            line = begun.toByteArray();
            begun.reset();
        }
        offset += line.length + (after - end);
        next = after;
        return line;
    }
}
