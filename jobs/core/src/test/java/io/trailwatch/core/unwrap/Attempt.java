package io.trailwatch.core.unwrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoded;
import io.trailwatch.core.decode.Decoded.Accepted;
import io.trailwatch.core.decode.Decoded.Rejected;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.core.normalise.EventRows;
import io.trailwatch.core.normalise.OcsfVersion;
import io.trailwatch.event.LogEvent;
import io.trailwatch.quarantine.RejectReason;
import java.lang.management.ManagementFactory;

/**
 * Bytes of any kind all the way to rows, and what must hold whatever they are: no fault of ours, no
 * piece without its number, and no more memory than the limits let expect.
 */
final class Attempt {
    /** Small, so that what goes beyond a limit is small too. */
    static final DecodeLimits LIMITS =
            DecodeLimits.DEFAULT
                    .withMaxInflatedBytes(1 << 20)
                    .withMaxEnvelopeBytes(1 << 20)
                    .withMaxRejectedBytes(1 << 16);

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final UnwrapSettings settings = new UnwrapSettings(SourceHint.AUTO, null, LIMITS);
    private final Decoder decoder = new Decoder(LIMITS);

    /**
     * Reads the bytes.
     *
     * @return bytes of memory that this took
     * @throws AssertionError if something does not hold
     */
    long read(byte[] input) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Unwrapped pieces = Unwrapped.of(input, settings);
        for (LogEvent event : pieces.events) {
            Decoded<DecodedEvent> decoded = decoder.decode(event);
            if (decoded instanceof Rejected<DecodedEvent> rejected) {
                assertThat(rejected.reason())
                        .as("%s: %s", event.format(), rejected.detail())
                        .isNotEqualTo(RejectReason.DECODER_BUG);
            } else if (decoded instanceof Accepted<DecodedEvent> accepted) {
                EventRows.of(
                        accepted.value(), IpContext.EMPTY, IpContext.EMPTY, OcsfVersion.V1_1_0);
            }
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(pieces.rejections)
                .allSatisfy(
                        piece ->
                                assertThat(piece.reason())
                                        .as(piece.detail())
                                        .isNotEqualTo(RejectReason.DECODER_BUG));
        assertThat(pieces.indexes).isSorted().doesNotHaveDuplicates();
        return allocated;
    }
}
