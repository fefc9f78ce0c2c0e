package io.authpulse.engine.kinesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@link AwsKinesis} keeps the contract, against the local Kinesis whose address {@code -Dkinesis.endpoint} gives.
 * Credentials come from the default chain; any do.
 */
@Tag("local-kinesis")
class LocalKinesisTest extends KinesisContract {
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
        try (KinesisApi down = new AwsKinesis(LocalStream.ARNS + "any", LocalStream.REGION, "http://127.0.0.1:1")) {
            KinesisException error = assertThrows(KinesisException.Unavailable.class, down::listShards);
            assertTrue(error.getMessage().contains("at http://127.0.0.1:1"), error.getMessage());
        }
    }
}
