package io.trailwatch.core.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import io.trailwatch.core.decode.KubernetesAudit;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogEvent;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@link Tables#EKS_AUDIT}, as Amazon Security Lake maps EKS audit logs: OCSF API Activity
 * by the verb. The stage is {@code metadata.event_code}.
 */
public final class EksAuditRows {
    private static final int FIRST_CODE_OF_FAILURE = 400;

    private EksAuditRows() {}

    private record Activity(int id, String name) {
        static Activity of(String verb) {
            return switch (verb) {
                case "create" -> new Activity(1, "Create");
                case "get", "list", "watch" -> new Activity(2, "Read");
                case "update", "patch" -> new Activity(3, "Update");
                case "delete", "deletecollection" -> new Activity(4, "Delete");
                default -> new Activity(99, "Other");
            };
        }
    }

    /** One row; {@code source} is what is known of the source address. */
    public static Row row(
            LogEvent event, KubernetesAudit audit, IpContext source, OcsfVersion version) {
        OcsfClass ocsfClass = OcsfClass.API_ACTIVITY;
        Activity activity = Activity.of(audit.verb());
        JsonNode json = audit.json();
        Integer code = whole(json.path("responseStatus").path("code"));
        Integer status = code == null ? null : code >= FIRST_CODE_OF_FAILURE ? 2 : 1;
        Instant stageTime = audit.stageTime();
        String ip = AccessParts.ipOrNull(audit.sourceAddress());
        JsonNode user = json.path("user");
        String userName = text(user.path("username"));

        return Row.of(
                event.key(),
                audit.time().toEpochMilli(),
                audit.time(),
                ocsfClass.uid(),
                ocsfClass.label(),
                ocsfClass.categoryUid(),
                ocsfClass.categoryName(),
                activity.id(),
                activity.name(),
                ocsfClass.uid() * 100L + activity.id(),
                ocsfClass.label() + ": " + activity.name(),
                1,
                "Informational",
                status,
                status == null ? null : status == 1 ? "Success" : "Failure",
                OcsfParts.metadata(
                        version,
                        event.provenance(),
                        OcsfParts.CLOUD_PROFILES,
                        audit.auditId(),
                        audit.stage(),
                        null,
                        OcsfParts.product(
                                "Amazon EKS", text(json.path("apiVersion")), "Audit Logs")),
                OcsfParts.cloud(audit.region(), audit.account()),
                audit.time().toEpochMilli(),
                stageTime == null ? null : stageTime.toEpochMilli(),
                api(audit, code),
                actor(audit, userName),
                Row.of(
                        ip,
                        intermediate(audit.sourceAddresses()),
                        OcsfParts.location(source),
                        OcsfParts.autonomousSystem(source)),
                Row.of("eks.amazonaws.com", audit.cluster()),
                request(json),
                resources(json),
                OcsfParts.threats("src_endpoint.ip", ip, source),
                observables(audit, userName),
                audit.unmapped().isEmpty() ? null : audit.unmapped(),
                audit.raw());
    }

    private static Row api(KubernetesAudit audit, @Nullable Integer code) {
        JsonNode json = audit.json();
        JsonNode object = json.path("objectRef");
        JsonNode status = json.path("responseStatus");
        String group = text(object.path("apiGroup"));
        String responseObject = jsonText(json.path("responseObject"));
        return Row.of(
                audit.verb(),
                text(object.path("apiVersion")),
                group == null ? null : Row.of(group),
                audit.cluster() == null ? null : Row.of(audit.cluster()),
                Row.of(audit.auditId(), jsonText(json.path("requestObject"))),
                status.isObject() || responseObject != null
                        ? Row.of(
                                code,
                                text(status.path("reason")),
                                text(status.path("message")),
                                responseObject)
                        : null);
    }

    private static Row actor(KubernetesAudit audit, @Nullable String userName) {
        JsonNode user = audit.json().path("user");
        JsonNode extra = user.path("extra");
        List<Row> groups = new ArrayList<>(user.path("groups").size());
        for (JsonNode group : user.path("groups")) {
            String name = text(group);
            if (name != null) {
                groups.add(Row.of(name));
            }
        }
        String sessionName = first(extra.path("sessionName"));
        String issuer = first(extra.path("canonicalArn"));
        JsonNode annotations = audit.json().path("annotations");
        String decision = text(annotations.path("authorization.k8s.io/decision"));
        String reason = text(annotations.path("authorization.k8s.io/reason"));
        return Row.of(
                Row.of(
                        userName,
                        text(user.path("uid")),
                        first(extra.path("arn")),
                        first(extra.path("accessKeyId")),
                        groups.isEmpty() ? null : groups),
                sessionName == null && issuer == null ? null : Row.of(sessionName, issuer),
                decision == null
                        ? null
                        : List.of(Row.of(decision, reason == null ? null : policy(reason))));
    }

    /** Reasons begin with the authoriser: {@code RBAC: allowed by ClusterRoleBinding ...}. */
    private static Row policy(String reason) {
        int colon = reason.indexOf(':');
        return Row.of(colon <= 0 ? reason : reason.substring(0, colon), reason);
    }

    private static String path(String uri) {
        int question = uri.indexOf('?');
        return question < 0 ? uri : uri.substring(0, question);
    }

    private static @Nullable Row request(JsonNode json) {
        String userAgent = text(json.path("userAgent"));
        String uri = text(json.path("requestURI"));
        if (uri == null) {
            return userAgent == null ? null : Row.of(userAgent, null);
        }
        int question = uri.indexOf('?');
        return Row.of(
                userAgent,
                question < 0
                        ? Row.of(uri, null)
                        : Row.of(uri.substring(0, question), uri.substring(question + 1)));
    }

    private static @Nullable List<Row> resources(JsonNode json) {
        JsonNode object = json.path("objectRef");
        String uid = text(object.path("uid"));
        String uri = text(json.path("requestURI"));
        String resource = text(object.path("resource"));
        if (resource == null) {
            return null;
        }
        String subresource = text(object.path("subresource"));
        return List.of(
                Row.of(
                        text(object.path("name")),
                        subresource == null ? resource : resource + "/" + subresource,
                        text(object.path("namespace")),
                        uid != null ? uid : uri == null ? resource : path(uri)));
    }

    private static @Nullable List<String> intermediate(List<String> addresses) {
        List<String> others = addresses.stream().skip(1).filter(AccessParts::isAddress).toList();
        return others.isEmpty() ? null : others;
    }

    private static @Nullable List<Row> observables(
            KubernetesAudit audit, @Nullable String userName) {
        List<Row> observables = new ArrayList<>(4);
        for (String address : audit.sourceAddresses()) {
            OcsfParts.addIp(observables, "src_endpoint.ip", AccessParts.ipOrNull(address));
        }
        OcsfParts.addUserName(observables, "actor.user.name", userName);
        OcsfParts.addResource(
                observables,
                "actor.user.uid_alt",
                first(audit.json().path("user").path("extra").path("arn")));
        return observables.isEmpty() ? null : observables;
    }

    private static @Nullable String text(JsonNode value) {
        return value.isValueNode() && !value.isNull() && !value.asText().isEmpty()
                ? value.asText()
                : null;
    }

    /** The extras of a user are lists, those of EKS of one value. */
    private static @Nullable String first(JsonNode list) {
        return text(list.isArray() ? list.path(0) : list);
    }

    private static @Nullable Integer whole(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToInt() ? value.intValue() : null;
    }

    private static @Nullable String jsonText(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? null : value.toString();
    }
}
