package io.trailwatch.core.decode;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One event, parsed. It stays within the machine that parsed it. */
public sealed interface EventBody
        permits CloudTrailEvent,
                FlowRecord,
                AppEvent,
                HttpRequest,
                DnsQuery,
                KubernetesAudit,
                AwsFinding {
    /** Event time, UTC. For flow records the start of the capture window. */
    Instant time();

    /**
     * Source address as the log writes it: an address, or for CloudTrail also the name of a
     * service; null when absent.
     */
    @Nullable String sourceAddress();

    /** Address that was spoken to; null when the log does not tell it. */
    default @Nullable String destinationAddress() {
        return null;
    }
}
