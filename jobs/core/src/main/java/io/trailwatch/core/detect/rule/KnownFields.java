package io.trailwatch.core.detect.rule;

import io.trailwatch.core.decode.FlowFormat;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which fields the records of a log can have, so that a misspelt one is told at once. Says nothing
 * of logs whose fields are not listed here.
 */
final class KnownFields {
    /**
     * Top-level fields with a single value: documents "CloudTrail record contents for management,
     * data, and network activity events" up to version 1.11, "… for Insights events" and "… for
     * aggregated events".
     */
    private static final Set<String> CLOUDTRAIL_SCALARS =
            Set.of(
                    "accountId",
                    "apiVersion",
                    "awsRegion",
                    "errorCode",
                    "errorMessage",
                    "eventCategory",
                    "eventID",
                    "eventId",
                    "eventName",
                    "eventSource",
                    "eventTime",
                    "eventType",
                    "eventVersion",
                    "managementEvent",
                    "readOnly",
                    "recipientAccountId",
                    "requestID",
                    "sessionCredentialFromConsole",
                    "sharedEventID",
                    "sourceIPAddress",
                    "userAgent",
                    "vpcEndpointAccountId",
                    "vpcEndpointId");

    /** Top-level fields with further ones below them, of which anything may be asked. */
    private static final Set<String> CLOUDTRAIL_OBJECTS =
            Set.of(
                    "addendum",
                    "additionalEventData",
                    "edgeDeviceDetails",
                    "eventContext",
                    "insightDetails",
                    "requestParameters",
                    "resources",
                    "responseElements",
                    "serviceEventDetails",
                    "summary",
                    "timeWindow",
                    "tlsDetails",
                    "userIdentity");

    /** Document "CloudTrail userIdentity element". */
    private static final Set<String> USER_IDENTITY =
            Set.of(
                    "accessKeyId",
                    "accountId",
                    "arn",
                    "credentialId",
                    "identityProvider",
                    "inScopeOf",
                    "invokedBy",
                    "onBehalfOf",
                    "principalId",
                    "sessionContext",
                    "type",
                    "userName");

    private static final Set<String> APP_EVENT_SCALARS =
            Set.of(
                    "event_id",
                    "time",
                    "type",
                    "user",
                    "session",
                    "source_ip",
                    "user_agent",
                    "outcome");

    /** A log nothing is known of. */
    private static final KnownFields ANY = new KnownFields(null, Set.of(), Map.of());

    private static final KnownFields CLOUDTRAIL =
            new KnownFields(
                    CLOUDTRAIL_SCALARS, CLOUDTRAIL_OBJECTS, Map.of("userIdentity", USER_IDENTITY));
    private static final KnownFields VPC_FLOW =
            new KnownFields(FlowFormat.KNOWN, Set.of(), Map.of());
    private static final KnownFields APP_EVENT =
            new KnownFields(APP_EVENT_SCALARS, Set.of("attributes"), Map.of());

    private final @Nullable Set<String> scalars;
    private final Set<String> objects;
    private final Map<String, Set<String>> within;

    private KnownFields(
            @Nullable Set<String> scalars, Set<String> objects, Map<String, Set<String>> within) {
        this.scalars = scalars;
        this.objects = objects;
        this.within = within;
    }

    static KnownFields of(LogSource source) {
        return switch (source.kind()) {
            case CLOUDTRAIL -> CLOUDTRAIL;
            case VPC_FLOW -> VPC_FLOW;
            case APP_EVENT -> APP_EVENT;
            case HTTP_ACCESS, DNS_QUERY, KUBERNETES_AUDIT, AWS_FINDING -> ANY;
        };
    }

    /** Whether the field is {@link CallStatus#FIELD} of a log that has none of its own. */
    boolean isCallStatus(String field) {
        return scalars == CLOUDTRAIL_SCALARS && field.equals(CallStatus.FIELD);
    }

    /** Whether an event has at most one value of the field, which is no list. */
    boolean isScalar(String field) {
        return isSingleVirtual(field) || (scalars != null && scalars.contains(field));
    }

    /**
     * @throws Refusal with the path if no record of the log has the field
     */
    void require(String path, String field) {
        if (scalars == null
                || isScalar(field)
                || isCallStatus(field)
                || VirtualField.ofLabel(field) != null) {
            return;
        }
        int dot = field.indexOf('.');
        String first = dot < 0 ? field : field.substring(0, dot);
        if (!objects.contains(first)) {
            String reason =
                    isScalar(first)
                            ? "'" + first + "' has no fields below it"
                            : "'" + first + "' is no field of this log" + hint(first);
            throw new Refusal(ProblemCode.UNKNOWN_FIELD, path, reason);
        }
        Set<String> children = within.get(first);
        if (dot < 0 || children == null) {
            return;
        }
        int next = field.indexOf('.', dot + 1);
        String second = field.substring(dot + 1, next < 0 ? field.length() : next);
        if (!children.contains(second)) {
            throw new Refusal(
                    ProblemCode.UNKNOWN_FIELD,
                    path,
                    "'"
                            + first
                            + "."
                            + second
                            + "' is no field of this log"
                            + similar(second, children));
        }
    }

    private static boolean isSingleVirtual(String field) {
        VirtualField virtual = VirtualField.ofLabel(field);
        return virtual != null && virtual != VirtualField.SRC_THREAT_LIST;
    }

    private String hint(String name) {
        String hint = similar(name, objects);
        return hint.isEmpty() && scalars != null ? similar(name, scalars) : hint;
    }

    private static String similar(String name, Set<String> known) {
        for (String one : known) {
            if (one.equalsIgnoreCase(name)) {
                return "; it is written '" + one + "'";
            }
        }
        return "";
    }
}
