package io.trailwatch.connector.kinesis.reader;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;

/** What the service says. */
final class Answers {
    private Answers() {}

    static Record record(String sequence, @Nullable Instant arrival, byte[] data) {
        return Record.builder()
                .sequenceNumber(sequence)
                .approximateArrivalTimestamp(arrival)
                .data(SdkBytes.fromByteArrayUnsafe(data))
                .build();
    }

    /** Arrived at the clock's start; its payload is "p" and its sequence number. */
    static Record record(String sequence) {
        return record(sequence, ManualClock.START, ("p" + sequence).getBytes(UTF_8));
    }

    /** At the tip, with more to come some time. */
    static GetRecordsResponse records(Record... records) {
        return records(0L, "next", records);
    }

    static GetRecordsResponse records(
            @Nullable Long behindMillis, @Nullable String nextIterator, Record... records) {
        return GetRecordsResponse.builder()
                .records(records)
                .millisBehindLatest(behindMillis)
                .nextShardIterator(nextIterator)
                .build();
    }

    static SubscribeToShardEvent event(@Nullable String continuation, Record... records) {
        return event(0L, continuation, records);
    }

    static SubscribeToShardEvent event(
            long behindMillis, @Nullable String continuation, Record... records) {
        return SubscribeToShardEvent.builder()
                .records(records)
                .millisBehindLatest(behindMillis)
                .continuationSequenceNumber(continuation)
                .build();
    }

    /** A KPL aggregate of these payloads. */
    static byte[] aggregate(String... payloads) {
        try {
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(message);
            out.writeString(1, "key");
            for (String payload : payloads) {
                ByteArrayOutputStream entry = new ByteArrayOutputStream();
                CodedOutputStream fields = CodedOutputStream.newInstance(entry);
                fields.writeUInt64(1, 0);
                fields.writeByteArray(3, payload.getBytes(UTF_8));
                fields.flush();
                out.writeByteArray(3, entry.toByteArray());
            }
            out.flush();
            ByteArrayOutputStream sealed = new ByteArrayOutputStream();
            sealed.write(new byte[] {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2});
            sealed.write(message.toByteArray());
            sealed.write(MessageDigest.getInstance("MD5").digest(message.toByteArray()));
            return sealed.toByteArray();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static Throwable throttled() {
        return ProvisionedThroughputExceededException.builder().message("slow down").build();
    }

    static Throwable expired() {
        return ExpiredIteratorException.builder().message("iterator is old").build();
    }

    static Throwable gone() {
        return ResourceNotFoundException.builder().message("not found").build();
    }

    static Throwable inUse() {
        return ResourceInUseException.builder().message("another subscription").build();
    }

    static Throwable broken() {
        return KinesisException.builder().message("internal").statusCode(500).build();
    }

    static Throwable forbidden() {
        return KinesisException.builder()
                .message("not authorized to perform kinesis:GetRecords")
                .statusCode(400)
                .awsErrorDetails(
                        AwsErrorDetails.builder().errorCode("AccessDeniedException").build())
                .build();
    }

    static List<String> payloads(List<io.trailwatch.event.RawRecord> records) {
        return records.stream().map(record -> new String(record.payload(), UTF_8)).toList();
    }
}
