package io.authpulse.engine.kinesis;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.KinesisClientBuilder;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * {@link KinesisApi} over the AWS SDK, with credentials from its default chain. {@link AwsErrors} says what failures
 * mean.
 */
final class AwsKinesis implements KinesisApi {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration REPLY = Duration.ofSeconds(30);

    private final KinesisClient client;
    private final String streamArn;
    private final AwsErrors errors;

    AwsKinesis(String streamArn, String region, String endpointOrNull) {
        this.streamArn = streamArn;
        this.errors = new AwsErrors(streamArn, region, endpointOrNull);
        // the reader paces its calls itself: retries of the SDK would hide throttling from it
        KinesisClientBuilder builder = KinesisClient.builder()
                .region(Region.of(region))
                .httpClientBuilder(ApacheHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(REPLY))
                .overrideConfiguration(client -> client.retryStrategy(retry -> retry.maxAttempts(1)));
        if (endpointOrNull != null && !endpointOrNull.isEmpty()) {
            builder.endpointOverride(URI.create(endpointOrNull));
        }
        client = builder.build();
    }

    @Override
    public List<KinesisApi.Shard> listShards() {
        List<KinesisApi.Shard> all = new ArrayList<>();
        ListShardsRequest request = ListShardsRequest.builder().streamARN(streamArn).build();
        while (true) {
            ListShardsRequest page = request;
            ListShardsResponse reply = call("ListShards", () -> client.listShards(page));
            reply.shards().forEach(shard -> all.add(new KinesisApi.Shard(shard.shardId(), parentsOf(shard))));
            if (reply.nextToken() == null) {
                return all;
            }
            // a token stands for the request that it continues: the service accepts nothing beside it
            request = ListShardsRequest.builder().nextToken(reply.nextToken()).build();
        }
    }

    private static Set<String> parentsOf(software.amazon.awssdk.services.kinesis.model.Shard shard) {
        Set<String> parents = new LinkedHashSet<>();
        if (shard.parentShardId() != null) {
            parents.add(shard.parentShardId());
        }
        if (shard.adjacentParentShardId() != null) {
            parents.add(shard.adjacentParentShardId());
        }
        return parents;
    }

    @Override
    public String iterator(String shardId, Position from) {
        GetShardIteratorRequest.Builder request =
                GetShardIteratorRequest.builder().streamARN(streamArn).shardId(shardId);
        switch (from.kind()) {
            case TRIM_HORIZON -> request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
            case LATEST -> request.shardIteratorType(ShardIteratorType.LATEST);
            case AT_TIMESTAMP -> request.shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                    .timestamp(Instant.ofEpochMilli(from.timestamp()));
            case AFTER_SEQUENCE -> request.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                    .startingSequenceNumber(from.sequence());
        }
        return call("GetShardIterator", () -> client.getShardIterator(request.build())).shardIterator();
    }

    @Override
    public Batch records(String iterator, int limit) {
        GetRecordsResponse reply = call(
                "GetRecords",
                () -> client.getRecords(r -> r.streamARN(streamArn).shardIterator(iterator).limit(limit)));
        List<KinesisRecord> records = new ArrayList<>(reply.records().size());
        for (Record record : reply.records()) {
            records.add(new KinesisRecord(
                    record.data().asByteArrayUnsafe(),
                    record.sequenceNumber(),
                    record.approximateArrivalTimestamp().toEpochMilli()));
        }
        Long behind = reply.millisBehindLatest();
        return new Batch(records, reply.nextShardIterator(), behind == null ? 0 : behind);
    }

    private <R> R call(String operation, Supplier<R> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw errors.of(operation, e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
