package io.trailwatch.connector.kinesis.kpl;

import static io.trailwatch.connector.kinesis.kpl.Aggregates.line;
import static io.trailwatch.connector.kinesis.kpl.Aggregates.lines;
import static io.trailwatch.connector.kinesis.kpl.Aggregates.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.kinesis.agg.AggRecord;
import com.amazonaws.services.kinesis.clientlibrary.types.Messages;
import com.amazonaws.services.kinesis.model.Record;
import com.google.protobuf.InvalidProtocolBufferException;
import io.trailwatch.connector.kinesis.kpl.Deaggregation.Aggregate;
import io.trailwatch.connector.kinesis.kpl.Deaggregation.NotAnAggregate;
import io.trailwatch.connector.kinesis.kpl.Deaggregation.Reason;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;

/**
 * What AWS's aggregator writes we read, and what we read the KCL reads in the same way: for whole
 * aggregates, for damaged ones and for bytes of any kind.
 */
class AgainstAwsLibrariesTest {
    private final Deaggregator deaggregator =
            new Deaggregator(Deaggregator.DEFAULT_MAX_USER_RECORDS);

    @Property
    void readsWhatTheAggregatorWrote(@ForAll("userRecords") List<UserRecord> records) {
        List<String> withHashKeys =
                records.stream()
                        .map(
                                r ->
                                        line(
                                                r.partitionKey(),
                                                HashKeys.effectiveHashKey(
                                                                r.partitionKey(),
                                                                r.explicitHashKey())
                                                        .toString(),
                                                r.payload()))
                        .toList();

        byte[] data = Aggregates.byAggregator(records);

        assertThat(Deaggregator.looksAggregated(data)).isTrue();
        assertThat(linesOf(data)).contains(withHashKeys);
    }

    @Property
    void readsWhatTheMessageClassesWroteAndTheKclReads(
            @ForAll("userRecords") List<UserRecord> records) {
        byte[] data = Aggregates.byMessage(records);

        assertThat(linesOf(data)).contains(lines(records));
        assertThat(kcl(data, BigInteger.ZERO, HashKeys.LARGEST)).isEqualTo(lines(records));
    }

    @Property
    void hashesPartitionKeysAsTheAggregatorDoes(@ForAll("partitionKeys") String partitionKey)
            throws Exception {
        AggRecord aggregate = new AggRecord();
        aggregate.addUserRecord(partitionKey, null, new byte[] {1});

        assertThat(HashKeys.effectiveHashKey(partitionKey, null))
                .hasToString(aggregate.getExplicitHashKey());
    }

    @Property
    void theKclDropsAWholeAggregateForOneHashKeyOutsideOfTheShard(
            @ForAll("fewUserRecords") List<UserRecord> records,
            @ForAll("hashKeys") BigInteger oneEnd,
            @ForAll("hashKeys") BigInteger otherEnd) {
        BigInteger start = oneEnd.min(otherEnd);
        BigInteger end = oneEnd.max(otherEnd);
        boolean allInside =
                records.stream()
                        .map(r -> HashKeys.effectiveHashKey(r.partitionKey(), r.explicitHashKey()))
                        .allMatch(k -> k.compareTo(start) >= 0 && k.compareTo(end) <= 0);
        Statistics.label("all inside")
                .collect(allInside)
                .coverage(
                        seen -> {
                            seen.check(true).percentage(share -> share > 5);
                            seen.check(false).percentage(share -> share > 5);
                        });

        assertThat(kcl(Aggregates.byMessage(records), start, end))
                .isEqualTo(allInside ? lines(records) : List.of());
    }

    @Property
    void aFlippedBitIsNeverAnAggregate(
            @ForAll("userRecords") List<UserRecord> records, @ForAll @IntRange int anywhere) {
        byte[] data = Aggregates.byAggregator(records);
        int bit = anywhere % (data.length * 8);
        data[bit / 8] ^= (byte) (1 << (bit % 8));

        assertThat(reasonOf(data)).contains(bit < 32 ? Reason.NO_MAGIC : Reason.CHECKSUM);
    }

