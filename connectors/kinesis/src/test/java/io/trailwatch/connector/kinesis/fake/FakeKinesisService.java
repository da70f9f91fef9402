package io.trailwatch.connector.kinesis.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trailwatch.connector.kinesis.fake.Call.Operation;
import io.trailwatch.connector.kinesis.fake.StoredShard.Stored;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;

/**
 * Kinesis Data Streams in memory, and the handle by which a test makes streams, puts records,
 * reshards and breaks things. {@link #open} gives what a source sees of it. Safe for use by several
 * threads.
 *
 * <p>Facts are those of the Kinesis Data Streams API reference (by call) and developer guide (by
 * section); where it gives one figure only, what lies between is said at the method.
 */
public final class FakeKinesisService implements AutoCloseable {
    /** API reference, GetShardIterator: "expires 5 minutes after it is returned". */
    static final Duration ITERATOR_LIFE = Duration.ofMinutes(5);

    /** API reference, SubscribeToShard: the connection lasts "up to 5 minutes". */
    static final Duration SUBSCRIPTION_LIFE = Duration.ofMinutes(5);

    /** API reference, SubscribeToShard: a second call within it gets ResourceInUseException. */
    static final Duration SUBSCRIPTION_GUARD = Duration.ofSeconds(5);

    /** API reference, GetRecords: "The maximum size of data that GetRecords can return". */
    static final long ANSWER_BYTES = 10L << 20;

    /** Developer guide, Quotas and limits: total read rate of a shard, and of its consumer. */
    static final long BYTES_PER_SECOND = 2L << 20;

    /** Developer guide, Quotas and limits: enhanced fan-out consumers of a stream. */
    private static final int CONSUMERS_PER_STREAM = 20;

    private static final int RECORD_BYTES = 10 << 20;
    private static final BigInteger HASH_KEYS = BigInteger.TWO.pow(128);

    private final ServiceTime time;
    private final Behaviour behaviour;
    private final Map<String, StoredStream> streams = new LinkedHashMap<>();
    private FaultSchedule faults = FaultSchedule.none();

    /**
     * Where a record went.
     *
     * @param shardId the shard its key belongs to
     * @param sequenceNumber its number, greater than all before in the stream
     */
    public record Put(String shardId, String sequenceNumber) {}

    public FakeKinesisService(ServiceTime time, Behaviour behaviour) {
        this.time = time;
        this.behaviour = behaviour;
    }

    /** A connection of its own for each reader and enumerator. */
    public FakeKinesis open() {
        return new FakeKinesis(this);
    }

    /** From the next call on. */
    public synchronized void setFaults(FaultSchedule faults) {
        this.faults = faults;
    }

    /** A stream with equal shards that keeps records for 24 hours. */
    public synchronized void createStream(String streamArn, int shards) {
        if (streams.containsKey(streamArn)) {
            throw new IllegalArgumentException("stream " + streamArn + " exists");
        }
        StoredStream stream = new StoredStream(streamArn, streams.size());
        streams.put(streamArn, stream);
        BigInteger width = HASH_KEYS.divide(BigInteger.valueOf(shards));
        for (int i = 0; i < shards; i++) {
            BigInteger first = width.multiply(BigInteger.valueOf(i));
            BigInteger last =
                    i == shards - 1
                            ? HASH_KEYS.subtract(BigInteger.ONE)
                            : first.add(width).subtract(BigInteger.ONE);
            addShard(stream, first, last, List.of());
        }
    }

    /** Changes how long records are kept; what is older than that is gone at once. */
    public synchronized void setRetention(String streamArn, Duration retention) {
        stream(streamArn).retention = retention;
    }

