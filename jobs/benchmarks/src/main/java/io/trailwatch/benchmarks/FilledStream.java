package io.trailwatch.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A stream of equal shards with equally many equal records, and then one in each shard that arrived
 * at the stop or later. A source that is to end there ends with its last record, without a wait
 * that could be taken for reading.
 *
 * @param arn ARN of the stream
 * @param records records before the stop
 * @param recordBytes payload of each
 * @param stop first arrival that is not wanted
 */
record FilledStream(String arn, int records, int recordBytes, Instant stop) {
    private static final int SHARDS = 4;
    private static final int BYTES_AT_ONCE = 4_000_000;
    private static final int HASH_KEY_BITS = 128;

    private static final byte[] LINE =
            "{\"eventVersion\":\"1.11\",\"eventSource\":\"iam.amazonaws.com\"}\n".getBytes(UTF_8);

    /**
     * Makes the stream.
     *
     * @param records a multiple of four
     */
    static FilledStream fill(KinesisUnderTest kinesis, String name, int records, int recordBytes)
            throws InterruptedException {
        String arn = kinesis.createStream(name, SHARDS);
        List<String> keys = IntStream.range(0, SHARDS).mapToObj(FilledStream::keyOf).toList();
        byte[] payload = payload(recordBytes);
        int atOnce = BYTES_AT_ONCE / recordBytes;
        for (int done = 0; done < records; done += atOnce) {
            List<KinesisUnderTest.Entry> entries = new ArrayList<>();
            for (int i = done; i < Math.min(done + atOnce, records); i++) {
                entries.add(new KinesisUnderTest.Entry(keys.get(i % SHARDS), payload));
            }
            kinesis.put(arn, entries);
        }
        // Arrival has milliseconds; the next one is later than all that was put.
        Instant stop = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusMillis(1);
        while (Instant.now().isBefore(stop)) {
            Thread.onSpinWait();
        }
        kinesis.put(
                arn, keys.stream().map(key -> new KinesisUnderTest.Entry(key, payload)).toList());
        return new FilledStream(arn, records, recordBytes, stop);
    }

    private static byte[] payload(int bytes) {
        byte[] payload = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            payload[i] = LINE[i % LINE.length];
        }
        return payload;
    }

    /** A partition key whose MD5 lies in this one of the equal shards. */
    private static String keyOf(int shard) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "key-" + i)
                .filter(key -> shardOf(key) == shard)
                .findFirst()
                .orElseThrow();
    }

    private static int shardOf(String partitionKey) {
        try {
            byte[] md5 = MessageDigest.getInstance("MD5").digest(partitionKey.getBytes(UTF_8));
            return new BigInteger(1, md5)
                    .multiply(BigInteger.valueOf(SHARDS))
                    .shiftRight(HASH_KEY_BITS)
                    .intValueExact();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
