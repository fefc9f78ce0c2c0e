package io.authpulse.engine.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The fake keeps the contract; and what only a stopped clock can show: expiry and retention. */
class FakeKinesisTest extends KinesisContract {
    private static final long MINUTE = 60_000;

    private long now = 1_700_000_000_000L;
    private FakeKinesis fake;

    @Override
    Stream newStream() {
        fake = new FakeKinesis(() -> now, 2);
        return new Stream() {
            @Override
            public KinesisApi connect() {
                return fake.connect();
            }

            @Override
            public KinesisApi connectToNone() {
                FakeKinesis none = new FakeKinesis(() -> now, 1);
                none.delete();
                return none.connect();
            }

            @Override
            public String put(String shardId, byte[] data) {
                return fake.put(shardId, data);
            }

            @Override
            public void split(String shardId) {
                fake.split(shardId);
            }

            @Override
            public void merge(String shardId, String adjacent) {
                fake.merge(shardId, adjacent);
            }

            @Override
            public long passTime() {
                now += 2;
                return now - 1;
            }
        };
    }

    @Test
    void an_iterator_expires_after_five_minutes() {
        String iterator = api.iterator(FIRST, Position.TRIM_HORIZON);
        now += 5 * MINUTE;
        api.records(iterator, 1);
        now += 1;
        assertThrows(KinesisException.IteratorExpired.class, () -> api.records(iterator, 1));
    }

    @Test
    void records_past_retention_are_trimmed_and_reading_goes_on_behind_them() {
        fake.retain(10 * MINUTE);
        String sequence = fake.put(FIRST, "old".getBytes(UTF_8));
        now += 6 * MINUTE;
        fake.put(FIRST, "new".getBytes(UTF_8));
        now += 6 * MINUTE;
        for (Position from : List.of(Position.TRIM_HORIZON, Position.after(sequence), Position.at(now - 20 * MINUTE))) {
            assertEquals(List.of("new"), texts(api.records(api.iterator(FIRST, from), 10)), from.toString());
        }
    }

    @Test
    void a_closed_shard_past_retention_is_not_listed_and_gone() {
        fake.retain(10 * MINUTE);
        fake.split(FIRST);
        now += 11 * MINUTE;
        assertEquals(3, api.listShards().size());
        assertThrows(KinesisException.ShardGone.class, () -> api.iterator(FIRST, Position.TRIM_HORIZON));
    }
}
