package io.trailwatch.core.unwrap;

import static io.trailwatch.core.unwrap.Unwrapped.bytes;
import static io.trailwatch.core.unwrap.Unwrapped.cloudTrail;
import static io.trailwatch.core.unwrap.Unwrapped.gzip;
import static io.trailwatch.core.unwrap.Unwrapped.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoded;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.decode.SchemaResolver;
import io.trailwatch.core.unwrap.SecondReading.Outcome;
import io.trailwatch.core.unwrap.SecondReading.Verdict;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecondReadingTest {
    private static final String A = cloudTrail("a");
    private static final String B = cloudTrail("b");

    /** Neither interface nor ports: equal lines may be different records. */
    private static final String FORMAT = "srcaddr dstaddr start end action";

    private static final String FLOW = "192.0.2.1 198.51.100.2 1795421038 1795421098 ACCEPT";
    private static final UnwrapSettings WITH_FORMAT =
            new UnwrapSettings(SourceHint.AUTO, FORMAT, DecodeLimits.DEFAULT);

    private static UnwrapSettings limited(DecodeLimits limits) {
        return new UnwrapSettings(SourceHint.AUTO, null, limits);
    }

    private static Unwrapped again(Quarantined piece, UnwrapSettings settings) {
        Unwrapped pieces = new Unwrapped();
        new SecondReading(settings, SchemaResolver.NONE).read(piece, pieces);
        return pieces;
    }

    /** What decoding rejects, as the stage behind unwrapping would quarantine it. */
    private static Quarantined undecodable(LogEvent event) {
        Decoded.Rejected<?> rejected =
                (Decoded.Rejected<?>) new Decoder(DecodeLimits.DEFAULT).decode(event);
        return Quarantined.of(event, "decode", rejected.reason(), rejected.detail());
    }

    @Test
    void givesALineTheKeyAndThePlaceThatAFirstReadingWithTheFormatWouldHaveGiven() {
        byte[] record = bytes(String.join("\n", A, FLOW, FLOW, B, FLOW));
        Unwrapped without = Unwrapped.of(record);
        assertThat(without.rejectedTexts()).containsExactly(FLOW + "\n" + FLOW, FLOW);
        List<LogEvent> expected =
                Unwrapped.of(record, WITH_FORMAT).events.stream()
                        .filter(event -> event.kind() == LogKind.VPC_FLOW)
                        .toList();
        assertThat(expected).extracting(LogEvent::key).hasSize(3).doesNotHaveDuplicates();

        List<String> keys = new ArrayList<>();
        List<LogEvent> events = new ArrayList<>();
        for (Quarantined lines : without.rejections) {
            Outcome outcome = new SecondReading(WITH_FORMAT, SchemaResolver.NONE).check(lines);
            assertThat(outcome.verdict()).isEqualTo(Verdict.READABLE);
            keys.addAll(outcome.keys());
            events.addAll(again(lines, WITH_FORMAT).events);
        }
        assertThat(keys).isEqualTo(expected.stream().map(LogEvent::key).toList());
        assertThat(events)
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyElementsOf(expected);
    }

    @Test
    void remembersTheEnvelopesOfAMessage() {
        byte[] record =
                bytes(
                        ("{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"111122223333\","
                                        + "\"logGroup\":\"flows\",\"logStream\":\"eni-1\","
                                        + "\"logEvents\":[{\"id\":\"cw-7\",\"timestamp\":1,"
                                        + "\"message\":\"%s\"}]}\nno envelope here")
                                .formatted(FLOW));
        Unwrapped without = Unwrapped.of(record);
        LogEvent expected = Unwrapped.of(record, WITH_FORMAT).events.get(0);

        Quarantined line = without.rejections.get(0);
        assertThat(line.provenance())
                .isEqualTo(new Provenance("111122223333", "", "flows", "eni-1", 1));
        assertThat(line.logEventId()).isEqualTo("cw-7");
        LogEvent event = again(line, WITH_FORMAT).events.get(0);
        assertThat(event.key()).isEqualTo(expected.key());
        assertThat(event.provenance()).isEqualTo(expected.provenance());

        Quarantined outside = without.rejections.get(1);
        assertThat(outside.provenance()).isEqualTo(Provenance.NONE);
        assertThat(outside.logEventId()).isEmpty();
    }

    @Test
    void readsAWholeRecordFromItsFirstPieceOn() {
        byte[] record = gzip(bytes(FLOW + "\n" + FLOW + "\n" + A + "\n" + B + "\n"));
        DecodeLimits narrow = DecodeLimits.DEFAULT.withMaxPieces(3);
        Unwrapped cut = Unwrapped.of(record, new UnwrapSettings(SourceHint.AUTO, FORMAT, narrow));
        List<LogEvent> expected = Unwrapped.of(record, WITH_FORMAT).events;
        Quarantined rest = cut.rejections.get(0);
        assertThat(rest.wholeRecord()).isTrue();
        assertThat(rest.origin().index()).isEqualTo(3);

        Unwrapped read = again(rest, WITH_FORMAT);

        assertThat(read.payloads()).containsExactly(FLOW, FLOW, A, B);
        assertThat(read.keys()).isEqualTo(expected.stream().map(LogEvent::key).toList());
        assertThat(read.indexes).containsExactly(0, 1, 2, 3);
    }

    @Test
    void takesAnEventAsItWasCutAndElseUnwrapsIt() {
        LogEvent good = Unwrapped.of(bytes("interface-id srcaddr\neni-1 192.0.2.1")).events.get(0);
        Quarantined fixedSince = Quarantined.of(good, "normalise", RejectReason.DECODER_BUG, "x");
        LogEvent asCut = again(fixedSince, WITH_FORMAT).events.get(0);
        assertThat(asCut.format()).isEqualTo("interface-id srcaddr");
        assertThat(asCut.key()).isEqualTo(good.key());
        assertThat(asCut.eventHour()).isEqualTo(good.eventHour());

        // It begins like a record of the default format, and is of another one.
        String custom = "2 111122223333 192.0.2.1 198.51.100.2 1795421038 1795421098";
        LogEvent guessed = Unwrapped.of(bytes(custom)).events.get(0);
        UnwrapSettings told =
                new UnwrapSettings(
                        SourceHint.AUTO,
                        "version account-id srcaddr dstaddr start end",
                        DecodeLimits.DEFAULT);
        Quarantined columns = undecodable(guessed);
        assertThat(columns.reason()).isEqualTo(RejectReason.COLUMN_COUNT);
        assertThat(new SecondReading(told, SchemaResolver.NONE).check(columns).verdict())
                .isEqualTo(Verdict.READABLE);
        assertThat(again(columns, told).events.get(0).key())
                .isEqualTo(Unwrapped.of(bytes(custom), told).events.get(0).key());
    }

    @Test
    void tellsWhatIsStillRejectedAndWhy() {
        Quarantined line = Unwrapped.of(bytes("garbage")).rejections.get(0);
        Outcome outcome = new SecondReading(WITH_FORMAT, SchemaResolver.NONE).check(line);
        assertThat(outcome.verdict()).isEqualTo(Verdict.REJECTED);
        assertThat(outcome.reason()).isEqualTo(RejectReason.COLUMN_COUNT);
        assertThat(outcome.detail()).startsWith("flow record has 1 columns");
        assertThat(outcome.keys()).isEmpty();
    }

    @Test
    void tellsWhatCanBeReadInPartOnly() {
        byte[] record = bytes(A + "\ngarbage\n" + B + "\nmore\n");
        Quarantined rest =
                Unwrapped.of(record, DecodeLimits.DEFAULT.withMaxPieces(1)).rejections.get(0);

        Outcome outcome =
                new SecondReading(UnwrapSettings.DEFAULT, SchemaResolver.NONE).check(rest);

        assertThat(outcome.verdict()).isEqualTo(Verdict.PARTLY);
        assertThat(outcome.reason()).isEqualTo(RejectReason.UNKNOWN_FORMAT);
        assertThat(outcome.keys()).isEmpty();
    }

    @Test
    void aBrokenGzipFileStaysBroken() {
        byte[] whole = gzip(bytes(A + "\n" + B + "\n"));
        Quarantined broken = Unwrapped.of(Arrays.copyOf(whole, whole.length - 9)).rejections.get(0);

        Outcome outcome =
                new SecondReading(UnwrapSettings.DEFAULT, SchemaResolver.NONE).check(broken);

        assertThat(outcome.reason()).isEqualTo(RejectReason.BROKEN_GZIP);
        assertThat(outcome.verdict()).isNotEqualTo(Verdict.READABLE);
    }

    @Test
    void aPieceAtTheLimitOfWhatIsKeptIsReadAndALargerOneIsNot() {
        DecodeLimits limits = DecodeLimits.DEFAULT.withMaxEventBytes(100);
        int bytes = A.length();
        Quarantined whole =
                Unwrapped.of(bytes(A), limited(limits.withMaxRejectedBytes(bytes)))
                        .rejections
                        .get(0);
        assertThat(
                        new SecondReading(UnwrapSettings.DEFAULT, SchemaResolver.NONE)
                                .check(whole)
                                .verdict())
                .isEqualTo(Verdict.READABLE);

        Quarantined head =
                Unwrapped.of(bytes(A), limited(limits.withMaxRejectedBytes(bytes - 1)))
                        .rejections
                        .get(0);
        assertThat(head.totalBytes()).isEqualTo(bytes);
        assertThat(text(head.payload())).isEqualTo(A.substring(0, bytes - 1));
        assertThat(
                        new SecondReading(UnwrapSettings.DEFAULT, SchemaResolver.NONE)
                                .check(head)
                                .verdict())
                .isEqualTo(Verdict.HEAD_ONLY);
    }

    @Test
    void theNoticeOfALossIsNoRecord() {
        Unwrapped notice = new Unwrapped();
        new Unwrapper(UnwrapSettings.DEFAULT)
                .unwrap(RawRecord.ofLoss("arn", "s", "1", Unwrapped.ARRIVAL, A), notice);

        Outcome outcome =
                new SecondReading(UnwrapSettings.DEFAULT, SchemaResolver.NONE)
                        .check(notice.rejections.get(0));

        assertThat(outcome.verdict()).isEqualTo(Verdict.REJECTED);
        assertThat(outcome.reason()).isEqualTo(RejectReason.RECORDS_LOST);
    }

    @Test
    void aRefusedRuleIsNoRecordEvenWhereItsTextReadsLikeOne() {
        Origin origin = new Origin("s3://bucket/rules/a.yml", "", "", 0, 0, Unwrapped.ARRIVAL);
        Quarantined rule =
                Quarantined.of(origin, "rules", RejectReason.REFUSED_RULE, "no rule", bytes(A));
        Quarantined log =
                Quarantined.of(origin, "unwrap", RejectReason.UNKNOWN_EVENT, "no log", bytes(A));

        SecondReading reading = new SecondReading(UnwrapSettings.DEFAULT, SchemaResolver.NONE);
        assertThat(reading.check(log).verdict()).isEqualTo(Verdict.READABLE);
        assertThat(reading.check(rule).verdict()).isEqualTo(Verdict.REJECTED);
        assertThat(reading.check(rule).reason()).isEqualTo(RejectReason.REFUSED_RULE);
    }
}
