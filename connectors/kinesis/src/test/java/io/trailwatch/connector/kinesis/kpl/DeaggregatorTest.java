package io.trailwatch.connector.kinesis.kpl;

import static io.trailwatch.connector.kinesis.kpl.Aggregates.lines;
import static io.trailwatch.connector.kinesis.kpl.Aggregates.sealed;
import static io.trailwatch.connector.kinesis.kpl.Aggregates.sealedHex;
import static io.trailwatch.connector.kinesis.kpl.Aggregates.user;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.amazonaws.services.kinesis.clientlibrary.types.Messages;
import com.sun.management.ThreadMXBean;
import io.trailwatch.connector.kinesis.kpl.Deaggregation.Aggregate;
import io.trailwatch.connector.kinesis.kpl.Deaggregation.NotAnAggregate;
import io.trailwatch.connector.kinesis.kpl.Deaggregation.Reason;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeaggregatorTest {
    /**
     * alice: "one"; bob with hash key 5: "two"; alice with hash key 5: nothing. By AWS's library.
     */
    private static final String FROZEN =
            "f3899ac20a05616c6963650a03626f62"
                    + "1227313332323833353532373032373335383934333233333332333931393332"
                    + "34333035333833303012013"
                    + "51a09080010001a036f6e651a09080110011a0374776f1a06080010011a00"
                    + "e4b839d858fd1301264e8484e5e47807";

    /** Hex of a table with the one partition key "k". */
    private static final String KEY = "0a 01 6b ";

    /** Hex of a record with key 0 and the payload FF. */
    private static final String RECORD = "1a 05 08 00 1a 01 ff ";

    private final Deaggregator deaggregator =
            new Deaggregator(Deaggregator.DEFAULT_MAX_USER_RECORDS);

    @Test
    void readsAnAggregateThatWasWrittenOnce() {
        assertThat(linesOf(HexFormat.of().parseHex(FROZEN)))
                .containsExactly(
                        "alice | 132283552702735894323332391932430538300 | 6f6e65",
                        "bob | 5 | 74776f",
                        "alice | 5 | ");
    }

    @Test
    void leavesTheExplicitHashKeyOutWhereThereIsNone() {
        byte[] data =
                Aggregates.byMessage(
                        List.of(
                                user("a", null, bytes("1")),
                                user("b", "0", bytes("2")),
                                user("a", null, bytes("3"))));

        assertThat(linesOf(data)).containsExactly("a | null | 31", "b | 0 | 32", "a | null | 33");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "f3", "f3899a", "f3899ac3000000", "7b7d", "1f8b0800"})
    void letsWhatDoesNotBeginWithTheMagicPass(String hex) {
        byte[] data = HexFormat.of().parseHex(hex);

        assertThat(Deaggregator.looksAggregated(data)).isFalse();
        assertThat(refused(data).reason()).isEqualTo(Reason.NO_MAGIC);
        assertThat(refused(data).reason().beganLikeAnAggregate()).isFalse();
    }

    @Test
    void asksForRoomForAMessageAndItsChecksum() {
        byte[] noMessage = sealedHex("");
        byte[] shortest = sealedHex("00");

        assertThat(noMessage).hasSize(20);
        assertThat(Deaggregator.looksAggregated(noMessage)).isFalse();
        assertThat(refused(noMessage).reason()).isEqualTo(Reason.TOO_SHORT);
        assertThat(refused(noMessage).detail()).isEqualTo("record is 20 bytes, minimum 21");
        assertThat(refused(Arrays.copyOf(noMessage, 4)).reason()).isEqualTo(Reason.TOO_SHORT);
        assertThat(Reason.TOO_SHORT.beganLikeAnAggregate()).isTrue();

        assertThat(Deaggregator.looksAggregated(shortest)).isTrue();
        assertThat(refused(shortest).reason()).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void letsARecordWithAnotherChecksumPass() {
        byte[] data = HexFormat.of().parseHex(FROZEN);
        data[data.length - 1]++;

        assertThat(Deaggregator.looksAggregated(data)).isTrue();
        assertThat(refused(data).reason()).isEqualTo(Reason.CHECKSUM);
    }

    @Test
    void takesAMessageWithKeysButNoRecordForAnEmptyAggregate() {
        assertThat(linesOf(sealedHex(KEY))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ':',
            textBlock =
                    """
                    1a 05 08 01 1a 01 ff:                        records[0].partition_key_index is 1, but partition_key_table has 1 entries
                    1a 09 08 80 80 80 80 10 1a 01 ff:            records[0].partition_key_index is 4294967296, but partition_key_table has 1 entries
                    1a 0e 08 ff ff ff ff ff ff ff ff ff 01 1a 01 ff: records[0].partition_key_index is 18446744073709551615, but partition_key_table has 1 entries
                    1a 07 08 00 10 00 1a 01 ff:                  records[0].explicit_hash_key_index is 0, but explicit_hash_key_table has 0 entries
                    1a 03 1a 01 ff:                              records[0] has no partition_key_index
                    1a 05 08 00 1a 01 ff 1a 02 08 00:            records[1] has no data
                    1a 00:                                       records[0] has no partition_key_index
                    1a 07 08 00 1a 01 ff 22 00:                  records[0] has a tag without key
                    12 02 2d 31:                                 explicit_hash_key_table[0] of 2 characters is not a decimal number of 0 to 2^128-1
                    12 00:                                       explicit_hash_key_table[0] of 0 characters is not a decimal number of 0 to 2^128-1
                    08 01:                                       partition_key_table has wire type 0, expected 2
                    15 00 00 00 00:                              explicit_hash_key_table has wire type 5, expected 2
                    18 01:                                       records has wire type 0, expected 2
                    1a 06 0a 01 00 1a 01 ff:                     partition_key_index has wire type 2, expected 0
                    1a 06 08 00 12 00 1a 00:                     explicit_hash_key_index has wire type 2, expected 0
                    1a 04 08 00 18 01:                           data has wire type 0, expected 2
                    1a 07 08 00 1a 01 ff 20 01:                  tags has wire type 0, expected 2
                    1a 09 08 00 1a 01 ff 22 02 08 01:            tags.key has wire type 0, expected 2
                    7b 7c:                                       field 15 is a group
                    7c:                                          field 15 is a group
                    1a 07 08 00 1a 01 ff 7b 7c:                  field 15 is a group
                    1a 09 08 00 1a 01 ff 22 02 7b 7c:            field 15 is a group
                    """)
    void refusesTheWholeMessageForOneDamage(String damage, String detail) {
        NotAnAggregate refused = refused(sealedHex(KEY + damage));

        assertThat(refused.reason()).isEqualTo(Reason.MALFORMED);
        assertThat(refused.detail()).isEqualTo(detail);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0a 02 6b", // key longer than the message
                "1a 7f 08 00", // record longer than the message
                KEY + "1a 05 08 00 1a 02 ff" + RECORD, // payload that reaches into the next record
                KEY + "1a 07 08 00 1a 01 ff 22 01 0a 01 6b", // tag key that leaves its tag
                "0a ff ff ff ff 0f", // negative length of a key
                "1a ff ff ff ff 0f", // negative length of a record
                KEY + "1a 09 08 00 1a ff ff ff ff 0f ff", // negative length of a payload
                "7a ff ff ff ff 0f", // negative length of an unknown field
                "78 ff ff ff ff ff ff ff ff ff ff 01", // unknown varint of eleven bytes
                KEY + "1a 0f 08 80 80 80 80 80 80 80 80 80 80 00 1a 00", // index of eleven bytes
                "7e", // wire type 6
                "7f", // wire type 7
                "00", // field number 0
                KEY + "1a 01", // length without bytes
                KEY + "1a", // tag without length
                KEY + "1a 01 08", // index without bytes
                "79 00 00", // half a fixed64
            })
    void refusesWhatIsNotTheWireFormat(String message) {
        assertThat(refused(sealedHex(message)).reason()).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void skipsUnknownFieldsAtEveryLevel() {
        String varint = "78 96 01 ";
        String fixed64 = "79 01 02 03 04 05 06 07 08 ";
        String bytes = "7a 02 aa bb ";
        String fixed32 = "7d 01 02 03 04 ";
        String unknown = varint + fixed64 + bytes + fixed32; // 21 bytes
        String tag = "22 18 0a 01 74 " + unknown; // 26 bytes
        String record = "1a 34 " + unknown + "08 00 1a 01 ff " + tag;

        assertThat(linesOf(sealedHex(unknown + KEY + record + unknown)))
                .containsExactly("k | null | ff");
    }

    @Test
    void readsTheTablesAlsoWhereTheyFollowTheRecords() {
        assertThat(linesOf(sealedHex("1a 07 1a 01 ff 10 00 08 00 " + "12 01 37 " + KEY)))
                .containsExactly("k | 7 | ff");
    }

    @Test
    void readsPayloadsAsLargeAsAKinesisRecordTakes() {
        byte[] large = new byte[1_000_000];
        Arrays.fill(large, (byte) 7);
        List<UserRecord> records = List.of(user("a", "1", large), user("b", "2", bytes("small")));

        assertThat(linesOf(Aggregates.byAggregator(records))).isEqualTo(lines(records));
    }

    @Test
    void readsRecordsWithTagsAndForgetsTheTags() {
        Messages.AggregatedRecord.Builder message =
                Aggregates.message(List.of(user("k", null, bytes("payload"))));
        message.getRecordsBuilder(0)
                .addTags(Messages.Tag.newBuilder().setKey("colour").setValue("red"))
                .addTags(Messages.Tag.newBuilder().setKey("bare"));

        assertThat(linesOf(sealed(message.build().toByteArray())))
                .isEqualTo(lines(List.of(user("k", null, bytes("payload")))));
    }

    @Test
    void readsAKeyThatIsNotUtf8AsTheKclDoes() throws Exception {
        byte[] data = sealedHex("0a 03 61 ff 62 " + RECORD);

        assertThat(linesOf(data)).containsExactly("a\uFFFDb | null | ff");
        assertThat(
                        Messages.AggregatedRecord.parseFrom(Aggregates.messageOf(data))
                                .getPartitionKeyTable(0))
                .isEqualTo("a\uFFFDb");
    }

    @Test
    void takesAsManyUserRecordsAsTheBoundAndNoMore() {
        Deaggregator bounded = new Deaggregator(3);
        byte[] three = sealedHex(KEY + RECORD.repeat(3));
        byte[] four = sealedHex(KEY + RECORD.repeat(4));

        assertThat(lines(((Aggregate) bounded.deaggregate(three)).userRecords()))
                .isEqualTo(Collections.nCopies(3, "k | null | ff"));
        assertThat(bounded.deaggregate(four))
                .isEqualTo(
                        new NotAnAggregate(
                                Reason.TOO_MANY_RECORDS, "records has more than 3 entries"));
        assertThat(linesOf(four)).isEqualTo(Collections.nCopies(4, "k | null | ff"));
    }

    @Test
    void takesAsManyKeysAsTheBoundAndNoMore() {
        Deaggregator bounded = new Deaggregator(2);

        assertThat(bounded.deaggregate(sealedHex(KEY.repeat(2) + "12 01 30 ".repeat(2))))
                .isEqualTo(new Aggregate(List.of()));
        assertThat(bounded.deaggregate(sealedHex(KEY.repeat(3))))
                .isEqualTo(
                        new NotAnAggregate(
                                Reason.TOO_MANY_RECORDS,
                                "partition_key_table has more than 2 entries"));
        assertThat(bounded.deaggregate(sealedHex("12 01 30 ".repeat(3))))
                .isEqualTo(
                        new NotAnAggregate(
                                Reason.TOO_MANY_RECORDS,
                                "explicit_hash_key_table has more than 2 entries"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0a ff ff ff ff 07", // a key of 2 GB
                "12 ff ff ff ff 07", // a hash key of 2 GB
                "1a ff ff ff ff 07", // a record of 2 GB
                KEY + "1a 08 08 00 1a ff ff ff ff 07", // a payload of 2 GB
                "7a ff ff ff ff 07", // an unknown field of 2 GB
            })
    void allocatesNothingForALengthThatIsOnlyClaimed(String message) {
        byte[] data = sealedHex(message);
        deaggregator.deaggregate(data); // loads classes
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        long before = threads.getCurrentThreadAllocatedBytes();
        Deaggregation outcome = deaggregator.deaggregate(data);
        long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(outcome).isInstanceOf(NotAnAggregate.class);
        assertThat(allocatedBytes).isBetween(1L, 64L * 1024);
    }

    @Test
    void sharesNoBytesWithItsInputOrAmongPayloads() {
        byte[] data = sealedHex(KEY + RECORD + RECORD);
        List<UserRecord> records = ((Aggregate) deaggregator.deaggregate(data)).userRecords();

        Arrays.fill(data, (byte) 0);
        records.get(0).payload()[0] = 1;

        assertThat(lines(records)).containsExactly("k | null | 01", "k | null | ff");
    }

    @Test
    void doesNotChangeItsInput() {
        byte[] data = HexFormat.of().parseHex(FROZEN);

        deaggregator.deaggregate(data);

        assertThat(HexFormat.of().formatHex(data)).isEqualTo(FROZEN);
    }

    @Test
    void handsTheOutcomeToTheOneThatItIsFor() {
        List<String> heard = new ArrayList<>();
        for (byte[] data : List.of(sealedHex(KEY + RECORD), bytes("plain"))) {
            deaggregator
                    .deaggregate(data)
                    .route(
                            records -> heard.addAll(lines(records)),
                            (reason, detail) -> heard.add(reason + ": " + detail));
        }

        assertThat(heard)
                .containsExactly("k | null | ff", "NO_MAGIC: does not begin with F3 89 9A C2");
    }

    @Test
    void refusesABoundThatLetsNothingThrough() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Deaggregator(0))
                .withMessage("maxUserRecords is 0, minimum 1");
    }

    private List<String> linesOf(byte[] data) {
        Deaggregation outcome = deaggregator.deaggregate(data);
        assertThat(outcome).isInstanceOf(Aggregate.class);
        return lines(((Aggregate) outcome).userRecords());
    }

    private NotAnAggregate refused(byte[] data) {
        Deaggregation outcome = deaggregator.deaggregate(data);
        assertThat(outcome).isInstanceOf(NotAnAggregate.class);
        return (NotAnAggregate) outcome;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
