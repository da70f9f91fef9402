package io.trailwatch.connector.kinesis.fake;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.SequenceNumberRange;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** One shard: its records, oldest first, and its quotas. Guarded by the service. */
final class StoredShard {
    private static final Duration SECOND = Duration.ofSeconds(1);

    final String shardId;
    final BigInteger startingHashKey;
    final BigInteger endingHashKey;
    final List<String> parents;
    final long firstNumber;
    final List<StoredShard> children = new ArrayList<>();
    final Set<FakeSubscription> subscriptions = new LinkedHashSet<>();

    private final SequenceNumbers numbers;
    private final List<Stored> records = new ArrayList<>();
    private int trimmed;
    private Instant lastArrival = Instant.EPOCH;
    private @Nullable Instant closedAt;
    private long lastNumber;

    private final Deque<Instant> lastReads = new ArrayDeque<>();
    private final Deque<Instant> lastIterators = new ArrayDeque<>();
    private Instant readableFrom = Instant.EPOCH;

    /**
     * A record held.
     *
     * @param number its sequence number
     * @param bytes payload and partition key, which is what the quotas count
     */
    record Stored(long number, int bytes, Record record) {
        Instant arrival() {
            return requireNonNull(record.approximateArrivalTimestamp());
        }
    }

    StoredShard(
            String shardId,
            BigInteger startingHashKey,
            BigInteger endingHashKey,
            List<String> parents,
            long firstNumber,
            SequenceNumbers numbers) {
        this.shardId = shardId;
        this.startingHashKey = startingHashKey;
        this.endingHashKey = endingHashKey;
        this.parents = List.copyOf(parents);
        this.firstNumber = firstNumber;
        this.numbers = numbers;
    }

    boolean isOpen() {
        return closedAt == null;
    }

    boolean covers(BigInteger hashKey) {
        return hashKey.compareTo(startingHashKey) >= 0 && hashKey.compareTo(endingHashKey) <= 0;
    }

    /** Milliseconds, as on the wire; never before that of the record before. */
    Instant arrivalAt(Instant now) {
        Instant millis = Instant.ofEpochMilli(now.toEpochMilli());
        lastArrival = millis.isAfter(lastArrival) ? millis : lastArrival;
        return lastArrival;
    }

    void add(Stored stored) {
        records.add(stored);
    }

    void close(Instant now, long number) {
        closedAt = now;
        lastNumber = number;
    }

    /** A closed shard goes when its last record has expired; an open one stays. */
    boolean hasExpired(Instant now, Duration retention) {
        return closedAt != null && !closedAt.plus(retention).isAfter(now);
    }

    void trim(Instant oldest) {
        while (trimmed < records.size() && records.get(trimmed).arrival().isBefore(oldest)) {
            trimmed++;
        }
        if (trimmed > 1_000 && trimmed > records.size() / 2) {
            records.subList(0, trimmed).clear();
            trimmed = 0;
        }
    }

    /** Whether a reader may name this number as its place in the shard. */
    boolean mayHold(long number, long latest) {
        return number >= firstNumber && number <= (closedAt == null ? latest : lastNumber);
    }

    List<Stored> held() {
        return records.subList(trimmed, records.size());
    }

    /** Records with this number or a later one, up to both limits but at least one. */
    List<Stored> from(long number, int maxRecords, long maxBytes) {
        List<Stored> found = new ArrayList<>();
        long bytes = 0;
        for (int i = indexFrom(number);
                i < records.size()
                        && found.size() < maxRecords
                        && (found.isEmpty() || bytes + records.get(i).bytes() <= maxBytes);
                i++) {
            found.add(records.get(i));
            bytes += records.get(i).bytes();
        }
        return found;
    }

    @Nullable Stored firstFrom(long number) {
        int index = indexFrom(number);
        return index < records.size() ? records.get(index) : null;
    }

    /** The first record that arrived at or after the time; null when there is none yet. */
    @Nullable Stored firstSince(Instant time) {
        for (int i = trimmed; i < records.size(); i++) {
            if (!records.get(i).arrival().isBefore(time)) {
                return records.get(i);
            }
        }
        return null;
    }

    private int indexFrom(long number) {
        int low = trimmed;
        int high = records.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (records.get(middle).number() < number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    boolean mayRead(Instant now) {
        return !readableFrom.isAfter(now) && isBelowFiveASecond(lastReads, now);
    }

    void read(Instant now, long bytes) {
        countCall(lastReads, now);
        readableFrom =
                now.plusNanos(bytes * SECOND.toNanos() / FakeKinesisService.BYTES_PER_SECOND);
    }

    boolean mayGetIterator(Instant now) {
        return isBelowFiveASecond(lastIterators, now);
    }

    void gotIterator(Instant now) {
        countCall(lastIterators, now);
    }

    static boolean isBelowFiveASecond(Deque<Instant> calls, Instant now) {
        return calls.size() < 5 || !calls.getFirst().plus(SECOND).isAfter(now);
    }

    static void countCall(Deque<Instant> calls, Instant now) {
        calls.addLast(now);
        if (calls.size() > 5) {
            calls.removeFirst();
        }
    }

    Shard description() {
        return Shard.builder()
                .shardId(shardId)
                .parentShardId(parents.isEmpty() ? null : parents.get(0))
                .adjacentParentShardId(parents.size() < 2 ? null : parents.get(1))
                .hashKeyRange(hashKeyRange())
                .sequenceNumberRange(
                        SequenceNumberRange.builder()
                                .startingSequenceNumber(numbers.text(firstNumber))
                                .endingSequenceNumber(isOpen() ? null : numbers.text(lastNumber))
                                .build())
                .build();
    }

    List<ChildShard> childShards() {
        return children.stream()
                .map(
                        child ->
                                ChildShard.builder()
                                        .shardId(child.shardId)
                                        .parentShards(child.parents)
                                        .hashKeyRange(child.hashKeyRange())
                                        .build())
                .toList();
    }

    private HashKeyRange hashKeyRange() {
        return HashKeyRange.builder()
                .startingHashKey(startingHashKey.toString())
                .endingHashKey(endingHashKey.toString())
                .build();
    }
}
