package io.trailwatch.core.decode;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One VPC flow log record (document "Flow log records"). A field that its format does not name, or
 * that holds {@code -}, is null.
 *
 * @param start start of the capture window
 * @param end end of the capture window
 * @param fields every field by its AWS name as text, also those not known here; without those that
 *     hold {@code -}
 * @param line the record as written
 */
public record FlowRecord(
        Instant start,
        @Nullable Instant end,
        @Nullable Integer version,
        @Nullable String accountId,
        @Nullable String interfaceId,
        @Nullable String srcAddr,
        @Nullable String dstAddr,
        @Nullable Integer srcPort,
        @Nullable Integer dstPort,
        @Nullable Integer protocol,
        @Nullable Long packets,
        @Nullable Long bytes,
        @Nullable String action,
        @Nullable String logStatus,
        @Nullable Integer tcpFlags,
        Map<String, String> fields,
        String line)
        implements EventBody {
    @Override
    public Instant time() {
        return start;
    }

    @Override
    public @Nullable String sourceAddress() {
        return srcAddr;
    }

    @Override
    public @Nullable String destinationAddress() {
        return dstAddr;
    }
}
