package io.trailwatch.core.unwrap;

import io.trailwatch.quarantine.RejectReason;
import java.util.zip.CRC32;
import java.util.zip.Inflater;

/**
 * Inflates gzip (RFC 1952), any number of members one after the other, with zero bytes as padding
 * behind them.
 */
final class GzipSource extends InflatingSource {
    private static final int MAX_HEADER_TEXT_BYTES = 64 << 10;
    private static final int FHCRC = 2;
    private static final int FEXTRA = 4;
    private static final int FNAME = 8;
    private static final int FCOMMENT = 16;
    private static final int RESERVED = 0xE0;

    private final CRC32 checksum = new CRC32();

    private boolean inMember;
    private int members;
    private long inflatedBytes;

    GzipSource(Window compressed, InflateAllowance allowance) {
        super("gzip", compressed, allowance, new Inflater(true));
    }

    @Override
    boolean begun() {
        return inMember || beginMember();
    }

    @Override
    void inflated(byte[] into, int offset, int length) {
        checksum.update(into, offset, length);
        inflatedBytes += length;
    }

    @Override
    String endsEarly() {
        return "ends within member %d, after %d inflated bytes".formatted(members, inflatedBytes);
    }

    private boolean beginMember() {
        while (members > 0 && compressed.has(1) && compressed.bytes[compressed.position] == 0) {
            take();
        }
        if (!compressed.has(1)) {
            end();
            return false;
        }
        if (!compressed.startsWith(0x1F, 0x8B, 8)) {
            fail(
                    RejectReason.BROKEN_GZIP,
                    "what follows member %d is no gzip member".formatted(members));
            return false;
        }
        members++;
        if (!skipHeader()) {
            fail(RejectReason.BROKEN_GZIP, "header of member %d is damaged".formatted(members));
            return false;
        }
        inflater.reset();
        checksum.reset();
        inMember = true;
        return true;
    }

    private boolean skipHeader() {
        if (!compressed.has(10)) {
            return false;
        }
        int flags = compressed.bytes[compressed.position + 3] & 0xFF;
        skip(10);
        if ((flags & RESERVED) != 0) {
            return false;
        }
        if ((flags & FEXTRA) != 0) {
            if (!compressed.has(2)) {
                return false;
            }
            int extra = take() | take() << 8;
            if (!compressed.has(extra)) {
                return false;
            }
            skip(extra);
        }
        if ((flags & FNAME) != 0 && !skipText() || (flags & FCOMMENT) != 0 && !skipText()) {
            return false;
        }
        if ((flags & FHCRC) != 0) {
            if (!compressed.has(2)) {
                return false;
            }
            skip(2);
        }
        return true;
    }

    private boolean skipText() {
        for (int i = 0; i < MAX_HEADER_TEXT_BYTES && compressed.has(1); i++) {
            if (take() == 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    void finished() {
        inMember = false;
        takeBackInput();
        if (!compressed.has(8)) {
            fail(
                    RejectReason.BROKEN_GZIP,
                    "ends within the trailer of member %d".formatted(members));
            return;
        }
        long expectedChecksum = takeInt();
        long expectedSize = takeInt();
        if (expectedChecksum != checksum.getValue()
                || expectedSize != (inflater.getBytesWritten() & 0xFFFF_FFFFL)) {
            fail(
                    RejectReason.BROKEN_GZIP,
                    "checksum of member %d does not match".formatted(members));
        }
    }

    private long takeInt() {
        return take() | take() << 8 | take() << 16 | (long) take() << 24;
    }

    private int take() {
        int b = compressed.bytes[compressed.position] & 0xFF;
        skip(1);
        return b;
    }

    private void skip(int count) {
        compressed.position += count;
        compressed.markHere();
    }
}
