package io.trailwatch.core.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.CloudTrailEvent;
import io.trailwatch.core.decode.EventTimes;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.core.text.JsonText;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.Provenance;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@link Tables#CLOUD_TRAIL}, as Amazon Security Lake maps CloudTrail to OCSF 1.1.0 (source
 * version 2).
 */
public final class CloudTrailRows {
    private static final String CLOUDTRAIL = "cloudtrail.amazonaws.com";

    /** Longest a name that looks like one may be and still be offered for searching. */
    private static final int MAX_HOSTNAME = 253;

    private static final String UNKNOWN = "Unknown";

    private CloudTrailRows() {}

    /** One row; {@code source} is what is known of the source address. */
    public static Row row(
            LogEvent event, CloudTrailEvent call, IpContext source, OcsfVersion version) {
        ObjectNode json = call.json();
        JsonNode identity = json.path("userIdentity");
        CloudTrailActivity activity = CloudTrailActivity.of(call.eventSource(), call.eventName());
        OcsfClass ocsfClass = activity.ocsfClass();
        boolean failed = failed(json);
        String address = call.sourceAddress();
        boolean isService = address == null || !isAddress(address);
        String ip = isService ? null : address;
        String service = isService ? address : null;
        String userAgent = text(json, "userAgent");
        String account = accountOf(json, identity, event.provenance());
        String userName = userNameOf(identity);
        Row target = target(ocsfClass, json, identity, userName, account);
        List<Row> resources =
                ocsfClass == OcsfClass.API_ACTIVITY ? resources(json.path("resources")) : null;
        List<Row> observables = new ArrayList<>(4);
        OcsfParts.addIp(observables, "src_endpoint.ip", ip);
        if (service != null && isHostname(service)) {
            OcsfParts.addHostname(observables, "src_endpoint.svc_name", service);
        }
        OcsfParts.addUserName(observables, "actor.user.name", userName);
        OcsfParts.addResource(observables, "actor.user.uid", text(identity, "arn"));
        if (ocsfClass == OcsfClass.ACCOUNT_CHANGE && target != null) {
            OcsfParts.addUserName(
                    observables, "user.name", text(json.path("requestParameters"), "userName"));
        }
        if (resources != null) {
            for (Row resource : resources) {
                OcsfParts.addResource(observables, "resources.uid", (String) resource.value(0));
            }
        }
        return Row.of(
                event.key(),
                call.time().toEpochMilli(),
                call.time(),
                ocsfClass.uid(),
                ocsfClass.label(),
                ocsfClass.categoryUid(),
                ocsfClass.categoryName(),
                activity.id(),
                activity.name(),
                ocsfClass.uid() * 100L + activity.id(),
                activity.typeName(),
                1,
                "Informational",
                failed ? 2 : 1,
                failed ? "Failure" : "Success",
                metadata(event, call, version),
                OcsfParts.cloud(regionOf(json, event.provenance()), account),
                api(event, json, call),
                actor(json, identity, userName, version),
                target,
                Row.of(
                        ip,
                        service,
                        text(json, "vpcEndpointId"),
                        OcsfParts.location(source),
                        OcsfParts.autonomousSystem(source),
                        address == null ? UNKNOWN : service),
                ocsfClass == OcsfClass.ACCOUNT_CHANGE ? null : Row.of(call.eventSource()),
                userAgent == null ? null : Row.of(userAgent),
                resources,
                ocsfClass == OcsfClass.AUTHENTICATION
                        ? mfaUsed(json.path("additionalEventData").path("MFAUsed"))
                        : null,
                OcsfParts.threats("src_endpoint.ip", ip, source),
                observables.isEmpty() ? null : observables,
                unmapped(json, identity, resources != null),
                new String(event.payload(), StandardCharsets.UTF_8),
                call.window() == null ? null : call.window().start().toEpochMilli(),
                call.window() == null ? null : call.window().end().toEpochMilli(),
                call.window() == null ? null : call.window().count());
    }