    @Property
    void aPieceOfAnAggregateIsNone(
            @ForAll("userRecords") List<UserRecord> records, @ForAll @IntRange int anywhere) {
        byte[] data = Aggregates.byAggregator(records);
        int length = anywhere % data.length;

        assertThat(reasonOf(Arrays.copyOf(data, length)))
                .contains(
                        length < 4
                                ? Reason.NO_MAGIC
                                : length < 21 ? Reason.TOO_SHORT : Reason.CHECKSUM);
        assertThat(reasonOf(Arrays.copyOf(data, data.length + 1))).contains(Reason.CHECKSUM);
    }

    @Property
    void bytesOfAnyKindBehindTheMagicAreNoAggregate(@ForAll @Size(max = 200) byte[] bytes) {
        byte[] data = Aggregates.concat(new byte[] {(byte) 0xF3, (byte) 0x89}, bytes);
        byte[] magic =
                Aggregates.concat(
                        new byte[] {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2}, bytes);

        assertThat(linesOf(bytes)).isEmpty();
        assertThat(linesOf(data)).isEmpty();
        assertThat(reasonOf(magic))
                .contains(bytes.length <= 16 ? Reason.TOO_SHORT : Reason.CHECKSUM);
    }

    @Property
    void readsAMessageOfAnyKindAsProtobufDoesOrNotAtAll(@ForAll @Size(min = 1, max = 60) byte[] m) {
        readsAsProtobufDoesOrNotAtAll(m);
    }

    @Property(tries = 5_000)
    void readsADamagedMessageAsProtobufDoesOrNotAtAll(
            @ForAll("userRecords") List<UserRecord> records,
            @ForAll @IntRange(min = 1, max = 4) int mutations,
            @ForAll long seed) {
        Random random = new Random(seed);
        byte[] message = Aggregates.message(records).build().toByteArray();
        for (int i = 0; i < mutations; i++) {
            message = mutate(message, random);
        }

        Statistics.label("still an aggregate")
                .collect(readsAsProtobufDoesOrNotAtAll(message))
                .coverage(
                        seen -> {
                            seen.check(true).percentage(share -> share > 5);
                            seen.check(false).percentage(share -> share > 5);
                        });
    }

    /** The checksum fits the damaged message: what a writer who means harm can do. */
    private boolean readsAsProtobufDoesOrNotAtAll(byte[] message) {
        byte[] data = Aggregates.sealed(message);
        Optional<List<String>> ours = linesOf(data);
        Optional<Messages.AggregatedRecord> parsed = parsed(message);
        Optional<List<String>> theirs = parsed.flatMap(AgainstAwsLibrariesTest::resolved);

        if (ours.isPresent()) {
            assertThat(theirs).isEqualTo(ours);
        } else {
            assertThat(reasonOf(data)).contains(Reason.MALFORMED);
            // Strict only where an honest writer would not go: such a message is not canonical.
            boolean canonical =
                    theirs.isPresent()
                            && hasOnlyKnownFields(parsed.orElseThrow())
                            && Arrays.equals(parsed.orElseThrow().toByteArray(), message)
                            && parsed.orElseThrow().getExplicitHashKeyTableList().stream()
                                    .allMatch(HashKeys::isHashKey);
            assertThat(canonical).isFalse();
        }
        return ours.isPresent();
    }

    private static Optional<Messages.AggregatedRecord> parsed(byte[] message) {
        try {
            return Optional.of(Messages.AggregatedRecord.parseFrom(message));
        } catch (InvalidProtocolBufferException refused) {
            return Optional.empty();
        }
    }

    /** The user records, unless an index points beyond its table or at what is no hash key. */
    private static Optional<List<String>> resolved(Messages.AggregatedRecord message) {
        List<String> lines = new ArrayList<>();
        for (Messages.Record record : message.getRecordsList()) {
            long partitionKey = record.getPartitionKeyIndex();
            long hashKey = record.getExplicitHashKeyIndex();
            boolean hasHashKey = record.hasExplicitHashKeyIndex();
            if (isBeyond(message.getPartitionKeyTableCount(), partitionKey)
                    || (hasHashKey && isBeyond(message.getExplicitHashKeyTableCount(), hashKey))) {
                return Optional.empty();
            }
            lines.add(
                    line(
                            message.getPartitionKeyTable((int) partitionKey),
                            hasHashKey ? message.getExplicitHashKeyTable((int) hashKey) : null,
                            record.getData().toByteArray()));
        }
        return Optional.of(lines);
    }

