package io.authpulse.engine.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Random;
import java.util.function.BiConsumer;
import org.apache.flink.api.common.typeinfo.TypeHint;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.java.tuple.Tuple2;

/** Producer and decoder of the job tests: each account counts 0, 1, 2, … over records of twenty numbers each. */
final class Accounts {
    static final int COUNT = 64;
    static final int PER_RECORD = 20;

    private final BiConsumer<Integer, byte[]> stream;
    private final Random random;
    private final long[] next = new long[COUNT];

    /** @param stream takes a hash key below {@link FakeKinesis#HASH_KEYS} and a record */
    Accounts(BiConsumer<Integer, byte[]> stream, Random random) {
        this.stream = stream;
        this.random = random;
    }

    void putRecords(int records) {
        for (int i = 0; i < records; i++) {
            int account = random.nextInt(COUNT);
            stream.accept(account * FakeKinesis.HASH_KEYS / COUNT, (account + ":" + next[account]).getBytes(UTF_8));
            next[account] += PER_RECORD;
        }
    }

    /** How many numbers an account has got so far. */
    long of(int account) {
        return next[account];
    }

    long total() {
        long total = 0;
        for (long numbers : next) {
            total += numbers;
        }
        return total;
    }

    static final class Decoder implements RecordDecoder<Tuple2<Integer, Long>> {
        private static final long serialVersionUID = 1;

        @Override
        public void open() {}

        @Override
        public void decode(KinesisRecord record, String shardId, SourceOutput<Tuple2<Integer, Long>> out) {
            String[] parts = new String(record.data(), UTF_8).split(":");
            long first = Long.parseLong(parts[1]);
            for (int i = 0; i < PER_RECORD; i++) {
                out.collect(Tuple2.of(Integer.parseInt(parts[0]), first + i));
            }
        }

        @Override
        public TypeInformation<Tuple2<Integer, Long>> type() {
            return TypeInformation.of(new TypeHint<>() {});
        }
    }
}
