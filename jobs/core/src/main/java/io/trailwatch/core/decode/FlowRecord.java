package io.trailwatch.core.decode;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One record of a VPC or transit gateway flow log (documents "Flow log records" and "Transit
 * Gateway Flow Log records"). A field that its format does not name, or that holds {@code -} or
 * what its type does not allow, is null.
 *
 * @param start start of the capture window
 * @param end end of the capture window
 * @param accountId account of the interface or gateway, as the record names it ({@code unknown},
 *     too); where it does not, the owner of its log group
 * @param logStatus OK; NODATA when there was no traffic in the window; SKIPDATA when AWS could not
 *     capture some of it
 * @param tcpFlags the flags of all packets of the window together: FIN 1, SYN 2, RST 4, PSH 8, ACK
 *     16, URG 32
 * @param fields every field by its AWS name as text, also those not known here, tags without their
 *     percent-encoding; without those that hold {@code -} or what their type does not allow
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
    /** Whether AWS could not capture some of the traffic of the window. */
    public boolean skipData() {
        return "SKIPDATA".equals(logStatus);
    }

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
