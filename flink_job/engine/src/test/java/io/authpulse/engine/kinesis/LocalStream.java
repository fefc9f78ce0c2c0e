package io.authpulse.engine.kinesis;

import java.math.BigInteger;
import java.net.URI;
import java.util.Objects;
import java.util.UUID;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** A new stream of the local Kinesis at {@code -Dkinesis.endpoint}; credentials come from the default chain, any do. */
final class LocalStream implements KinesisContract.Stream {
    static final String REGION = "us-east-1";
    static final String ARNS = "arn:aws:kinesis:us-east-1:000000000000:stream/";

    private static final KinesisClient CLIENT = KinesisClient.builder()
            .endpointOverride(URI.create(endpoint()))
            .region(Region.of(REGION))
            .build();

    private final String name = "contract-" + UUID.randomUUID();
    final String arn = ARNS + name;

    static String endpoint() {
        return Objects.requireNonNull(
                System.getProperty("kinesis.endpoint"),
                "-Dkinesis.endpoint=http://127.0.0.1:PORT of a running local Kinesis is missing");
    }

    LocalStream(int shards) {
        CLIENT.createStream(r -> r.streamName(name).shardCount(shards));
        CLIENT.waiter().waitUntilStreamExists(r -> r.streamName(name));
    }

    @Override
    public KinesisApi connect() {
        return new AwsKinesis(arn, REGION, endpoint());
    }

    @Override
    public KinesisApi connectToNone() {
        return new AwsKinesis(ARNS + "none", REGION, endpoint());
    }

    @Override
    public String put(String shardId, byte[] data) {
        String hash = shard(shardId).hashKeyRange().startingHashKey();
        return putAt(new BigInteger(hash), data);
    }

    /** By the fake's hash keys, of which the service has 2^120 times as many. */
    void put(int hashKey, byte[] data) {
        putAt(BigInteger.valueOf(hashKey).shiftLeft(120), data);
    }

    private String putAt(BigInteger hashKey, byte[] data) {
        return CLIENT.putRecord(r -> r.streamName(name)
                        .partitionKey("p")
                        .explicitHashKey(hashKey.toString())
                        .data(SdkBytes.fromByteArray(data)))
                .sequenceNumber();
    }

    @Override
    public void split(String shardId) {
        BigInteger first = new BigInteger(shard(shardId).hashKeyRange().startingHashKey());
        BigInteger last = new BigInteger(shard(shardId).hashKeyRange().endingHashKey());
        String middle = first.add(last).divide(BigInteger.TWO).toString();
        CLIENT.splitShard(r -> r.streamName(name).shardToSplit(shardId).newStartingHashKey(middle));
    }

    @Override
    public void merge(String shardId, String adjacent) {
        CLIENT.mergeShards(r -> r.streamName(name).shardToMerge(shardId).adjacentShardToMerge(adjacent));
    }

    @Override
    public long passTime() {
        tick();
        long between = System.currentTimeMillis();
        tick();
        return between;
    }

    private static void tick() {
        long now = System.currentTimeMillis();
        while (System.currentTimeMillis() == now) {
            Thread.onSpinWait();
        }
    }

    private Shard shard(String shardId) {
        return CLIENT.listShards(r -> r.streamName(name)).shards().stream()
                .filter(shard -> shard.shardId().equals(shardId))
                .findFirst()
                .orElseThrow();
    }
}
