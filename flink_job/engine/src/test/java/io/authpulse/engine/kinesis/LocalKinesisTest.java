package io.authpulse.engine.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * {@link AwsKinesis} keeps the contract, against the local Kinesis whose address {@code -Dkinesis.endpoint} gives.
 * Credentials come from the default chain; any do.
 */
@Tag("local-kinesis")
class LocalKinesisTest extends KinesisContract {
    private static final String REGION = "us-east-1";
    private static final String ARNS = "arn:aws:kinesis:us-east-1:000000000000:stream/";
    private static String endpoint;
    private static KinesisClient client;

    @BeforeAll
    static void connectToEndpoint() {
        endpoint = System.getProperty("kinesis.endpoint");
        assertNotNull(endpoint, "-Dkinesis.endpoint=http://127.0.0.1:PORT of a running local Kinesis is missing");
        client = KinesisClient.builder()
                .endpointOverride(URI.create(endpoint))
                .region(Region.of(REGION))
                .build();
    }

    @AfterAll
    static void disconnectFromEndpoint() {
        client.close();
    }

    static final class LocalStream implements Stream {
        final String name = "contract-" + UUID.randomUUID();
        final String arn = ARNS + name;

        LocalStream(int shards) {
            client.createStream(r -> r.streamName(name).shardCount(shards));
            client.waiter().waitUntilStreamExists(r -> r.streamName(name));
        }

        @Override
        public KinesisApi connect() {
            return new AwsKinesis(arn, REGION, endpoint);
        }

        @Override
        public KinesisApi connectToNone() {
            return new AwsKinesis(ARNS + "none", REGION, endpoint);
        }

        @Override
        public String put(String shardId, byte[] data) {
            String hash = shard(shardId).hashKeyRange().startingHashKey();
            return client.putRecord(r -> r.streamName(name)
                            .partitionKey("p")
                            .explicitHashKey(hash)
                            .data(SdkBytes.fromByteArray(data)))
                    .sequenceNumber();
        }

        @Override
        public void split(String shardId) {
            BigInteger first = new BigInteger(shard(shardId).hashKeyRange().startingHashKey());
            BigInteger last = new BigInteger(shard(shardId).hashKeyRange().endingHashKey());
            String middle = first.add(last).divide(BigInteger.TWO).toString();
            client.splitShard(r -> r.streamName(name).shardToSplit(shardId).newStartingHashKey(middle));
        }

        @Override
        public void merge(String shardId, String adjacent) {
            client.mergeShards(r -> r.streamName(name).shardToMerge(shardId).adjacentShardToMerge(adjacent));
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
            return client.listShards(r -> r.streamName(name)).shards().stream()
                    .filter(shard -> shard.shardId().equals(shardId))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Override
    Stream newStream() {
        return new LocalStream(2);
    }

    @Test
    void a_stream_with_more_shards_than_a_page_is_listed_completely() {
        try (KinesisApi wide = new LocalStream(1001).connect()) {
            assertEquals(1001, wide.listShards().stream().map(KinesisApi.Shard::id).distinct().count());
        }
    }

    @Test
    void an_endpoint_that_is_down_is_unavailable_and_named() {
        try (KinesisApi down = new AwsKinesis(ARNS + "any", REGION, "http://127.0.0.1:1")) {
            KinesisException error = assertThrows(KinesisException.Unavailable.class, down::listShards);
            assertTrue(error.getMessage().contains("at http://127.0.0.1:1"), error.getMessage());
        }
    }
}