    private static Row metadata(LogEvent event, CloudTrailEvent call, OcsfVersion version) {
        ObjectNode json = call.json();
        String correlation = text(json, "sharedEventID");
        return OcsfParts.metadata(
                version,
                event.provenance(),
                OcsfParts.CLOUD_PROFILES,
                call.eventId(),
                text(json, "eventType"),
                correlation != null ? correlation : text(json.path("addendum"), "originalEventID"),
                OcsfParts.product(
                        "CloudTrail", text(json, "eventVersion"), text(json, "eventCategory")));
    }

    private static Row api(LogEvent event, ObjectNode json, CloudTrailEvent call) {
        String requestId = text(json, "requestID");
        String requestData = jsonText(json.get("requestParameters"));
        String error = text(json, "errorCode");
        String message = text(json, "errorMessage");
        String responseData = jsonText(json.get("responseElements"));
        return Row.of(
                call.eventName(),
                text(json, "apiVersion"),
                Row.of(call.eventSource()),
                requestId == null && requestData == null
                        ? null
                        : Row.of(requestId != null ? requestId : idOf(event, call), requestData),
                error == null && message == null && responseData == null
                        ? null
                        : Row.of(error, message, responseData));
    }

    /**
     * A request has an id in OCSF; where CloudTrail tells none, that of its event stands for it.
     */
    private static String idOf(LogEvent event, CloudTrailEvent call) {
        String eventId = call.eventId();
        return eventId != null ? eventId : event.key();
    }

    private static Row actor(
            ObjectNode json, JsonNode identity, @Nullable String userName, OcsfVersion version) {
        String invokedBy = text(identity, "invokedBy");
        if (invokedBy == null && identity.isMissingNode()) {
            // Insights and aggregated events are CloudTrail's own, of many callers or of none.
            invokedBy = CLOUDTRAIL;
        }
        boolean deprecated = version != OcsfVersion.V1_1_0;
        return Row.of(
                user(identity, userName),
                session(identity.path("sessionContext")),
                deprecated ? null : invokedBy,
                identity.hasNonNull("identityProvider")
                        ? Row.of(text(identity, "identityProvider"))
                        : null,
                deprecated ? invokedBy : null);
    }

    /** The caller; null where nothing is said that would tell one from another. */
    private static @Nullable Row user(JsonNode identity, @Nullable String userName) {
        String type = text(identity, "type");
        String arn = text(identity, "arn");
        String principalId = text(identity, "principalId");
        String account = text(identity, "accountId");
        if (arn == null && userName == null && account == null) {
            if (type == null && principalId == null) {
                return null;
            }
            // OCSF wants a name, an id or an account; a service is told by invokedBy.
            String invokedBy = text(identity, "invokedBy");
            arn = principalId != null ? principalId : invokedBy != null ? invokedBy : UNKNOWN;
        }
        return Row.of(
                type,
                arn,
                principalId,
                userName,
                text(identity, "accessKeyId"),
                OcsfParts.account(account));
    }

    private static @Nullable Row session(JsonNode session) {
        JsonNode attributes = session.path("attributes");
        String issuer = text(session.path("sessionIssuer"), "arn");
        String created = text(attributes, "creationDate");
        JsonNode mfa = attributes.path("mfaAuthenticated");
        String sourceIdentity = text(session, "sourceIdentity");
        if (issuer == null && created == null && sourceIdentity == null && mfa.isMissingNode()) {
            return null;
        }
        return Row.of(
                issuer,
                created == null ? null : epochMillis(created),
                mfa.isValueNode() && !mfa.isNull() ? mfa.asBoolean() : null,
                sourceIdentity);
    }

    /** Who was signed in, or whose account was changed; null for plain API activity. */
    private static @Nullable Row target(
            OcsfClass ocsfClass,
            ObjectNode json,
            JsonNode identity,
            @Nullable String userName,
            @Nullable String account) {
        return switch (ocsfClass) {
            case AUTHENTICATION -> signedIn(identity, userName, account);
            case ACCOUNT_CHANGE -> changed(json, identity, userName, account);
            default -> null;
        };
    }

