package io.trailwatch.core.unwrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.core.unwrap.JsonScanner.LineFeeds;
import io.trailwatch.core.unwrap.JsonScanner.Outcome;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class JsonScannerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Property
    void findsTheEndAndTheFieldsOfAnObjectWhateverItsStringsHoldAndWhereverTheyLie(
            @ForAll
                    @StringLength(max = 60)
                    @CharRange(from = 'a', to = 'f')
                    @Chars({'"', '\\', '\n', '{', ']', '\u00e9', '\u2028'})
                    String text,
            @ForAll @IntRange(max = 9) int offset,
            @ForAll @IntRange(max = 9) int behind)
            throws JsonProcessingException {
        String json = "{\"k\":%s,\"n\" : 1}".formatted(JSON.writeValueAsString(text));
        byte[] bytes = (" ".repeat(offset) + json + "x".repeat(behind)).getBytes(UTF_8);
        int end = bytes.length - behind;

        JsonScanner scanner = new JsonScanner();
        Window window = new Window(bytes, offset, bytes.length);

        assertThat(scanner.scan(window, LineFeeds.NOWHERE, 1_000)).isEqualTo(Outcome.COMPLETE);
        assertThat(window.position).isEqualTo(end);
        assertThat(scanner.fields().in(bytes, offset).text("k")).isEqualTo(text);
        assertThat(scanner.fields().in(bytes, offset).text("n")).isEqualTo("1");
        assertThat(scanner.fields().size()).isEqualTo(2);
    }

    @Property
    void stopsAtALineFeedWithinAStringWhereNoneMayStand(
            @ForAll @IntRange(max = 40) int before, @ForAll @IntRange(max = 40) int behind) {
        byte[] bytes =
                ("{\"" + "a".repeat(before) + "\n" + "b".repeat(behind) + "\":1}").getBytes(UTF_8);
        Window window = new Window(bytes, 0, bytes.length);

        assertThat(new JsonScanner().scan(window, LineFeeds.BETWEEN_TOKENS, 1_000))
                .isEqualTo(Outcome.LINE_FEED);
        assertThat(window.position).isEqualTo(2 + before);
        assertThat(
                        new JsonScanner()
                                .scan(
                                        new Window(bytes, 0, bytes.length),
                                        LineFeeds.ANYWHERE,
                                        1_000))
                .isEqualTo(Outcome.COMPLETE);
    }

    /** A string that ends with the bytes at hand must not be looked for behind them. */
    @Test
    void asksForMoreWhereTheBytesEndWithinAString() {
        byte[] bytes = "{\"abcdefghijklmnop\\\"".getBytes(UTF_8);
        for (int length = 1; length <= bytes.length; length++) {
            Window window = new Window(Arrays.copyOf(bytes, length), 0, length);
            assertThat(new JsonScanner().scan(window, LineFeeds.NOWHERE, 1_000))
                    .isEqualTo(Outcome.ENDED);
        }
    }
}
