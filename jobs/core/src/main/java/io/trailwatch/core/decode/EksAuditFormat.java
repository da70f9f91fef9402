package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Audit events of EKS clusters (document "Send control plane logs to CloudWatch Logs", log type
 * audit; the events are those of the Kubernetes reference "audit.k8s.io/v1"). The other lines of
 * the control plane are no audit events.
 *
 * <p>Identity: {@code eks/<auditID>/<stage>/<requestReceivedTimestamp>}. One request has an event
 * per stage, all with one auditID. The API server takes that id from the header Audit-ID where a
 * client sends one, so that it alone would let a client hide requests behind one another: hence the
 * time in microseconds, which the server sets. It is the same in an event delivered again.
 */
final class EksAuditFormat implements JsonFormat {
    static final EksAuditFormat INSTANCE = new EksAuditFormat();

    private static final JsonRecord.Mapped MAPPED =
            JsonRecord.Mapped.of(
                    "kind",
                    "apiVersion",
                    "auditID",
                    "stage",
                    "requestURI",
                    "verb",
                    "user.username",
                    "user.uid",
                    "user.groups",
                    "user.extra.accessKeyId",
                    "user.extra.arn",
                    "user.extra.canonicalArn",
                    "user.extra.sessionName",
                    "sourceIPs",
                    "userAgent",
                    "objectRef.resource",
                    "objectRef.subresource",
                    "objectRef.namespace",
                    "objectRef.name",
                    "objectRef.uid",
                    "objectRef.apiGroup",
                    "objectRef.apiVersion",
                    "responseStatus.code",
                    "responseStatus.reason",
                    "responseStatus.message",
                    "requestObject",
                    "responseObject",
                    "requestReceivedTimestamp",
                    "stageTimestamp");

    private static final String GROUP_PREFIX = "/aws/eks/";
    private static final String GROUP_SUFFIX = "/cluster";

    private EksAuditFormat() {}

    @Override
    public String name() {
        return "eks-audit";
    }

    @Override
    public LogKind kind() {
        return LogKind.KUBERNETES_AUDIT;
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        String apiVersion = fields.text("apiVersion");
        return apiVersion != null
                && apiVersion.startsWith("audit.k8s.io/")
                && "Event".equals(fields.text("kind"));
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        String auditId = fields.text("auditID");
        String stage = fields.text("stage");
        String received = fields.text("requestReceivedTimestamp");
        return auditId == null || stage == null || received == null
                ? List.of("eks")
                : List.of("eks", auditId, stage, received);
    }

    @Override
    public long hour(JsonFields fields) {
        String received = fields.text("requestReceivedTimestamp");
        return EventTimes.hour(received != null ? received : fields.text("stageTimestamp"));
    }

    @Override
    public KubernetesAudit decode(ObjectNode json, LogEvent event) throws RejectedException {
        String received = JsonRecord.text(json, "requestReceivedTimestamp");
        Instant time =
                received != null
                        ? EventTimes.parse("requestReceivedTimestamp", received)
                        : EventTimes.parse(
                                "stageTimestamp", JsonRecord.required(json, "stageTimestamp"));
        return new KubernetesAudit(
                json,
                time,
                JsonRecord.time(json, "stageTimestamp"),
                JsonRecord.required(json, "auditID"),
                JsonRecord.required(json, "stage"),
                JsonRecord.required(json, "verb"),
                cluster(event.provenance().logGroup()),
                Arns.first(event.provenance().account()),
                Arns.first(event.provenance().region()),
                JsonRecord.texts(json.path("sourceIPs")),
                MAPPED.unmapped(json),
                new String(event.payload(), StandardCharsets.UTF_8));
    }

    private static @Nullable String cluster(String logGroup) {
        return logGroup.startsWith(GROUP_PREFIX)
                        && logGroup.endsWith(GROUP_SUFFIX)
                        && logGroup.length() > GROUP_PREFIX.length() + GROUP_SUFFIX.length()
                ? logGroup.substring(
                        GROUP_PREFIX.length(), logGroup.length() - GROUP_SUFFIX.length())
                : null;
    }
}
