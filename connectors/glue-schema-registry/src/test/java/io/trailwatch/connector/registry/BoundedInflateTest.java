package io.trailwatch.connector.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.trailwatch.connector.registry.Decoding.Rejected;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class BoundedInflateTest {
    private static final PayloadLimits LIMITS =
            PayloadLimits.DEFAULT.withMaxInflatedBytes(5_000).withMaxInflateRatio(10, 1_000);

    private static byte[] zlib(byte[] payload) {
        return RegistryEncoder.frame(new UUID(0, 0), Compression.ZLIB, payload);
    }

    private static byte[] inflate(byte[] record) {
        return BoundedInflate.inflate(record, WireFormat.HEADER_BYTES, LIMITS);
    }

    private static Rejected refused(byte[] record) {
        RejectedException refused =
                catchThrowableOfType(RejectedException.class, () -> inflate(record));
        assertThat(refused).isNotNull();
        return refused.rejection();
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(7).nextBytes(noise);
        return noise;
    }

    @Test
    void inflatesUpToTheLimitToTheByte() {
        for (int bytes : new int[] {0, 1, 1_023, 1_024, 1_025, 4_999, 5_000}) {
            assertThat(inflate(zlib(noise(bytes)))).isEqualTo(noise(bytes));
        }

        Rejected refused = refused(zlib(noise(5_001)));
        assertThat(refused.reason()).isEqualTo(RejectionReason.INFLATE_LIMIT);
        assertThat(refused.detail()).endsWith("inflates to more than 5000 bytes");
    }

    @Test
    void looksAtTheRatioOnlyAboveTheFloor() {
        assertThat(inflate(zlib(new byte[1_000]))).hasSize(1_000);

        Rejected refused = refused(zlib(new byte[1_001]));
        assertThat(refused.reason()).isEqualTo(RejectionReason.INFLATE_LIMIT);
        assertThat(refused.detail()).contains("more than 1000 bytes, the ratio limit is 10");
    }

    @Test
    void refusesABombOfAGigabyteByTheLimit() {
        Rejected refused =
                catchThrowableOfType(
                                RejectedException.class,
                                () ->
                                        BoundedInflate.inflate(
                                                bomb(1 << 30),
                                                WireFormat.HEADER_BYTES,
                                                PayloadLimits.DEFAULT))
                        .rejection();

        assertThat(refused.reason()).isEqualTo(RejectionReason.INFLATE_LIMIT);
        assertThat(refused.detail()).contains("10485760");
    }

    private static byte[] bomb(int inflatedBytes) {
        Deflater deflater = new Deflater(9);
        byte[] record = new byte[WireFormat.HEADER_BYTES + inflatedBytes / 900];
        byte[] zeros = new byte[1 << 20];
        int size = WireFormat.HEADER_BYTES;
        for (int i = 0; i < inflatedBytes / zeros.length; i++) {
            deflater.setInput(zeros);
            while (!deflater.needsInput()) {
                size += deflater.deflate(record, size, record.length - size);
            }
        }
        deflater.finish();
        size += deflater.deflate(record, size, record.length - size);
        deflater.end();
        return Arrays.copyOf(record, size);
    }

    @Test
    void refusesDamageAndEarlyEndsAtEveryByte() {
        byte[] record = zlib(noise(300));
        for (int end = WireFormat.HEADER_BYTES; end < record.length; end++) {
            assertThat(refused(Arrays.copyOf(record, end)).reason())
                    .as("cut at %d", end)
                    .isEqualTo(RejectionReason.BROKEN_ZLIB);
        }
        record[record.length - 1] ^= 1;
        assertThat(refused(record).detail()).contains("incorrect data check");
    }

    @Test
    void refusesAnEarlyEndAlsoWhereTheAllowanceIsFull() {
        byte[] record = zlib(noise(5_000));

        assertThat(refused(Arrays.copyOf(record, record.length - 1)).reason())
                .isEqualTo(RejectionReason.BROKEN_ZLIB);
    }

    @Test
    void refusesBytesAfterTheStream() {
        byte[] record = zlib(noise(300));

        Rejected refused = refused(Arrays.copyOf(record, record.length + 2));

        assertThat(refused.reason()).isEqualTo(RejectionReason.TRAILING_BYTES);
        assertThat(refused.detail()).startsWith("2 bytes follow the zlib stream");
    }

    @Test
    void refusesStreamsThatAskForADictionary() {
        Deflater deflater = new Deflater();
        deflater.setDictionary(noise(50));
        deflater.setInput(noise(100));
        deflater.finish();
        byte[] record = new byte[400];
        int size = deflater.deflate(record, WireFormat.HEADER_BYTES, 300);
        deflater.end();

        Rejected refused = refused(Arrays.copyOf(record, WireFormat.HEADER_BYTES + size));

        assertThat(refused.reason()).isEqualTo(RejectionReason.BROKEN_ZLIB);
        assertThat(refused.detail()).contains("dictionary");
    }
}
