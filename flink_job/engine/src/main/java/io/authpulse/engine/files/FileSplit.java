package io.authpulse.engine.files;

import java.io.Serializable;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * The rest of a file.
 *
 * @param path as Flink's file systems take it
 * @param shardId the file's name without its suffix
 * @param line the number of the next line, from 1
 * @param offset where that line begins
 */
record FileSplit(String path, String shardId, long line, long offset) implements SourceSplit, Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public String splitId() {
        return shardId;
    }

    FileSplit from(long nextLine, long nextOffset) {
        return new FileSplit(path, shardId, nextLine, nextOffset);
    }
}
