package io.authpulse.engine.kinesis;

import java.io.Serializable;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.SourceOutput;

/**
 * Makes any number of elements of one record.
 *
 * <p>Runs in the task's thread. A checkpoint cannot come between the elements of one record, so a restore never sees
 * half of them, and no index within the record needs to be kept.
 */
public interface RecordDecoder<T> extends Serializable {
    /** Called once before the first record, where parsers and the like are made. */
    void open();

    void decode(KinesisRecord record, String shardId, SourceOutput<T> out) throws Exception;

    TypeInformation<T> type();
}
