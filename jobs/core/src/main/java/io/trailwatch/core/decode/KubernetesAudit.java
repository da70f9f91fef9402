package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request to the API server of a Kubernetes cluster at one stage of its handling (reference
 * "audit.k8s.io/v1", type Event).
 *
 * @param json the whole event
 * @param time requestReceivedTimestamp, the same at all stages
 * @param stageTime when the stage was reached; null when absent
 * @param auditId auditID
 * @param stage such as {@code ResponseComplete}
 * @param verb such as {@code create}
 * @param cluster name of the EKS cluster, as its log group tells it; null when that is not known
 * @param sourceAddresses where the request came from, then its proxies
 * @param unmapped what has no column
 * @param raw the event as written
 */
public record KubernetesAudit(
        ObjectNode json,
        Instant time,
        @Nullable Instant stageTime,
        String auditId,
        String stage,
        String verb,
        @Nullable String cluster,
        @Nullable String account,
        @Nullable String region,
        List<String> sourceAddresses,
        Map<String, String> unmapped,
        String raw)
        implements EventBody {

    @Override
    public @Nullable String sourceAddress() {
        return sourceAddresses.isEmpty() ? null : sourceAddresses.get(0);
    }
}
