package io.authpulse.engine;

import io.authpulse.engine.kinesis.KinesisRecord;
import io.authpulse.engine.kinesis.RecordDecoder;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.SourceOutput;

/** Records to elements with their provenance. Invalid ones travel with the events, but move no watermark. */
public final class AuthEventDecoder implements RecordDecoder<AuthEvent> {
    private static final long serialVersionUID = 1;
    private static final long MOVES_NO_WATERMARK = Long.MIN_VALUE;

    private transient AuthEventCodec codec;

    @Override
    public void open() {
        codec = new AuthEventCodec();
    }

    @Override
    public void decode(KinesisRecord record, String shardId, SourceOutput<AuthEvent> out) {
        codec.decode(record, shardId, event -> {
            out.collect(event, event.invalid == null ? event.eventTime : MOVES_NO_WATERMARK);
        });
    }

    @Override
    public TypeInformation<AuthEvent> type() {
        return AuthEventSerializer.TYPE;
    }
}
