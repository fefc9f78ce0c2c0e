package io.authpulse.engine.kinesis;

import java.io.Serializable;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SupportsSplitReassignmentOnRecovery;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * A Kinesis stream by polling, each record exactly once in Flink's sense. Every shard has its own watermark, since
 * decoding happens in the emitter.
 *
 * <p>{@link SupportsSplitReassignmentOnRecovery} makes the recovery of single tasks exact; {@link ShardEnumerator} says
 * how.
 */
public final class KinesisSource<T>
        implements Source<T, ShardSplit, EnumeratorState>,
                ResultTypeQueryable<T>,
                SupportsSplitReassignmentOnRecovery {
    private static final long serialVersionUID = 1;

    /**
     * How to poll; times in milliseconds.
     *
     * @param minPollMs between two reads of a shard. The service allows five a second, to all consumers together
     * @param emptyPollMs the same where nothing more is to be read now
     * @param maxBackoffMs longest rest of a shard that fails or is throttled
     * @param maxRetries how often in a row a shard may be unavailable before the task fails; throttling never ends one
     * @param discoveryMs between two looks for new shards
     * @param handoverMs how long the child of a shard may wait for the checkpoint that makes its change of reader safe;
     *     after that it is read all the same, since checkpoints may be switched off
     */
    public record Options(
            long minPollMs,
            long emptyPollMs,
            long maxBackoffMs,
            int maxRetries,
            long discoveryMs,
            long handoverMs)
            implements Serializable {
        private static final long serialVersionUID = 1;

        public static final Options DEFAULT = new Options(200, 500, 10_000, 50, 10_000, 180_000);
    }

    private final KinesisApi.Factory api;
    private final String stream;
    private final Position start;
    private final Options options;
    private final RecordDecoder<T> decoder;

    /** @param stream its name, for metrics */
    public KinesisSource(
            KinesisApi.Factory api, String stream, Position start, Options options, RecordDecoder<T> decoder) {
        this.api = api;
        this.stream = stream;
        this.start = start;
        this.options = options;
        this.decoder = decoder;
    }

    /**
     * Credentials come from the SDK's default chain.
     *
     * @param endpointOrNull of a Kinesis that is not AWS's; null or empty for AWS
     * @param start for a start without state; a restored job goes on where it was
     */
    public static <T> KinesisSource<T> of(
            String streamArn,
            String region,
            String endpointOrNull,
            Position start,
            Options options,
            RecordDecoder<T> decoder) {
        String name = streamArn.substring(streamArn.lastIndexOf('/') + 1);
        return new KinesisSource<>(
                () -> new AwsKinesis(streamArn, region, endpointOrNull), name, start, options, decoder);
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<T, ShardSplit> createReader(SourceReaderContext context) {
        ShardMetrics metrics = new ShardMetrics(context.metricGroup(), stream);
        decoder.open();
        return new KinesisSourceReader<>(() -> new ShardReader(api.create(), metrics, options), decoder, context);
    }

    @Override
    public SplitEnumerator<ShardSplit, EnumeratorState> createEnumerator(
            SplitEnumeratorContext<ShardSplit> context) {
        return restoreEnumerator(context, EnumeratorState.at(start.settledAt(System.currentTimeMillis())));
    }

    @Override
    public SplitEnumerator<ShardSplit, EnumeratorState> restoreEnumerator(
            SplitEnumeratorContext<ShardSplit> context, EnumeratorState restored) {
        return new ShardEnumerator(context, api.create(), options, restored, System::nanoTime);
    }

    @Override
    public SimpleVersionedSerializer<ShardSplit> getSplitSerializer() {
        return new ShardSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<EnumeratorState> getEnumeratorCheckpointSerializer() {
        return new EnumeratorStateSerializer();
    }

    @Override
    public TypeInformation<T> getProducedType() {
        return decoder.type();
    }
}
