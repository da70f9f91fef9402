package io.trailwatch.core.unwrap;

import io.trailwatch.quarantine.RejectReason;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates one zlib stream (RFC 1950); nothing may follow it. */
final class ZlibSource extends InflatingSource {
    ZlibSource(Window compressed, InflateAllowance allowance) {
        super("zlib stream", compressed, allowance, new Inflater());
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
    boolean begun() {
        return true;
    }

    @Override
    void inflated(byte[] into, int offset, int length) {
        // The inflater keeps the checksum of this form itself.
    }

    @Override
    void finished() {
        end();
        takeBackInput();
        if (compressed.has(1)) {
            fail(RejectReason.BROKEN_GZIP, "has bytes behind its end");
        }
    }

    @Override
    String endsEarly() {
        return "ends early, after %d inflated bytes".formatted(inflater.getBytesWritten());
    }
}
