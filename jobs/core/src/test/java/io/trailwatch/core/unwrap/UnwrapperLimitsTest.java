package io.trailwatch.core.unwrap;

import static io.trailwatch.core.unwrap.Unwrapped.bytes;
import static io.trailwatch.core.unwrap.Unwrapped.cloudTrail;
import static io.trailwatch.core.unwrap.Unwrapped.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.core.decode.AppEventAvroTest;
import io.trailwatch.core.decode.CloudTrailEvent;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.event.LogEvent;
import io.trailwatch.quarantine.RejectReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnwrapperLimitsTest {
    private static final DecodeLimits DEFAULT = DecodeLimits.DEFAULT;
    private static final String A = cloudTrail("a");
    private static final String B = cloudTrail("b");

    /** A CloudTrail record with a number of bytes. */
    private static String sized(int bytes) {
        String empty =
                A.replace("{", "{\"pad\":\"\",").replaceFirst("\\{\"pad\":\"\",\"acc", "{\"acc");
        return empty.replaceFirst("\"pad\":\"", "\"pad\":\"" + "x".repeat(bytes - empty.length()));
    }

    private static String nested(int depth) {
        return A.substring(0, A.length() - 1)
                + ",\"requestParameters\":"
                + "[".repeat(depth - 1)
                + "]".repeat(depth - 1)
                + "}";
    }

    private static String withNumber(int digits) {
        return A.replace("{\"event", "{\"n\":" + "7".repeat(digits) + ",\"event");
    }

    private static String withName(int chars) {
        return A.replace("{\"event", "{\"" + "n".repeat(chars) + "\":1,\"event");
    }

    @Test
    void inflatesAsManyBytesAsAllowedAndNotOneMore() {
        String lines = A + "\n" + B + "\n";
        byte[] payload = gzip(bytes(lines));

        Unwrapped atLimit = Unwrapped.of(payload, DEFAULT.withMaxInflatedBytes(lines.length()));
        assertThat(atLimit.payloads()).containsExactly(A, B);
        assertThat(atLimit.rejections).isEmpty();

        int limit = lines.length() - 1;
        Unwrapped above = Unwrapped.of(payload, DEFAULT.withMaxInflatedBytes(limit));
        assertThat(above.payloads()).first().isEqualTo(A);
        assertThat(above.reasons()).containsExactly(RejectReason.INFLATE_LIMIT);
        assertThat(above.rejections.get(0).detail()).contains("the limit of " + limit + " bytes");
        assertThat(above.rejections.get(0).payload()).isEqualTo(payload);
    }

    @Test
    void stopsABombByItsRatioButNotASmallRecord() {
        String padded = A + " ".repeat(1_000_000) + "\n" + B + "\n";
        byte[] bomb = gzip(bytes(padded));

        assertThat(Unwrapped.of(bomb, DEFAULT.withMaxInflateRatio(20, padded.length())).payloads())
                .containsExactly(A, B);

        Unwrapped stopped =
                Unwrapped.of(bomb, DEFAULT.withMaxInflateRatio(20, padded.length() - 2));
        assertThat(stopped.payloads()).containsExactly(A);
        assertThat(stopped.reasons()).containsExactly(RejectReason.INFLATE_LIMIT);

        int ratioThatFits = padded.length() / bomb.length + 1;
        assertThat(Unwrapped.of(bomb, DEFAULT.withMaxInflateRatio(ratioThatFits, 1)).payloads())
                .containsExactly(A, B);
        Unwrapped byRatio = Unwrapped.of(bomb, DEFAULT.withMaxInflateRatio(20, 1));
        assertThat(byRatio.rejections.get(0).detail())
                .contains("20 times the " + bomb.length + " bytes");
    }

    @Test
    void stopsABombOfManyMembersAndOfTwoLayers() {
        byte[] zeros = new byte[4 << 20];
        byte[] member = gzip(zeros);
        byte[][] members = new byte[8][];
        java.util.Arrays.fill(members, member);
        DecodeLimits limits = DEFAULT.withMaxInflateRatio(100, 1 << 20);

        assertThat(Unwrapped.of(AppEventAvroTest.concat(members), limits).reasons())
                .contains(RejectReason.INFLATE_LIMIT);
        assertThat(Unwrapped.of(gzip(gzip(new byte[64 << 20])), limits).reasons())
                .contains(RejectReason.INFLATE_LIMIT);
    }

    @Test
    void takesEventsUpToTheirLimitFromEveryArrangement() {
        DecodeLimits limits = DEFAULT.withMaxEventBytes(2_000);
        String atLimit = sized(2_000);
        String above = sized(2_001);
        assertThat(atLimit).hasSize(2_000);
        assertThat(above).hasSize(2_001);

        for (String arrangement : List.of("{\"Records\":[%s,%s,%s]}", "[%s,%s,%s]", "%s\n%s\n%s")) {
            Unwrapped pieces =
                    Unwrapped.of(bytes(arrangement.formatted(atLimit, above, B)), limits);
            assertThat(pieces.payloads()).containsExactly(atLimit, B);
            assertThat(pieces.reasons()).containsExactly(RejectReason.TOO_LARGE);
            assertThat(pieces.rejectedTexts()).containsExactly(above);
            assertThat(pieces.rejections.get(0).detail())
                    .isEqualTo("event has 2001 bytes, limit 2000");
        }
    }

    @Test
    void boundsTheLinesOfText() {
        DecodeLimits limits = DEFAULT.withMaxEventBytes(200);
        String flow = "2 111122223333 eni-" + "1".repeat(181);
        assertThat(flow).hasSize(200);

        Unwrapped pieces = Unwrapped.of(bytes(flow + "\n" + flow + "1\n" + flow), limits);

        assertThat(pieces.payloads()).containsExactly(flow, flow);
        assertThat(pieces.reasons()).containsExactly(RejectReason.TOO_LARGE);
        assertThat(pieces.rejectedTexts()).containsExactly(flow + "1\n");
    }

    @Test
    void skipsAValueTooLargeToHoldAndReadsTheNext() {
        DecodeLimits limits =
                DEFAULT.withMaxEventBytes(1_000)
                        .withMaxEnvelopeBytes(200_000)
                        .withMaxRejectedBytes(10);
        String huge = sized(300_000);

        for (String arrangement : List.of("{\"Records\":[%s,%s,%s]}", "[%s,%s,%s]", "%s\n%s\n%s")) {
            for (byte[] payload :
                    List.of(
                            bytes(arrangement.formatted(A, huge, B)),
                            gzip(bytes(arrangement.formatted(A, huge, B))))) {
                Unwrapped pieces = Unwrapped.of(payload, limits);
                assertThat(pieces.payloads()).containsExactly(A, B);
                assertThat(pieces.reasons()).containsExactly(RejectReason.TOO_LARGE);
                assertThat(pieces.rejectedTexts()).containsExactly(huge.substring(0, 10));
                assertThat(pieces.rejections.get(0).detail())
                        .isEqualTo(
                                "JSON value has 300000 bytes, limit 200000; kept are the first 10"
                                        + " of 300000 bytes");
            }
        }
    }

    @Test
    void holdsAValueOfTheLimitOfEnvelopesAndNotOneByteMore() {
        // The window is filled in steps: a limit below one says nothing.
        int limit = 300_000;
        DecodeLimits limits = DEFAULT.withMaxEventBytes(limit).withMaxEnvelopeBytes(limit);

        Unwrapped pieces =
                Unwrapped.of(bytes(sized(limit) + "\n" + sized(limit + 1) + "\n" + B), limits);

        assertThat(pieces.payloads()).containsExactly(sized(limit), B);
        assertThat(pieces.reasons()).containsExactly(RejectReason.TOO_LARGE);
        assertThat(pieces.rejections.get(0).detail())
                .contains("has %d bytes, limit %d".formatted(limit + 1, limit));
    }

    @Test
    void boundsNesting() {
        Unwrapped pieces =
                Unwrapped.of("[" + nested(64) + "," + nested(65) + "," + nested(500) + "]");

        assertThat(pieces.payloads()).containsExactly(nested(64));
        assertThat(pieces.reasons())
                .containsExactly(RejectReason.TOO_LARGE, RejectReason.TOO_LARGE);
        assertThat(pieces.rejections.get(0).detail())
                .isEqualTo("event is nested 65 deep, limit 64");
        assertThat(pieces.rejections.get(1).detail())
                .isEqualTo("event is nested 500 deep, limit 64");
        new Decoder(DEFAULT)
                .decode(pieces.events.get(0))
                .route(
                        e -> assertThat(e.body()).isInstanceOf(CloudTrailEvent.class),
                        (reason, detail) -> {
                            throw new AssertionError(detail);
                        });
    }

    @Test
    void boundsNumbersAndNames() {
        Unwrapped pieces =
                Unwrapped.of(
                        String.join(
                                "\n",
                                withNumber(1_000),
                                withNumber(1_001),
                                withName(10_000),
                                withName(10_010)));

        List<String> accepted = new ArrayList<>();
        List<String> details = new ArrayList<>();
        Decoder decoder = new Decoder(DEFAULT);
        for (LogEvent event : pieces.events) {
            decoder.decode(event)
                    .route(
                            e -> accepted.add(new String(event.payload(), UTF_8)),
                            (reason, detail) -> details.add(reason + " " + detail));
        }
        assertThat(accepted).containsExactly(withNumber(1_000), withName(10_000));
        assertThat(details).hasSize(2).allMatch(detail -> detail.startsWith("TOO_LARGE"));
        assertThat(details.get(0)).contains("1001").contains("1000");
        assertThat(details.get(1)).contains("10000");
    }

    @Test
    void cutsAsManyPiecesAsAllowedAndRejectsTheRestOnce() {
        byte[] payload = bytes(A + "\ngarbage\n" + B + "\n");

        assertThat(Unwrapped.of(payload, DEFAULT.withMaxPieces(3)).indexes)
                .containsExactly(0, 1, 2);

        Unwrapped full = Unwrapped.of(payload, DEFAULT.withMaxPieces(2));
        assertThat(full.payloads()).containsExactly(A);
        assertThat(full.reasons())
                .containsExactly(RejectReason.UNKNOWN_FORMAT, RejectReason.TOO_LARGE);
        assertThat(full.rejections.get(1).detail()).contains("more pieces than the limit of 2");
        assertThat(full.rejections.get(1).payload()).isEqualTo(payload);
        assertThat(full.indexes).containsExactly(0, 1, 2);
    }

    @Test
    void keepsAHeadOfARejectedPieceAndSaysSo() {
        String garbage = "g".repeat(100);

        Unwrapped whole = Unwrapped.of(bytes(garbage), DEFAULT.withMaxRejectedBytes(100));
        assertThat(whole.rejectedTexts()).containsExactly(garbage);
        assertThat(whole.rejections.get(0).detail()).doesNotContain("kept");

        Unwrapped cut = Unwrapped.of(bytes(garbage), DEFAULT.withMaxRejectedBytes(99));
        assertThat(cut.rejectedTexts()).containsExactly(garbage.substring(1));
        assertThat(cut.rejections.get(0).detail()).endsWith("kept are the first 99 of 100 bytes");
    }

    @Test
    void refusesLimitsThatMakeNoSense() {
        assertThatThrownBy(() -> DEFAULT.withMaxPieces(0))
                .hasMessage("max-pieces is 0, must be from 1 to 2147483647");
        assertThatThrownBy(() -> DEFAULT.withMaxEventBytes((10 << 20) + 1))
                .hasMessage("max-event is 10485761, must be from 1 to 10485760");
    }
}
