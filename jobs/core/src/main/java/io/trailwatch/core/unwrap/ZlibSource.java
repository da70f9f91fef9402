package io.trailwatch.core.unwrap;

import io.trailwatch.quarantine.RejectReason;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Inflates one zlib stream (RFC 1950); nothing may follow it. */
final class ZlibSource implements InflatingSource {
    private final Window compressed;
    private final InflateAllowance allowance;
    private final Inflater inflater = new Inflater();

    private boolean ended;
    private @Nullable RejectReason problem;
    private String detail = "";

    /**
     * @param compressed its position stands on the stream
     */
    ZlibSource(Window compressed, InflateAllowance allowance) {
        this.compressed = compressed;
        this.allowance = allowance;
    }

    /**
     * Whether a zlib stream begins at the position: its header has a check, yet a text may pass it,
     * so that some of it is inflated on trial.
     */
    static boolean begins(Window window) {
        if (!window.has(3) || (window.bytes[window.position] & 0x0F) != 8) {
            return false;
        }
        int header =
                (window.bytes[window.position] & 0xFF) << 8
                        | window.bytes[window.position + 1] & 0xFF;
        if (header % 31 != 0 || header >> 12 > 7 || (header & 0x20) != 0) {
            return false;
        }
        Inflater trial = new Inflater();
        try {
            trial.setInput(window.bytes, window.position, window.limit - window.position);
            return trial.inflate(new byte[64]) > 0;
        } catch (DataFormatException noStream) {
            return false;
        } finally {
            trial.end();
        }
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
            // One byte beyond what is allowed shows that there is more; it is not delivered.
            int wanted = (int) Math.min(length - done, allowance.left() + 1);
            int inflated = inflate(into, offset + done, wanted);
            if (inflated > allowance.left()) {
                done += inflated - 1;
                fail(RejectReason.INFLATE_LIMIT, "inflates to more than " + allowance.rule());
                break;
            }
            allowance.take(inflated);
            done += inflated;
            if (!ended && inflater.finished()) {
                end();
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
        } else if (compressed.position == compressed.limit && !compressed.has(1)) {
            fail(
                    RejectReason.BROKEN_GZIP,
                    "ends early, after %d inflated bytes".formatted(inflater.getBytesWritten()));
        } else {
            inflater.setInput(
                    compressed.bytes, compressed.position, compressed.limit - compressed.position);
            compressed.position = compressed.limit;
            compressed.markHere();
        }
    }

    private void end() {
        ended = true;
        compressed.position -= inflater.getRemaining();
        compressed.markHere();
        if (compressed.has(1)) {
            fail(RejectReason.BROKEN_GZIP, "has bytes behind its end");
        }
    }

    private void fail(RejectReason reason, String why) {
        ended = true;
        problem = reason;
        detail = "zlib stream " + why;
    }
}