    /** API reference, PutRecord: the MD5 of the partition key says which shard. */
    public synchronized Put put(String streamArn, String partitionKey, byte[] payload) {
        if (payload.length > RECORD_BYTES) {
            throw Refusal.invalid("record is " + payload.length + " bytes, limit " + RECORD_BYTES);
        }
        StoredStream stream = stream(streamArn);
        StoredShard shard = openShard(stream, candidate -> candidate.covers(hashKey(partitionKey)));
        long number = stream.numbers.next();
        String sequenceNumber = stream.numbers.text(number);
        Record record =
                Record.builder()
                        .sequenceNumber(sequenceNumber)
                        .partitionKey(partitionKey)
                        .approximateArrivalTimestamp(shard.arrivalAt(time.now()))
                        .data(SdkBytes.fromByteArrayUnsafe(payload))
                        .build();
        shard.add(new Stored(number, payload.length + partitionKey.getBytes(UTF_8).length, record));
        shard.subscriptions.forEach(FakeSubscription::pumpSoon);
        return new Put(shard.shardId, sequenceNumber);
    }

    /** Closes the shard; each half of its keys goes to a child. Ids of the children. */
    public synchronized List<String> split(String streamArn, String shardId) {
        StoredStream stream = stream(streamArn);
        StoredShard parent = openShard(stream, shard -> shard.shardId.equals(shardId));
        BigInteger middle =
                parent.startingHashKey.add(parent.endingHashKey).shiftRight(1).add(BigInteger.ONE);
        close(stream, parent);
        List<StoredShard> children =
                List.of(
                        addShard(
                                stream,
                                parent.startingHashKey,
                                middle.subtract(BigInteger.ONE),
                                List.of(shardId)),
                        addShard(stream, middle, parent.endingHashKey, List.of(shardId)));
        parent.children.addAll(children);
        parent.subscriptions.forEach(FakeSubscription::pumpSoon);
        return children.stream().map(child -> child.shardId).toList();
    }

    /** Closes two shards with adjacent keys in favour of one. Id of the child. */
    public synchronized String merge(String streamArn, String shardId, String adjacentShardId) {
        StoredStream stream = stream(streamArn);
        StoredShard lower = openShard(stream, shard -> shard.shardId.equals(shardId));
        StoredShard upper = openShard(stream, shard -> shard.shardId.equals(adjacentShardId));
        List<String> parents = List.of(shardId, adjacentShardId);
        if (lower.startingHashKey.compareTo(upper.startingHashKey) > 0) {
            StoredShard swapped = lower;
            lower = upper;
            upper = swapped;
        }
        if (!lower.endingHashKey.add(BigInteger.ONE).equals(upper.startingHashKey)) {
            throw Refusal.invalid("shards " + parents + " are not adjacent");
        }
        close(stream, lower);
        close(stream, upper);
        StoredShard child = addShard(stream, lower.startingHashKey, upper.endingHashKey, parents);
        for (StoredShard parent : List.of(lower, upper)) {
            parent.children.add(child);
            parent.subscriptions.forEach(FakeSubscription::pumpSoon);
        }
        return child.shardId;
    }

    /** Ids of the shards that take records, in order of their keys. */
    public synchronized List<String> openShards(String streamArn) {
        return stream(streamArn).shards.values().stream()
                .filter(StoredShard::isOpen)
                .sorted((a, b) -> a.startingHashKey.compareTo(b.startingHashKey))
                .map(shard -> shard.shardId)
                .toList();
    }

    /** A partition key of this open shard, not the same for each number. */
    public synchronized String keyOf(String streamArn, String shardId, int number) {
        StoredShard shard =
                openShard(stream(streamArn), candidate -> candidate.shardId.equals(shardId));
        int found = -1;
        for (int i = 0; ; i++) {
            found += shard.covers(hashKey("key-" + i)) ? 1 : 0;
            if (found == number) {
                return "key-" + i;
            }
        }
    }

    @Override
    public void close() {
        time.close();
    }

    private void close(StoredStream stream, StoredShard shard) {
        shard.close(time.now(), stream.numbers.next());
    }

    private static StoredShard addShard(
            StoredStream stream, BigInteger first, BigInteger last, List<String> parents) {
        StoredShard shard =
                new StoredShard(
                        stream.nextShardId(),
                        first,
                        last,
                        parents,
                        stream.numbers.next(),
                        stream.numbers);
        stream.shards.put(shard.shardId, shard);
        return shard;
    }

