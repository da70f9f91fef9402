package io.trailwatch.connector.kinesis;

import static java.util.Objects.requireNonNull;

import io.trailwatch.connector.kinesis.client.KinesisFailure;
import io.trailwatch.connector.kinesis.config.Backoff;
import io.trailwatch.connector.kinesis.config.KinesisConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.CreateStreamRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Makes streams and fills them, for local runs, simulations and tests. */
public final class KinesisStreams implements AutoCloseable {
    // PutRecords, API reference: 500 records and 5 MiB with keys, 1 MiB a record by default.
    private static final int BATCH_RECORDS = 500;
    private static final int BATCH_BYTES = 5 << 20;
    private static final int RECORD_BYTES = 1 << 20;
    private static final Duration ACTIVE_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration ACTIVE_POLL = Duration.ofMillis(200);

    private final KinesisClient client;
    private final Backoff backoff;

    private KinesisStreams(KinesisClient client, Backoff backoff) {
        this.client = client;
        this.backoff = backoff;
    }

    /** Opens a client; no call is made yet. */
    public static KinesisStreams connect(KinesisConnection connection) {
        return new KinesisStreams(connection.open(), Backoff.DEFAULT);
    }

    /**
     * A record to put.
     *
     * @param partitionKey decides the shard, 1 to 256 characters
     * @param payload bytes of the record, at most 1 MiB with the key
     */
    public record Entry(String partitionKey, byte[] payload) {
        public Entry {
            requireNonNull(payload, "payload");
            if (partitionKey.isEmpty() || partitionKey.length() > 256) {
                throw new IllegalArgumentException(
                        "partition key has "
                                + partitionKey.length()
                                + " characters, expected 1 to 256");
            }
            int bytes = bytes(partitionKey, payload);
            if (bytes > RECORD_BYTES) {
                throw new IllegalArgumentException(
                        "record of key '"
                                + partitionKey
                                + "' has "
                                + bytes
                                + " bytes, limit "
                                + RECORD_BYTES);
            }
        }

        int bytes() {
            return bytes(partitionKey, payload);
        }

        private static int bytes(String partitionKey, byte[] payload) {
            return partitionKey.getBytes(StandardCharsets.UTF_8).length + payload.length;
        }
    }

    /**
     * Creates the stream with this many shards unless one of that name exists, whatever its shards.
     *
     * @return its ARN, once it is active
     * @throws IllegalStateException if it is not active within two minutes
     */
    public String createIfAbsent(String streamName, int shardCount) throws InterruptedException {
        try {
            client.createStream(
                    CreateStreamRequest.builder()
                            .streamName(streamName)
                            .shardCount(shardCount)
                            .build());
        } catch (ResourceInUseException e) {
            // It exists, or someone else is creating it: both end in the wait below.
        }
        return awaitActive(streamName);
    }

    /**
     * Waits until a stream that was created or resharded can be used.
     *
     * @return its ARN
     * @throws IllegalStateException if it is not active within two minutes
     */
    public String awaitActive(String streamName) throws InterruptedException {
        Instant deadline = Instant.now().plus(ACTIVE_TIMEOUT);
        String last = "never described";
        while (Instant.now().isBefore(deadline)) {
            try {
                StreamDescriptionSummary summary =
                        client.describeStreamSummary(
                                        DescribeStreamSummaryRequest.builder()
                                                .streamName(streamName)
                                                .build())
                                .streamDescriptionSummary();
                if (summary.streamStatus() == StreamStatus.ACTIVE) {
                    return summary.streamARN();
                }
                last = summary.streamStatusAsString();
            } catch (SdkException e) {
                // A stream just created may not be known everywhere yet.
                if (!(e instanceof ResourceNotFoundException)
                        && !KinesisFailure.of(e).isWorthRepeating()) {
                    throw e;
                }
                last = e.toString();
            }
            Thread.sleep(ACTIVE_POLL.toMillis());
        }
        throw new IllegalStateException(
                "stream "
                        + streamName
                        + " is not ACTIVE after "
                        + ACTIVE_TIMEOUT
                        + ", last seen: "
                        + last);
    }

    /**
     * Puts all entries, in calls of at most 500 records and 5 MiB, one after the other. Those that
     * Kinesis refuses are put again with backoff. Within a call refused entries move behind
     * accepted ones of the same key, and a call repeated after a lost answer may double its
     * records: Kinesis promises neither order nor uniqueness here.
     *
     * @throws IllegalStateException if entries are still refused after all retries
     */
    public void put(String streamArn, List<Entry> entries) throws InterruptedException {
        List<PutRecordsRequestEntry> batch = new ArrayList<>();
        int batchBytes = 0;
        for (Entry entry : entries) {
            if (batch.size() == BATCH_RECORDS || batchBytes + entry.bytes() > BATCH_BYTES) {
                putBatch(streamArn, batch);
                batch = new ArrayList<>();
                batchBytes = 0;
            }
            batchBytes += entry.bytes();
            batch.add(
                    PutRecordsRequestEntry.builder()
                            .partitionKey(entry.partitionKey())
                            .data(SdkBytes.fromByteArrayUnsafe(entry.payload()))
                            .build());
        }
        putBatch(streamArn, batch);
    }

    @Override
    public void close() {
        client.close();
    }

    private void putBatch(String streamArn, List<PutRecordsRequestEntry> batch)
            throws InterruptedException {
        List<PutRecordsRequestEntry> pending = batch;
        String last = "";
        for (int attempt = 0; !pending.isEmpty(); attempt++) {
            if (attempt > backoff.maxAttempts()) {
                throw new IllegalStateException(
                        pending.size()
                                + " records are still refused by "
                                + streamArn
                                + " after "
                                + attempt
                                + " calls, last reason: "
                                + last);
            }
            if (attempt > 0) {
                Thread.sleep(
                        backoff.delay(attempt - 1, ThreadLocalRandom.current().nextDouble())
                                .toMillis());
            }
            PutRecordsRequest request =
                    PutRecordsRequest.builder().streamARN(streamArn).records(pending).build();
            try {
                PutRecordsResponse response = client.putRecords(request);
                List<PutRecordsRequestEntry> refused = new ArrayList<>();
                for (int i = 0; i < pending.size(); i++) {
                    PutRecordsResultEntry result = response.records().get(i);
                    if (result.errorCode() != null) {
                        refused.add(pending.get(i));
                        last = result.errorCode() + ": " + result.errorMessage();
                    }
                }
                pending = refused;
            } catch (SdkException e) {
                if (!KinesisFailure.of(e).isWorthRepeating()) {
                    throw e;
                }
                last = e.toString();
            }
        }
    }
}
