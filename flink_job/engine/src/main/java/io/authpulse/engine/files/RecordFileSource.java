package io.authpulse.engine.files;

import io.authpulse.engine.kinesis.RecordDecoder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * A folder of {@code *.jsonl} files as a bounded stream.
 *
 * <p>A record's shard is the file's name without its suffix, its sequence number that of the line, from 1 and in plain
 * digits; all records have the same time of arrival.
 */
public final class RecordFileSource<T> implements Source<T, FileSplit, List<FileSplit>>, ResultTypeQueryable<T> {
    private static final long serialVersionUID = 1;
    private static final String SUFFIX = ".jsonl";

    private final ArrayList<FileSplit> files;
    private final long arrivalMs;
    private final RecordDecoder<T> decoder;

    private RecordFileSource(ArrayList<FileSplit> files, long arrivalMs, RecordDecoder<T> decoder) {
        this.files = files;
        this.arrivalMs = arrivalMs;
        this.decoder = decoder;
    }

    /**
     * @param folder where the files are now; what comes later is not read
     * @throws IOException when it cannot be read or has no such file, with a message that goes on after its name
     */
    public static <T> RecordFileSource<T> of(String folder, long arrivalMs, RecordDecoder<T> decoder)
            throws IOException {
        Path path = new Path(folder);
        FileStatus[] found = list(path);
        ArrayList<FileSplit> files = new ArrayList<>();
        Arrays.sort(found, Comparator.comparing(status -> status.getPath().getName()));
        for (FileStatus file : found) {
            String name = file.getPath().getName();
            if (!file.isDir() && name.endsWith(SUFFIX)) {
                String shardId = name.substring(0, name.length() - SUFFIX.length());
                files.add(new FileSplit(file.getPath().toString(), shardId, 1, 0));
            }
        }
        if (files.isEmpty()) {
            throw new IOException("has no *" + SUFFIX + " files");
        }
        return new RecordFileSource<>(files, arrivalMs, decoder);
    }

    private static FileStatus[] list(Path folder) throws IOException {
        try {
            FileStatus[] found = folder.getFileSystem().listStatus(folder);
            if (found != null) { // as some file systems say that there is nothing
                return found;
            }
        } catch (FileNotFoundException e) {
            throw new IOException("does not exist", e);
        }
        throw new IOException("does not exist");
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<T, FileSplit> createReader(SourceReaderContext context) {
        decoder.open();
        return new FileSourceReader<>(decoder, arrivalMs, context);
    }

    @Override
    public SplitEnumerator<FileSplit, List<FileSplit>> createEnumerator(SplitEnumeratorContext<FileSplit> context) {
        return new FileEnumerator(context, files);
    }

    @Override
    public SplitEnumerator<FileSplit, List<FileSplit>> restoreEnumerator(
            SplitEnumeratorContext<FileSplit> context, List<FileSplit> unread) {
        return new FileEnumerator(context, unread);
    }

    @Override
    public SimpleVersionedSerializer<FileSplit> getSplitSerializer() {
        return new FileSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<List<FileSplit>> getEnumeratorCheckpointSerializer() {
        return new FileSplitSerializer.OfList();
    }

    @Override
    public TypeInformation<T> getProducedType() {
        return decoder.type();
    }
}