    private static Row signedIn(
            JsonNode identity, @Nullable String userName, @Nullable String account) {
        String own = text(identity, "accountId");
        String arn = text(identity, "arn");
        String anAccount = own != null ? own : account;
        return Row.of(
                arn,
                userName == null && arn == null && anAccount == null ? UNKNOWN : userName,
                text(identity, "type"),
                text(identity, "principalId"),
                text(identity, "accessKeyId"),
                OcsfParts.account(anAccount));
    }

    private static Row changed(
            ObjectNode json,
            JsonNode identity,
            @Nullable String userName,
            @Nullable String account) {
        JsonNode user = json.path("responseElements").path("user");
        String name = text(json.path("requestParameters"), "userName");
        String arn = text(user, "arn");
        if (name == null && arn == null && "ChangePassword".equals(text(json, "eventName"))) {
            // One's own, so that no name is given.
            name = userName;
            arn = text(identity, "arn");
        }
        return Row.of(
                arn,
                name == null && arn == null && account == null ? UNKNOWN : name,
                null,
                text(user, "userId"),
                null,
                OcsfParts.account(account));
    }

    private static boolean failed(ObjectNode json) {
        return json.hasNonNull("errorCode")
                || "Failure".equals(text(json.path("responseElements"), "ConsoleLogin"))
                || "Failed authentication".equals(text(json, "errorMessage"));
    }

    private static @Nullable String accountOf(
            ObjectNode json, JsonNode identity, Provenance provenance) {
        String account = text(json, "recipientAccountId");
        if (account == null) {
            account = text(identity, "accountId");
        }
        if (account == null) {
            account = text(json, "accountId"); // aggregated events
        }
        return account != null || provenance.account().isEmpty() ? account : provenance.account();
    }

    private static @Nullable String regionOf(ObjectNode json, Provenance provenance) {
        String region = text(json, "awsRegion");
        return region != null || provenance.region().isEmpty() ? region : provenance.region();
    }

    private static @Nullable String userNameOf(JsonNode identity) {
        String name = text(identity, "userName");
        return name != null
                ? name
                : text(identity.path("sessionContext").path("sessionIssuer"), "userName");
    }

    /** The resources; null when there are none, or one cannot be named. */
    private static @Nullable List<Row> resources(JsonNode resources) {
        if (!resources.isArray() || resources.isEmpty()) {
            return null;
        }
        List<Row> rows = new ArrayList<>(resources.size());
        for (JsonNode resource : resources) {
            // CloudTrail writes ARN, and ARNPrefix for the objects of a bucket; some services arn.
            String arn = text(resource, "ARN");
            if (arn == null) {
                arn = text(resource, "ARNPrefix");
            }
            if (arn == null) {
                arn = text(resource, "arn");
            }
            if (arn == null) {
                return null;
            }
            String owner = text(resource, "accountId");
            rows.add(
                    Row.of(
                            arn,
                            text(resource, "type"),
                            owner == null ? null : Row.of(OcsfParts.account(owner))));
        }
        return rows;
    }

    private static @Nullable Boolean mfaUsed(JsonNode mfaUsed) {
        return mfaUsed.isMissingNode() || mfaUsed.isNull()
                ? null
                : mfaUsed.asText().toLowerCase(Locale.ROOT).equals("yes");
    }

