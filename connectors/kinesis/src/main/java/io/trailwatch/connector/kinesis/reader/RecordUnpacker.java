package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.kpl.Deaggregation.Reason;
import io.trailwatch.connector.kinesis.kpl.Deaggregator;
import io.trailwatch.connector.kinesis.kpl.UserRecord;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.model.Record;

/** Makes items of the records of one answer: takes aggregates apart, stops where reading stops. */
final class RecordUnpacker {
    private static final Logger LOG = LoggerFactory.getLogger(RecordUnpacker.class);

    private final @Nullable Deaggregator deaggregator;
    private final @Nullable Instant stopTimestamp;
    private final ReadMetrics metrics;

    /**
     * @param deaggregator null to pass aggregates as they are
     * @param stopTimestamp first arrival not wanted; null for no end
     */
    RecordUnpacker(
            @Nullable Deaggregator deaggregator,
            @Nullable Instant stopTimestamp,
            ReadMetrics metrics) {
        this.deaggregator = deaggregator;
        this.stopTimestamp = stopTimestamp;
        this.metrics = metrics;
    }

    /**
     * What one answer holds.
     *
     * @param items in order
     * @param payloadBytes of all its records, the unwanted ones included
     * @param position behind the last record taken
     * @param stopped true when a record arrived at or after the stop: it and what follows are left
     */
    record Unpacked(
            List<ReadItem> items, long payloadBytes, ShardPosition position, boolean stopped) {}

    /**
     * @param from position that was asked for; inside an aggregate it tells how many of its user
     *     records were handed on before
     * @param arrivalUnknown arrival of records for which the service tells none, as some emulators
     */
    Unpacked unpack(List<Record> records, ShardPosition from, Instant arrivalUnknown) {
        List<ReadItem> items = new ArrayList<>(records.size() + 1);
        ShardPosition position = from;
        long payloadBytes = 0;
        boolean stopped = false;
        for (Record record : records) {
            byte[] data = record.data().asByteArrayUnsafe();
            payloadBytes += data.length;
            Instant arrival =
                    Objects.requireNonNullElse(
                            record.approximateArrivalTimestamp(), arrivalUnknown);
            stopped |= stopTimestamp != null && !arrival.isBefore(stopTimestamp);
            if (!stopped) {
                add(items, record.sequenceNumber(), arrival, data, done(from, record));
                position = ShardPosition.after(record.sequenceNumber(), arrival);
            }
        }
        return new Unpacked(items, payloadBytes, position, stopped);
    }

    private static int done(ShardPosition from, Record record) {
        return from.kind() == ShardPosition.Kind.AT_SEQUENCE_NUMBER
                        && record.sequenceNumber().equals(from.sequenceNumber())
                ? from.userRecordsDone()
                : 0;
    }

    private void add(
            List<ReadItem> items, String sequence, Instant arrival, byte[] data, int done) {
        if (deaggregator == null || !Deaggregator.looksAggregated(data)) {
            items.add(new ReadItem.RecordItem(sequence, 0, true, arrival, data));
            return;
        }
        deaggregator
                .deaggregate(data)
                .route(
                        userRecords -> addAll(items, sequence, arrival, userRecords, done),
                        (reason, detail) ->
                                addAsItIs(items, sequence, arrival, data, reason, detail));
    }

    private void addAll(
            List<ReadItem> items,
            String sequence,
            Instant arrival,
            List<UserRecord> userRecords,
            int done) {
        int count = userRecords.size();
        for (int i = done; i < count; i++) {
            items.add(
                    new ReadItem.RecordItem(
                            sequence, i, i == count - 1, arrival, userRecords.get(i).payload()));
        }
        if (done >= count) {
            // Nothing to emit, but the position has to get past it.
            items.add(new ReadItem.ProgressItem(arrival, sequence));
        }
        metrics.deaggregated(Math.max(0, count - done));
    }

    private void addAsItIs(
            List<ReadItem> items,
            String sequence,
            Instant arrival,
            byte[] data,
            Reason reason,
            String detail) {
        metrics.lookedAggregated();
        LOG.debug("Record {} passes as it is, no aggregate: {}, {}", sequence, reason, detail);
        items.add(new ReadItem.RecordItem(sequence, 0, true, arrival, data));
    }
}
