package io.trailwatch.ledger;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What became of the events of one source in one hour of arrival; entries are summed. For every
 * source and hour holds {@code received = written + quarantined + deduplicated + control}.
 *
 * @param source stream ARN and shard ({@code arn/shard}), or the path of the file
 * @param hour hour of arrival, UTC
 * @param received pieces that unwrapping made: log events, control messages and unreadable pieces
 * @param written rows handed to the table of their kind
 * @param quarantined rows handed to quarantine
 * @param deduplicated repeats of an event, and events or quarantined pieces that the lake already
 *     holds
 * @param control control messages, such as the health checks of a CloudWatch Logs subscription
 * @param late of those written, the ones that came too late for a windowed detector; not part of
 *     the sum
 * @param lost ranges of the shard that the stream no longer held when they were to be read; how
 *     many records they had nobody knows, so they are not part of the sum
 */
public record LedgerEntry(
        String source,
        Instant hour,
        long received,
        long written,
        long quarantined,
        long deduplicated,
        long control,
        long late,
        long lost) {
    public LedgerEntry {
        requireNonNull(source, "source");
        requireNonNull(hour, "hour");
    }

    public static LedgerEntry empty(String source, Instant arrivalTime) {
        return new LedgerEntry(
                source, arrivalTime.truncatedTo(ChronoUnit.HOURS), 0, 0, 0, 0, 0, 0, 0);
    }

    public LedgerEntry plus(LedgerEntry other) {
        if (!source.equals(other.source) || !hour.equals(other.hour)) {
            throw new IllegalArgumentException(
                    "cannot add the ledger of %s %s to that of %s %s"
                            .formatted(other.source, other.hour, source, hour));
        }
        return new LedgerEntry(
                source,
                hour,
                received + other.received,
                written + other.written,
                quarantined + other.quarantined,
                deduplicated + other.deduplicated,
                control + other.control,
                late + other.late,
                lost + other.lost);
    }

    public boolean isBalanced() {
        return received == written + quarantined + deduplicated + control;
    }

    public LedgerEntry withReceived(long count) {
        return new LedgerEntry(
                source, hour, count, written, quarantined, deduplicated, control, late, lost);
    }

    public LedgerEntry withWritten(long count) {
        return new LedgerEntry(
                source, hour, received, count, quarantined, deduplicated, control, late, lost);
    }

    public LedgerEntry withQuarantined(long count) {
        return new LedgerEntry(
                source, hour, received, written, count, deduplicated, control, late, lost);
    }

    public LedgerEntry withDeduplicated(long count) {
        return new LedgerEntry(
                source, hour, received, written, quarantined, count, control, late, lost);
    }

    public LedgerEntry withControl(long count) {
        return new LedgerEntry(
                source, hour, received, written, quarantined, deduplicated, count, late, lost);
    }

    public LedgerEntry withLate(long count) {
        return new LedgerEntry(
                source, hour, received, written, quarantined, deduplicated, control, count, lost);
    }

    public LedgerEntry withLost(long count) {
        return new LedgerEntry(
                source, hour, received, written, quarantined, deduplicated, control, late, count);
    }
}