    /**
     * Whatever has no column: fields of the record by their name, those of the identity by their
     * path. What the ARN of a session's issuer says too is not repeated.
     */
    private static @Nullable Map<String, String> unmapped(
            ObjectNode json, JsonNode identity, boolean resourcesAreMapped) {
        Map<String, String> unmapped = null;
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            String name = field.getKey();
            if (isMapped(name) || name.equals("resources") && resourcesAreMapped) {
                continue;
            }
            unmapped = add(unmapped, name, field.getValue());
        }
        for (Map.Entry<String, JsonNode> field : identity.properties()) {
            if (field.getKey().equals("sessionContext")) {
                for (Map.Entry<String, JsonNode> part : field.getValue().properties()) {
                    if (!isMappedOfSession(part)) {
                        unmapped =
                                add(
                                        unmapped,
                                        "userIdentity.sessionContext." + part.getKey(),
                                        part.getValue());
                    }
                }
            } else if (!isMappedOfIdentity(field.getKey())) {
                unmapped = add(unmapped, "userIdentity." + field.getKey(), field.getValue());
            }
        }
        return unmapped;
    }

    private static @Nullable Map<String, String> add(
            @Nullable Map<String, String> unmapped, String name, JsonNode value) {
        if (value.isNull() || value.isContainerNode() && value.isEmpty()) {
            return unmapped;
        }
        Map<String, String> map = unmapped == null ? new LinkedHashMap<>() : unmapped;
        map.put(name, value.isValueNode() ? value.asText() : JsonText.of(value));
        return map;
    }

    private static boolean isMapped(String field) {
        return switch (field) {
            case "eventVersion",
                    "userIdentity",
                    "eventTime",
                    "eventSource",
                    "eventName",
                    "awsRegion",
                    "sourceIPAddress",
                    "userAgent",
                    "errorCode",
                    "errorMessage",
                    "requestParameters",
                    "responseElements",
                    "requestID",
                    "eventID",
                    "eventType",
                    "apiVersion",
                    "recipientAccountId",
                    "sharedEventID",
                    "vpcEndpointId",
                    "eventCategory" ->
                    true;
            default -> false;
        };
    }

    private static boolean isMappedOfIdentity(String field) {
        return switch (field) {
            case "type",
                    "principalId",
                    "arn",
                    "accountId",
                    "accessKeyId",
                    "userName",
                    "invokedBy",
                    "identityProvider" ->
                    true;
            default -> false;
        };
    }

    private static boolean isMappedOfSession(Map.Entry<String, JsonNode> part) {
        return switch (part.getKey()) {
            case "sessionIssuer", "sourceIdentity" -> true;
            case "attributes" -> {
                JsonNode attributes = part.getValue();
                int mapped =
                        (attributes.has("creationDate") ? 1 : 0)
                                + (attributes.has("mfaAuthenticated") ? 1 : 0);
                yield attributes.size() == mapped;
            }
            default -> false;
        };
    }

    /** Text of a value; null where it is empty too, as access keys of console sign-ins are. */
    private static @Nullable String text(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null || !value.isValueNode() || value.isNull()) {
            return null;
        }
        String text = value.asText();
        return text.isEmpty() ? null : text;
    }

    private static @Nullable String jsonText(@Nullable JsonNode node) {
        return node == null || node.isNull() ? null : JsonText.of(node);
    }

    private static @Nullable Long epochMillis(String instant) {
        try {
            return EventTimes.instant(instant).toEpochMilli();
        } catch (DateTimeParseException e) {
            // The raw event keeps what it says; a column of milliseconds cannot.
            return null;
        }
    }

    /**
     * Whether a source is an address: dotted and decimal without leading zeros, or with a colon,
     * which no name of a service has.
     */
    private static boolean isAddress(String source) {
        if (source.isEmpty() || !Character.isDigit(source.charAt(0))) {
            return source.indexOf(':') >= 0;
        }
        int octets = 0;
        int from = 0;
        for (int i = 0; i <= source.length(); i++) {
            char c = i == source.length() ? '.' : source.charAt(i);
            if (c == '.') {
                octets++;
                if (i == from || i - from > 3 || source.charAt(from) == '0' && i - from > 1) {
                    return false;
                }
                from = i + 1;
            } else if (c < '0' || c > '9') {
                return source.indexOf(':') >= 0;
            }
        }
        return octets == 4;
    }

    /** A name of the DNS; {@code AWS Internal} is none. */
    private static boolean isHostname(String name) {
        return name.length() <= MAX_HOSTNAME && name.indexOf('.') > 0 && name.indexOf(' ') < 0;
    }
}
