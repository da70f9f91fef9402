package io.trailwatch.core.unwrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.AppEventAvro;
import io.trailwatch.core.decode.AppEventAvroTest;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoded.Rejected;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.event.LogEvent;
import io.trailwatch.quarantine.RejectReason;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Valid input with bits flipped, parts cut out and parts spliced in. */
class MutatedInputTest {
    private static final List<byte[]> VALID =
            List.of(
                    Unwrapped.sample("cloudtrail-file.json"),
                    Unwrapped.sample("subscription.json"),
                    Unwrapped.sample("eventbridge.json"),
                    Unwrapped.sample("flow-default.log"),
                    Unwrapped.sample("flow-header.log"),
                    Unwrapped.sample("app-events.jsonl"),
                    Unwrapped.gzip(Unwrapped.sample("cloudtrail-file.json")),
                    Unwrapped.gzip(Unwrapped.sample("subscription.json")),
                    AppEventAvro.container(AppEventAvroTest.events()),
                    AppEventAvro.singleObject(AppEventAvroTest.events().get(0)));

    private final Decoder decoder = new Decoder(DecodeLimits.DEFAULT);

    @Property(tries = 3_000)
    void alwaysEndsWithNumberedPiecesAndNeverWithAFaultOfOurs(
            @ForAll @IntRange(max = 9) int valid,
            @ForAll @IntRange(max = 9) int other,
            @ForAll @IntRange(min = 1, max = 6) int mutations,
            @ForAll long seed) {
        Random random = new Random(seed);
        byte[] input = VALID.get(valid);
        for (int i = 0; i < mutations; i++) {
            input = mutate(input, VALID.get(other), random);
        }

        Unwrapped pieces = Unwrapped.of(input);

        assertThat(pieces.indexes).isSorted().doesNotHaveDuplicates();
        assertThat(pieces.indexes.size()).isLessThanOrEqualTo(input.length * 30 + 1);
        assertThat(pieces.reasons()).doesNotContain(RejectReason.DECODER_BUG);
        for (LogEvent event : pieces.events) {
            if (decoder.decode(event) instanceof Rejected<DecodedEvent> rejected) {
                assertThat(rejected.reason()).isNotEqualTo(RejectReason.DECODER_BUG);
            }
        }
    }

    private static byte[] mutate(byte[] input, byte[] other, Random random) {
        if (input.length == 0) {
            return other;
        }
        int at = random.nextInt(input.length);
        return switch (random.nextInt(5)) {
            case 0 -> {
                byte[] flipped = input.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 1 -> Arrays.copyOf(input, at);
            case 2 ->
                    AppEventAvroTest.concat(
                            Arrays.copyOf(input, at),
                            Arrays.copyOfRange(
                                    input, random.nextInt(at, input.length), input.length));
            case 3 ->
                    AppEventAvroTest.concat(
                            Arrays.copyOf(input, at),
                            Arrays.copyOfRange(other, random.nextInt(other.length), other.length),
                            Arrays.copyOfRange(input, at, input.length));
            default -> {
                byte[] replaced = input.clone();
                byte[] special = {'{', '}', '[', ']', '"', '\\', '\n', ',', 0, -1};
                replaced[at] = special[random.nextInt(special.length)];
                yield replaced;
            }
        };
    }
}
