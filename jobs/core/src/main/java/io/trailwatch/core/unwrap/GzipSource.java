package io.trailwatch.core.unwrap;

import io.trailwatch.quarantine.RejectReason;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates gzip (RFC 1952), any number of members one after the other, with zero bytes as padding
 * behind them. It ends where the stream is damaged or a limit is reached: what came before is still
 * delivered, {@link #problem} says why there is no more.
 */
final class GzipSource implements InflatingSource {
    private static final int MAX_HEADER_TEXT_BYTES = 64 << 10;
    private static final int FHCRC = 2;
    private static final int FEXTRA = 4;
    private static final int FNAME = 8;
    private static final int FCOMMENT = 16;
    private static final int RESERVED = 0xE0;

    private final Window compressed;
    private final InflateAllowance allowance;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();

    private boolean inMember;
    private boolean ended;
    private int members;
    private long inflatedBytes;
    private @Nullable RejectReason problem;
    private String detail = "";

    /**
     * @param compressed its position stands on the first member
     */
    GzipSource(Window compressed, InflateAllowance allowance) {
        this.compressed = compressed;
        this.allowance = allowance;
    }

    @Override
    public @Nullable RejectReason problem() {
        return problem;
    }

    @Override
    public String detail() {
        return detail;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        int done = 0;
        while (done < length && !ended) {
            if (!inMember && !beginMember()) {
                break;
            }
            // One byte beyond what is allowed shows that there is more; it is not delivered.
            int wanted = (int) Math.min(length - done, allowance.left() + 1);
            int inflated = inflate(into, offset + done, wanted);
            if (inflated > allowance.left()) {
                done += inflated - 1;
                fail(RejectReason.INFLATE_LIMIT, "inflates to more than " + allowance.rule());
                break;
            }
            checksum.update(into, offset + done, inflated);
            inflatedBytes += inflated;
            allowance.take(inflated);
            done += inflated;
            if (!ended && inflater.finished()) {
                endMember();
            } else if (!ended && inflated == 0) {
                feed();
            }
        }
        return done == 0 && length > 0 ? -1 : done;
    }

    @Override
    public void close() {
        inflater.end();
    }

    private int inflate(byte[] into, int offset, int length) {
        long before = inflater.getBytesWritten();
        try {
            return inflater.inflate(into, offset, length);
        } catch (DataFormatException damaged) {
            fail(RejectReason.BROKEN_GZIP, "damaged: " + damaged.getMessage());
            // What was inflated before the damage lies in the array.
            return (int) (inflater.getBytesWritten() - before);
        }
    }

    private void feed() {
        if (inflater.needsDictionary()) {
            fail(RejectReason.BROKEN_GZIP, "asks for a preset dictionary");
            return;
        }
        if (compressed.position == compressed.limit && !compressed.has(1)) {
            fail(
                    RejectReason.BROKEN_GZIP,
                    "ends within member %d, after %d inflated bytes"
                            .formatted(members, inflatedBytes));
            return;
        }
        inflater.setInput(
                compressed.bytes, compressed.position, compressed.limit - compressed.position);
        compressed.position = compressed.limit;
        compressed.markHere();
    }

    private boolean beginMember() {
        while (members > 0 && compressed.has(1) && compressed.bytes[compressed.position] == 0) {
            take();
        }
        if (!compressed.has(1)) {
            ended = true;
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

    private void endMember() {
        inMember = false;
        compressed.position -= inflater.getRemaining();
        compressed.markHere();
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

    private void fail(RejectReason reason, String why) {
        ended = true;
        problem = reason;
        detail = "gzip " + why;
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