    private static StoredShard openShard(StoredStream stream, Predicate<StoredShard> wanted) {
        return stream.shards.values().stream()
                .filter(shard -> shard.isOpen() && wanted.test(shard))
                .findFirst()
                .orElseThrow(() -> Refusal.notFound("no such open shard in stream " + stream.arn));
    }

    private static BigInteger hashKey(String partitionKey) {
        try {
            return new BigInteger(
                    1, MessageDigest.getInstance("MD5").digest(partitionKey.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    ServiceTime time() {
        return time;
    }

    Behaviour behaviour() {
        return behaviour;
    }

    synchronized Fault faultOf(Call call) {
        return faults.on(call);
    }

    /** API reference, ListShards: open shards, and closed ones within the retention period. */
    synchronized List<Shard> listShards(String streamArn) {
        return stream(streamArn).shards.values().stream().map(StoredShard::description).toList();
    }

    synchronized Duration retention(String streamArn) {
        return stream(streamArn).retention;
    }

    /**
     * API reference, GetShardIterator: at most 5 calls a second and shard; for AT_TIMESTAMP "the
     * next (later) record" where there is none of that time, "the oldest untrimmed data record"
     * where the time is older than that. That a time yet to come is refused is undocumented and
     * known from kinesalite, which copied the service's answers.
     */
    synchronized String shardIterator(String streamArn, String shardId, ShardPosition position) {
        Instant now = time.now();
        StoredStream stream = stream(streamArn);
        StoredShard shard = shard(stream, shardId);
        if (behaviour.throttles()) {
            if (!shard.mayGetIterator(now)) {
                throw Refusal.throttled(Operation.GET_SHARD_ITERATOR, "shard " + shardId);
            }
            shard.gotIterator(now);
        }
        return iterator(streamArn, shardId, number(stream, shard, position));
    }

    long number(StoredStream stream, StoredShard shard, ShardPosition position) {
        Instant timestamp = position.timestamp();
        String sequenceNumber = position.sequenceNumber();
        if (timestamp != null) {
            if (timestamp.isAfter(time.now())) {
                throw Refusal.invalid(
                        "Timestamp %s is greater than now, %s".formatted(timestamp, time.now()));
            }
            Stored first = shard.firstSince(timestamp);
            return first == null ? stream.numbers.last() + 1 : first.number();
        }
        if (sequenceNumber == null) {
            return 0;
        }
        long number = stream.numbers.parse(sequenceNumber);
        if (!shard.mayHold(number, stream.numbers.last())) {
            throw Refusal.invalid(
                    "StartingSequenceNumber %s is invalid because it did not come from shard %s of stream %s"
                            .formatted(sequenceNumber, shard.shardId, stream.arn));
        }
        return position.kind() == ShardPosition.Kind.AFTER_SEQUENCE_NUMBER ? number + 1 : number;
    }

    /**
     * API reference, GetRecords: up to 10,000 records and 10 MiB; five calls a second; "If a call
     * returns this amount of data, subsequent calls made within the next 5 seconds throw", which is
     * taken as: n bytes close the shard for n / 2 MiB seconds. Developer guide, Changing the data
     * retention period: a place behind the oldest record goes on with that, without a word.
     *
     * @param empty answer without records and without end
     */
    synchronized GetRecordsResponse records(
            String streamArn, String iterator, int maxRecords, boolean empty) {
        if (maxRecords < 1 || maxRecords > 10_000) {
            throw Refusal.invalid("Limit is " + maxRecords + ", expected 1 to 10000");
        }
        Instant now = time.now();
        Iterator place = Iterator.parse(iterator);
        if (!place.streamArn().equals(streamArn)) {
            throw Refusal.invalid("ShardIterator is not one of stream " + streamArn);
        }
        StoredShard shard = shard(stream(streamArn), place.shardId());
        if (!now.isBefore(place.expiry())) {
            throw Refusal.expired(
                    "Iterator expired at " + place.expiry() + ", and now it is " + now);
        }
        if (behaviour.throttles() && !shard.mayRead(now)) {
            throw Refusal.throttled(Operation.GET_RECORDS, "shard " + place.shardId());
        }
        List<Stored> found =
                empty ? List.of() : shard.from(place.number(), maxRecords, ANSWER_BYTES);
        shard.read(now, found.stream().mapToLong(Stored::bytes).sum());

        long next = found.isEmpty() ? place.number() : found.get(found.size() - 1).number() + 1;
        Stored unread = shard.firstFrom(next);
        boolean ended =
                !empty
                        && unread == null
                        && !shard.isOpen()
                        && (found.isEmpty() || behaviour.endWithRecords());
        return GetRecordsResponse.builder()
                .records(found.stream().map(Stored::record).toList())
                .millisBehindLatest(millisBehind(found, unread, now))
                .nextShardIterator(ended ? null : iterator(streamArn, place.shardId(), next))
                .childShards(ended ? shard.childShards() : null)
                .build();
    }

    /** From the last record told, or the next one where none was; 0 at the tip. */
    static long millisBehind(List<Stored> told, @Nullable Stored unread, Instant now) {
        if (unread == null) {
            return 0;
        }
        Instant place = told.isEmpty() ? unread.arrival() : told.get(told.size() - 1).arrival();
        return Math.max(1, Duration.between(place, now).toMillis());
    }

    /**
     * API reference, SubscribeToShard: "If you call SubscribeToShard again with the same
     * ConsumerARN and ShardId within 5 seconds of a successful call, you'll get a
     * ResourceInUseException. If you call SubscribeToShard 5 seconds or more after a successful
     * call, the second call takes over the subscription and the previous connection expires or
     * fails with a ResourceInUseException"; five calls a second, consumer and shard.
     */
    synchronized FakeSubscription subscribe(
            String consumerArn,
            String shardId,
            ShardPosition position,
            Subscriber<SubscribeToShardEvent> subscriber,
            FakeKinesis client,
            Fault fault) {
        Instant now = time.now();
        StoredStream stream = stream(streamOf(consumerArn));
        StoredConsumer consumer =
                stream.consumers.values().stream()
                        .filter(candidate -> candidate.arn.equals(consumerArn))
                        .findFirst()
                        .orElseThrow(
                                () -> Refusal.notFound("Consumer " + consumerArn + " not found."));
        StoredShard shard = shard(stream, shardId);
        if (!consumer.isActive(now)) {
            throw Refusal.inUse("Consumer " + consumerArn + " is CREATING, not ACTIVE.");
        }
        StoredConsumer.Slot slot =
                consumer.slots.computeIfAbsent(shardId, id -> new StoredConsumer.Slot());
        if (behaviour.throttles()) {
            if (!StoredShard.isBelowFiveASecond(slot.lastCalls, now)) {
                throw Refusal.throttled(Operation.SUBSCRIBE_TO_SHARD, "shard " + shardId);
            }
            StoredShard.countCall(slot.lastCalls, now);
        }
        if (slot.lastSuccess != null && now.isBefore(slot.lastSuccess.plus(SUBSCRIPTION_GUARD))) {
            throw Refusal.inUse(
                    "Another active subscription exists for this consumer: "
                            + consumerArn
                            + " and shard "
                            + shardId);
        }
        long number = number(stream, shard, position);
        slot.lastSuccess = now;
        FakeSubscription before = slot.active;
        FakeSubscription active =
                new FakeSubscription(this, client, stream, shard, number, subscriber, fault);
        slot.active = active;
        shard.subscriptions.add(active);
        if (before != null) {
            before.takenOver();
        }
        return active;
    }

    static String streamOf(String consumerArn) {
        int end = consumerArn.indexOf("/consumer/");
        return end < 0 ? consumerArn : consumerArn.substring(0, end);
    }

    synchronized Optional<ConsumerDescription> consumer(String streamArn, String name) {
        return Optional.ofNullable(stream(streamArn).consumers.get(name))
                .map(consumer -> consumer.description(time.now()));
    }

    /** API reference, RegisterStreamConsumer: CREATING first; a name that exists is in use. */
    synchronized void registerConsumer(String streamArn, String name) {
        StoredStream stream = stream(streamArn);
        if (stream.consumers.containsKey(name)) {
            throw Refusal.inUse("Consumer " + name + " of stream " + streamArn + " exists.");
        }
        if (stream.consumers.size() >= CONSUMERS_PER_STREAM) {
            throw Refusal.limitExceeded(
                    "Stream " + streamArn + " has " + CONSUMERS_PER_STREAM + " consumers.");
        }
        Instant now = time.now();
        stream.consumers.put(
                name,
                new StoredConsumer(name, streamArn, now, now.plus(behaviour.consumerCreation())));
    }

    synchronized void deregisterConsumer(String streamArn, String name) {
        StoredConsumer consumer = stream(streamArn).consumers.remove(name);
        if (consumer == null) {
            throw Refusal.notFound("Consumer " + name + " of stream " + streamArn + " not found.");
        }
        for (StoredConsumer.Slot slot : consumer.slots.values()) {
            if (slot.active != null) {
                slot.active.fail(Refusal.notFound("Consumer " + consumer.arn + " not found."));
            }
        }
    }

    /** The stream as of now: what has expired is gone. */
    private StoredStream stream(String streamArn) {
        StoredStream stream = streams.get(streamArn);
        if (stream == null) {
            throw Refusal.notFound("Stream " + streamArn + " not found.");
        }
        Instant now = time.now();
        Instant oldest = now.minus(stream.retention);
        stream.shards.values().forEach(shard -> shard.trim(oldest));
        stream.shards
                .values()
                .removeIf(
                        shard -> {
                            boolean expired = shard.hasExpired(now, stream.retention);
                            if (expired) {
                                List.copyOf(shard.subscriptions)
                                        .forEach(
                                                subscription ->
                                                        subscription.fail(
                                                                noShard(stream, shard.shardId)));
                            }
                            return expired;
                        });
        return stream;
    }

    private static StoredShard shard(StoredStream stream, String shardId) {
        StoredShard shard = stream.shards.get(shardId);
        if (shard == null) {
            throw noShard(stream, shardId);
        }
        return shard;
    }

    private static RuntimeException noShard(StoredStream stream, String shardId) {
        return Refusal.notFound(
                "Shard " + shardId + " in stream " + stream.arn + " does not exist");
    }

    /** The shard that an iterator is of; empty for what is none. */
    static String shardOf(String iterator) {
        try {
            return Iterator.parse(iterator).shardId();
        } catch (RuntimeException none) {
            return "";
        }
    }

    private String iterator(String streamArn, String shardId, long number) {
        return new Iterator(streamArn, shardId, number, time.now().plus(ITERATOR_LIFE)).text();
    }

    /** A place in a shard; opaque to those who hold its text. */
    private record Iterator(String streamArn, String shardId, long number, Instant expiry) {
        String text() {
            String fields =
                    String.join(
                            "|",
                            streamArn,
                            shardId,
                            Long.toString(number),
                            Long.toString(expiry.toEpochMilli()));
            return Base64.getEncoder().encodeToString(fields.getBytes(UTF_8));
        }

        static Iterator parse(String text) {
            try {
                String[] fields = new String(Base64.getDecoder().decode(text), UTF_8).split("\\|");
                if (fields.length == 4) {
                    return new Iterator(
                            fields[0],
                            fields[1],
                            Long.parseLong(fields[2]),
                            Instant.ofEpochMilli(Long.parseLong(fields[3])));
                }
            } catch (IllegalArgumentException none) {
                // Neither Base64 nor numbers: refused below.
            }
            throw Refusal.invalid("Invalid ShardIterator.");
        }
    }

    /** Every stream's shards as they are, for tests that compare. */
    public synchronized List<String> everyRecord(String streamArn) {
        List<String> records = new ArrayList<>();
        for (StoredShard shard : stream(streamArn).shards.values()) {
            shard.held().forEach(stored -> records.add(stored.record().data().asUtf8String()));
        }
        return records;
    }
}
