package io.trailwatch.core.normalise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.CloudTrailEvent;
import io.trailwatch.core.decode.EventTimes;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogEvent;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@link Tables#CLOUD_TRAIL}, as Amazon Security Lake maps CloudTrail to OCSF 1.1.0 (source
 * version 2).
 */
public final class CloudTrailRows {
    /** Fields that have a column; whatever else a record holds goes to {@code unmapped}. */
    private static final Set<String> MAPPED =
            Set.of(
                    "eventVersion",
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
                    "eventCategory",
                    "resources");

    private CloudTrailRows() {}

    /** One row; {@code source} is what is known of the source address. */
    public static Row row(LogEvent event, CloudTrailEvent call, IpContext source) {
        ObjectNode json = call.json();
        JsonNode identity = json.path("userIdentity");
        CloudTrailActivity activity = CloudTrailActivity.of(call.eventSource(), call.eventName());
        OcsfClass ocsfClass = activity.ocsfClass();
        boolean failed = failed(json);
        String address = call.sourceAddress();
        boolean isService = address == null || !looksLikeAddress(address);
        String ip = isService ? null : address;
        String account = accountOf(json, identity);
        String userName = userNameOf(identity);
        List<Row> resources = resources(json.path("resources"));

        List<Row> observables = new ArrayList<>(4);
        OcsfParts.addIp(observables, "src_endpoint.ip", ip);
        OcsfParts.addUserName(observables, "actor.user.name", userName);
        OcsfParts.addResource(observables, "actor.user.uid", text(identity, "arn"));

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
                ocsfClass.label() + ": " + activity.name(),
                1,
                "Informational",
                failed ? 2 : 1,
                failed ? "Failure" : "Success",
                metadata(json),
                OcsfParts.cloud(text(json, "awsRegion"), account),
                api(json, call),
                actor(identity, userName),
                target(ocsfClass, json, identity, userName),
                Row.of(
                        ip,
                        isService ? address : null,
                        text(json, "vpcEndpointId"),
                        OcsfParts.location(source),
                        OcsfParts.autonomousSystem(source)),
                Row.of(call.eventSource()),
                json.hasNonNull("userAgent") ? Row.of(text(json, "userAgent")) : null,
                resources.isEmpty() ? null : resources,
                mfaUsed(json.path("additionalEventData").path("MFAUsed")),
                OcsfParts.threats("src_endpoint.ip", ip, source),
                observables.isEmpty() ? null : observables,
                unmapped(json),
                new String(event.payload(), StandardCharsets.UTF_8));
    }

    private static Row metadata(ObjectNode json) {
        return Row.of(
                OcsfParts.OCSF_VERSION,
                text(json, "eventID"),
                text(json, "eventType"),
                text(json, "sharedEventID"),
                Row.of(
                        "CloudTrail",
                        "AWS",
                        text(json, "eventVersion"),
                        json.hasNonNull("eventCategory")
                                ? Row.of(text(json, "eventCategory"))
                                : null));
    }

    private static Row api(ObjectNode json, CloudTrailEvent call) {
        return Row.of(
                call.eventName(),
                text(json, "apiVersion"),
                Row.of(call.eventSource()),
                Row.of(text(json, "requestID"), jsonText(json.get("requestParameters"))),
                Row.of(
                        text(json, "errorCode"),
                        text(json, "errorMessage"),
                        jsonText(json.get("responseElements"))));
    }

    private static Row actor(JsonNode identity, @Nullable String userName) {
        JsonNode session = identity.path("sessionContext");
        JsonNode attributes = session.path("attributes");
        String created = text(attributes, "creationDate");
        return Row.of(
                Row.of(
                        text(identity, "type"),
                        text(identity, "arn"),
                        text(identity, "principalId"),
                        userName,
                        text(identity, "accessKeyId"),
                        OcsfParts.account(text(identity, "accountId"))),
                Row.of(
                        text(session.path("sessionIssuer"), "arn"),
                        created == null ? null : epochMillis(created),
                        attributes.hasNonNull("mfaAuthenticated")
                                ? attributes.path("mfaAuthenticated").asBoolean()
                                : null,
                        text(session, "sourceIdentity")),
                text(identity, "invokedBy"),
                identity.hasNonNull("identityProvider")
                        ? Row.of(text(identity, "identityProvider"))
                        : null);
    }

    /** Who was signed in, or whose account was changed; null for plain API activity. */
    private static @Nullable Row target(
            OcsfClass ocsfClass, ObjectNode json, JsonNode identity, @Nullable String userName) {
        return switch (ocsfClass) {
            case AUTHENTICATION -> Row.of(text(identity, "arn"), userName);
            case ACCOUNT_CHANGE ->
                    Row.of(
                            text(json.path("responseElements").path("user"), "arn"),
                            text(json.path("requestParameters"), "userName"));
            default -> null;
        };
    }

    private static boolean failed(ObjectNode json) {
        return json.hasNonNull("errorCode")
                || "Failure".equals(text(json.path("responseElements"), "ConsoleLogin"))
                || "Failed authentication".equals(text(json, "errorMessage"));
    }

    private static @Nullable String accountOf(ObjectNode json, JsonNode identity) {
        String recipient = text(json, "recipientAccountId");
        return recipient != null ? recipient : text(identity, "accountId");
    }

    private static @Nullable String userNameOf(JsonNode identity) {
        String name = text(identity, "userName");
        return name != null
                ? name
                : text(identity.path("sessionContext").path("sessionIssuer"), "userName");
    }

    private static List<Row> resources(JsonNode resources) {
        List<Row> rows = new ArrayList<>(resources.size());
        for (JsonNode resource : resources) {
            if (resource.isObject()) {
                String owner = text(resource, "accountId");
                // CloudTrail writes ARN; some services write arn.
                String arn = text(resource, "ARN");
                rows.add(
                        Row.of(
                                arn != null ? arn : text(resource, "arn"),
                                text(resource, "type"),
                                owner == null ? null : Row.of(OcsfParts.account(owner))));
            }
        }
        return rows;
    }

    private static @Nullable Boolean mfaUsed(JsonNode mfaUsed) {
        return mfaUsed.isMissingNode() || mfaUsed.isNull()
                ? null
                : mfaUsed.asText().toLowerCase(Locale.ROOT).equals("yes");
    }

    private static @Nullable Map<String, String> unmapped(ObjectNode json) {
        Map<String, String> unmapped = null;
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (!MAPPED.contains(field.getKey()) && !field.getValue().isNull()) {
                if (unmapped == null) {
                    unmapped = new LinkedHashMap<>();
                }
                JsonNode value = field.getValue();
                unmapped.put(
                        field.getKey(), value.isTextual() ? value.textValue() : value.toString());
            }
        }
        return unmapped;
    }

    private static @Nullable String text(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null || !value.isValueNode() || value.isNull() ? null : value.asText();
    }

    private static @Nullable String jsonText(@Nullable JsonNode node) {
        return node == null || node.isNull() ? null : node.toString();
    }

    private static @Nullable Long epochMillis(String instant) {
        try {
            return EventTimes.instant(instant).toEpochMilli();
        } catch (DateTimeParseException e) {
            // The raw event keeps what it says; a column of milliseconds cannot.
            return null;
        }
    }

    /** Addresses begin with a digit or contain a colon; names of services do neither. */
    private static boolean looksLikeAddress(String address) {
        return !address.isEmpty()
                && (Character.isDigit(address.charAt(0)) || address.indexOf(':') >= 0);
    }
}
