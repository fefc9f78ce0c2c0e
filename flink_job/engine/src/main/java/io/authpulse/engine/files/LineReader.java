package io.authpulse.engine.files;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/** The lines of one file as bytes, with the offset behind each. Lines end with a line feed; the last one need not. */
final class LineReader implements Closeable {
    private static final int BUFFER_BYTES = 1 << 16;

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
            for (int i = next; i < filled; i++) {
                if (buffer[i] == '\n') {
                    return line(i, i + 1);
                }
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

    private byte[] line(int end, int after) {
        begun.write(buffer, next, end - next);
        byte[] line = begun.toByteArray();
        begun.reset();
        offset += line.length + (after - end);
        next = after;
        return line;
    }
}
