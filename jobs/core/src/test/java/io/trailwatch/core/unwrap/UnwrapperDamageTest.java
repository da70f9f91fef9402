package io.trailwatch.core.unwrap;

import static io.trailwatch.core.unwrap.Unwrapped.bytes;
import static io.trailwatch.core.unwrap.Unwrapped.cloudTrail;
import static io.trailwatch.core.unwrap.Unwrapped.gzip;
import static io.trailwatch.core.unwrap.Unwrapped.sample;
import static io.trailwatch.core.unwrap.Unwrapped.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.AppEventAvroTest;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnwrapperDamageTest {
    private static final String A = cloudTrail("a");
    private static final String B = cloudTrail("b");
    private static final String C = cloudTrail("c");

    @Test
    void keepsTheGoodElementsOfHalfAFileAndRejectsTheTailOnce() {
        String tail = C.substring(0, 50);
        Unwrapped pieces = Unwrapped.of("{\"Records\":[" + A + "," + B + "," + tail);

        assertThat(pieces.payloads()).containsExactly(A, B);
        assertThat(pieces.reasons()).containsExactly(RejectReason.BROKEN_JSON);
        assertThat(pieces.rejectedTexts()).containsExactly(tail);
        assertThat(pieces.indexes).containsExactly(0, 1, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"Records\":[%s", "{\"Records\":[%s,", "{\"Records\":[%s]", "[%s\n"})
    void tellsThatTheEndIsMissingEvenWhenNoElementIsHurt(String file) {
        Unwrapped pieces = Unwrapped.of(file.formatted(A));

        assertThat(pieces.payloads()).containsExactly(A);
        assertThat(pieces.reasons()).containsExactly(RejectReason.BROKEN_JSON);
    }

    @Test
    void losesOneElementToDamageWithinIt() {
        for (String broken :
                new String[] {
                    "{\"eventName\":@}", "{\"a\":\"line\nfeed\"}", "{\"a\" 1}", "{\"a\":tru}", "{,}"
                }) {
            Unwrapped pieces = Unwrapped.of("{\"Records\":[" + A + "," + broken + "," + B + "]}");
            assertThat(pieces.payloads()).containsExactly(A, B);
            assertThat(pieces.rejectedTexts()).containsExactly(broken);
            assertThat(pieces.reasons()).containsExactly(RejectReason.BROKEN_JSON);
        }
    }

    @Test
    void rejectsElementsThatAreNoObjectsOneByOne() {
        Unwrapped pieces = Unwrapped.of("[1,\"a,]\\\"b\",null,[2]," + A + "]");

        assertThat(pieces.payloads()).containsExactly(A);
        assertThat(pieces.rejectedTexts()).containsExactly("1", "\"a,]\\\"b\"", "null", "[2]");
        assertThat(pieces.reasons()).containsOnly(RejectReason.UNKNOWN_EVENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "{\"eventID\":\"cut sho",
                "{\"a\":1",
                "{\"a\":[}",
                "}",
                "{{{{",
                "\"",
                "{\"a\":\"\\",
            })
    void losesOneLineToAGarbageLine(String garbage) {
        String lines = A + "\n" + garbage + "\n" + B + "\n" + garbage + "\n" + C + "\n";

        for (byte[] payload : new byte[][] {bytes(lines), gzip(bytes(lines))}) {
            Unwrapped pieces = Unwrapped.of(payload);
            assertThat(pieces.payloads()).containsExactly(A, B, C);
            assertThat(pieces.rejections).hasSize(2);
            assertThat(pieces.rejectedTexts()).allMatch(r -> r.strip().equals(garbage));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "{\"eventID\":\"cut sho",
                "{\"a\":1",
                "{\"a\":[}",
                "}",
                "{\"a\":\"\\",
            })
    void losesTheFirstLinesAloneWhenTheyAreGarbage(String garbage) {
        Unwrapped pieces = Unwrapped.of(garbage + "\n" + garbage + "\n" + A + "\n" + B + "\n");

        assertThat(pieces.payloads()).containsExactly(A, B);
        assertThat(String.join("\n", pieces.rejectedTexts()).replace("\n\n", "\n").strip())
                .isEqualTo(garbage + "\n" + garbage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1,2", "[{\"a\":1},", "{\"Records\":[{\"a\":", "[[[[[["})
    void losesOneLineToAnArrayThatIsNotClosed(String garbage) {
        Unwrapped pieces = Unwrapped.of(A + "\n" + garbage + "\n" + B + "\n");

        assertThat(pieces.payloads()).containsExactly(A, B);
        assertThat(pieces.reasons()).endsWith(RejectReason.BROKEN_JSON);
        assertThat(pieces.rejectedTexts()).allMatch(r -> garbage.contains(r.strip()));
    }

    @Test
    void keepsTheOtherObjectsOnTheLineOfABrokenOne() {
        Unwrapped pieces = Unwrapped.of(A + "\n" + B + "{\"x\":\n" + C + "\n");

        assertThat(pieces.payloads()).containsExactly(A, B, C);
        assertThat(pieces.rejectedTexts()).containsExactly("{\"x\":\n");
    }

    @Test
    void findsTheNextDocumentBehindABrokenOneOfSeveralLines() {
        String printed =
                "{\n  \"eventID\": \"p\",\n  \"eventSource\": \"s\",\n  \"eventName\": \"n\"\n}\n";
        String broken = "{\n  \"eventID\": \"q\",\n  \"requestParameters\": {\n}\n";

        Unwrapped pieces = Unwrapped.of(printed + broken + printed);

        assertThat(pieces.keys()).containsExactly("ct/-/p", "ct/-/p");
        assertThat(pieces.rejectedTexts()).containsExactly(broken);
    }

    @Test
    void readsDocumentsOverSeveralLinesAfterASubscriptionOverSeveral() {
        String printed =
                "{\n  \"eventID\": \"p\",\n  \"eventSource\": \"s\",\n  \"eventName\": \"n\"\n}\n";
        String envelope =
                "{\n\"messageType\":\"DATA_MESSAGE\",\n\"logEvents\":[{\"message\":\"%s\"}]\n}\n";

        Unwrapped pieces = Unwrapped.of(envelope.formatted(A.replace("\"", "\\\"")) + printed);

        assertThat(pieces.keys()).containsExactly("ct/111122223333/a", "ct/-/p");
        assertThat(pieces.rejections).isEmpty();
    }

    @Test
    void keepsTheGoodMessagesOfATruncatedSubscription() {
        String envelope = text(sample("subscription.json"));
        int cut = envelope.indexOf("auth.sign_in");

        Unwrapped pieces = Unwrapped.of(envelope.substring(0, cut));

        assertThat(pieces.events).hasSize(2);
        assertThat(pieces.reasons()).containsExactly(RejectReason.BROKEN_JSON);
        assertThat(pieces.rejectedTexts().get(0)).contains("a-100").doesNotContain("ConsoleLogin");
    }

    @Test
    void readsWhatComesBeforeATruncationOfGzipAndRejectsTheRecordOnce() {
        String file =
                IntStream.range(0, 2_000)
                        .mapToObj(i -> cloudTrail("id-" + i + "-" + new Random(i).nextLong()))
                        .collect(Collectors.joining(",", "{\"Records\":[", "]}"));
        byte[] whole = gzip(bytes(file));
        byte[] half = Arrays.copyOf(whole, whole.length / 2);

        Unwrapped pieces = Unwrapped.of(half);

        assertThat(pieces.events).hasSizeBetween(500, 1_500);
        assertThat(pieces.payloads()).allMatch(payload -> file.contains(payload));
        assertThat(pieces.reasons()).containsExactly(RejectReason.BROKEN_GZIP);
        assertThat(pieces.rejections.get(0).payload()).isEqualTo(half);
    }

    @Test
    void doesNotTakeHalfALineForAFlowRecord() {
        byte[] whole = gzip(sample("flow-default.log"));
        for (int length = 20; length < whole.length; length++) {
            Unwrapped pieces = Unwrapped.of(Arrays.copyOf(whole, length));
            assertThat(pieces.reasons()).containsExactly(RejectReason.BROKEN_GZIP);
            assertThat(text(sample("flow-default.log")).lines().toList())
                    .containsAll(pieces.payloads());
        }
    }

    @Test
    void seesAFlippedBitByTheChecksum() {
        byte[] damaged = gzip(bytes(A + "\n" + B + "\n"));
        damaged[damaged.length - 6] ^= 1;

        Unwrapped pieces = Unwrapped.of(damaged);

        assertThat(pieces.payloads()).containsExactly(A, B);
        assertThat(pieces.reasons()).containsExactly(RejectReason.BROKEN_GZIP);
        assertThat(pieces.rejections.get(0).detail()).contains("checksum of member 1");
    }

    @Test
    void rejectsWhatFollowsGzipUnlessItIsPadding() {
        byte[] good = gzip(bytes(A));

        assertThat(Unwrapped.of(Arrays.copyOf(good, good.length + 512)).rejections).isEmpty();
        Unwrapped pieces = Unwrapped.of(AppEventAvroTest.concat(good, bytes("trailing")));
        assertThat(pieces.payloads()).containsExactly(A);
        assertThat(pieces.rejections)
                .singleElement()
                .extracting(Quarantined::detail)
                .asString()
                .contains("what follows member 1 is no gzip member");
    }

    @Test
    void rejectsBinaryBytesOnce() {
        byte[] noise = new byte[10_000];
        new Random(7).nextBytes(noise);
        noise[0] = 0;

        Unwrapped pieces = Unwrapped.of(noise);

        assertThat(pieces.reasons()).containsExactly(RejectReason.UNKNOWN_FORMAT);
        assertThat(pieces.rejections.get(0).payload()).isEqualTo(noise);
    }

    @Test
    void keepsControlCharactersOutOfTheDetail() {
        Unwrapped pieces = Unwrapped.of(A + "\n{\"\u001B[31m\r\": x}\n");

        assertThat(pieces.rejections).hasSize(1);
        assertThat(pieces.rejections.get(0).detail()).doesNotContainPattern("\\p{Cntrl}");
    }

    @Test
    void givesEqualRejectionsTheSameIdWhenReadAgain() {
        byte[] payload = bytes("garbage\ngarbage\n");
        Unwrapped once = Unwrapped.of(payload);
        Unwrapped again = Unwrapped.of(payload);

        assertThat(once.rejections).extracting(Quarantined::id).doesNotHaveDuplicates();
        assertThat(once.rejections.stream().map(Quarantined::id))
                .containsExactlyElementsOf(again.rejections.stream().map(Quarantined::id).toList());
    }

    @Test
    void rejectsEachOfManyLinesThatOnlyOpenSomething() {
        int lines = 20_000;
        for (String line :
                new String[] {
                    "{\n", "[\n", "{\"a\":\n", "{\"a\":1\n", "{\"a\n", "[{\n", "{\"Records\":[\n"
                }) {
            Unwrapped pieces = Unwrapped.of(line.repeat(lines));
            assertThat(pieces.events).isEmpty();
            assertThat(String.join("", pieces.rejectedTexts()).length())
                    .isGreaterThanOrEqualTo(lines);
        }
    }
}
