package io.trailwatch.core.unwrap;

import io.trailwatch.quarantine.RejectReason;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Bytes out of compressed ones. It ends where the stream is damaged or a limit is reached: what
 * came before is still delivered, {@link #problem} says why there is no more.
 */
abstract class InflatingSource implements ByteSource, AutoCloseable {
    private final String name;
    private final InflateAllowance allowance;
    private @Nullable RejectReason problem;
    private String detail = "";
    private boolean ended;

    final Window compressed;
    final Inflater inflater;

    /**
     * @param name of the form, for messages
     * @param compressed its position stands on the first byte
     */
    InflatingSource(String name, Window compressed, InflateAllowance allowance, Inflater inflater) {
        this.name = name;
        this.compressed = compressed;
        this.allowance = allowance;
        this.inflater = inflater;
    }

    /** The source that opens what begins at the position; null when that is not compressed. */
    static @Nullable InflatingSource at(Window window, InflateAllowance allowance) {
        if (window.startsWith(0x1F, 0x8B)) {
            return new GzipSource(window, allowance);
        }
        return ZlibSource.begins(window) ? new ZlibSource(window, allowance) : null;
    }

    /**
     * Stands before deflated bytes; reads a header if need be. False at the end or after damage.
     */
    abstract boolean begun();

    /** Bytes were inflated. */
    abstract void inflated(byte[] into, int offset, int length);

    /** The deflated bytes have come to their end; {@link #takeBackInput} shows what follows. */
    abstract void finished();

    /** Where the stream ended too early, in words. */
    abstract String endsEarly();

    @Override
    public @Nullable RejectReason problem() {
        return problem;
    }

    /** The problem in words; empty when there is none. */
    String detail() {
        return detail;
    }

    @Override
    public void close() {
        inflater.end();
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        int done = 0;
        while (done < length && !ended && begun()) {
            // One byte beyond what is allowed shows that there is more; it is not delivered.
            int wanted = (int) Math.min(length - done, allowance.left() + 1);
            int inflated = inflate(into, offset + done, wanted);
            if (inflated > allowance.left()) {
                done += inflated - 1;
                fail(RejectReason.INFLATE_LIMIT, "inflates to more than " + allowance.rule());
                break;
            }
            inflated(into, offset + done, inflated);
            allowance.take(inflated);
            done += inflated;
            if (!ended && inflater.finished()) {
                finished();
            } else if (!ended && inflated == 0) {
                feed();
            }
        }
        return done == 0 && length > 0 ? -1 : done;
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
            fail(RejectReason.BROKEN_GZIP, endsEarly());
        } else {
            inflater.setInput(
                    compressed.bytes, compressed.position, compressed.limit - compressed.position);
            compressed.position = compressed.limit;
            compressed.markHere();
        }
    }

    /** Puts the position behind the deflated bytes. */
    final void takeBackInput() {
        compressed.position -= inflater.getRemaining();
        compressed.markHere();
    }

    final void end() {
        ended = true;
    }

    final void fail(RejectReason reason, String why) {
        ended = true;
        problem = reason;
        detail = name + " " + why;
    }
}