    private static boolean isBeyond(int entries, long unsignedIndex) {
        return Long.compareUnsigned(unsignedIndex, entries) >= 0;
    }

    private static boolean hasOnlyKnownFields(Messages.AggregatedRecord message) {
        return message.getUnknownFields().asMap().isEmpty()
                && message.getRecordsList().stream()
                        .allMatch(
                                record ->
                                        record.getUnknownFields().asMap().isEmpty()
                                                && record.getTagsList().stream()
                                                        .allMatch(
                                                                t ->
                                                                        t.getUnknownFields()
                                                                                .asMap()
                                                                                .isEmpty()));
    }

    private static byte[] mutate(byte[] message, Random random) {
        if (message.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        byte[] mutated = message.clone();
        int at = random.nextInt(message.length);
        switch (random.nextInt(5)) {
            case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> mutated[at] = (byte) random.nextInt(256);
            case 2 -> mutated[at] = (byte) random.nextInt(8);
            case 3 ->
                    mutated =
                            Aggregates.concat(
                                    Arrays.copyOf(message, at),
                                    Arrays.copyOfRange(
                                            message,
                                            random.nextInt(message.length),
                                            message.length));
            default -> mutated = Arrays.copyOf(message, Math.max(1, at));
        }
        return mutated;
    }

    private static List<String> kcl(byte[] data, BigInteger start, BigInteger end) {
        Record record =
                new Record()
                        .withData(ByteBuffer.wrap(data))
                        .withPartitionKey("of the aggregate")
                        .withSequenceNumber("1");
        return com.amazonaws.services.kinesis.clientlibrary.types.UserRecord.deaggregate(
                        List.of(record), start, end)
                .stream()
                .map(r -> line(r.getPartitionKey(), r.getExplicitHashKey(), r.getData().array()))
                .toList();
    }

    private Optional<List<String>> linesOf(byte[] data) {
        return deaggregator.deaggregate(data) instanceof Aggregate aggregate
                ? Optional.of(lines(aggregate.userRecords()))
                : Optional.empty();
    }

    private Optional<Reason> reasonOf(byte[] data) {
        return deaggregator.deaggregate(data) instanceof NotAnAggregate not
                ? Optional.of(not.reason())
                : Optional.empty();
    }

    @Provide
    static Arbitrary<List<UserRecord>> userRecords() {
        return userRecord().list().ofMinSize(1).ofMaxSize(40);
    }

    @Provide
    static Arbitrary<List<UserRecord>> fewUserRecords() {
        return userRecord().list().ofMinSize(1).ofMaxSize(3);
    }

    private static Arbitrary<UserRecord> userRecord() {
        return Combinators.combine(
                        partitionKeys(),
                        hashKeys().map(BigInteger::toString).injectNull(0.5),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(300))
                .as((key, hashKey, payload) -> user(key, hashKey, payload));
    }

    /** Few enough that some repeat. Without halves of surrogate pairs, which UTF-8 cannot carry. */
    @Provide
    static Arbitrary<String> partitionKeys() {
        return Arbitraries.oneOf(
                Arbitraries.of("alice", "bob", "caf\u00e9", "\u65e5\u672c", "\ud83d\udd11"),
                Arbitraries.strings()
                        .withCharRange('\u0000', '\ud7ff')
                        .withCharRange('\ue000', '\uffff')
                        .ofMinLength(1)
                        .ofMaxLength(60));
    }

    @Provide
    static Arbitrary<BigInteger> hashKeys() {
        return Arbitraries.bigIntegers().between(BigInteger.ZERO, HashKeys.LARGEST);
    }
}
