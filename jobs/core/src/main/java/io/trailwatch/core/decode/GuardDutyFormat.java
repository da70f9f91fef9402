package io.trailwatch.core.decode;

import static io.trailwatch.core.decode.FindingActions.at;
import static io.trailwatch.core.decode.FindingActions.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Findings of GuardDuty (document "GuardDuty finding format"): the detail of EventBridge events and
 * the lines of exports to S3, whose names begin in lower case, and what the API GetFindings gives,
 * whose names begin in upper case.
 *
 * <p>Identity: {@code gd/<account>/<region>/<id>/<updatedAt>}. When GuardDuty sees the same
 * activity again it updates the finding, keeps its id, and sends it anew with another count: that
 * is an event of its own, and a row of its own shows how a finding grew. The same state comes again
 * when several accounts or rules pass it on, or when an export holds it too; then updatedAt is the
 * same.
 */
final class GuardDutyFormat implements JsonFormat {
    static final GuardDutyFormat INSTANCE = new GuardDutyFormat();

    private static final JsonRecord.Mapped MAPPED =
            JsonRecord.Mapped.of(
                    "schemaVersion",
                    "SchemaVersion",
                    "accountId",
                    "AccountId",
                    "region",
                    "Region",
                    "id",
                    "Id",
                    "type",
                    "Type",
                    "title",
                    "Title",
                    "description",
                    "Description",
                    "createdAt",
                    "CreatedAt",
                    "updatedAt",
                    "UpdatedAt",
                    "resource",
                    "Resource",
                    "service.action",
                    "Service.Action",
                    "service.archived",
                    "Service.Archived",
                    "service.eventFirstSeen",
                    "Service.EventFirstSeen",
                    "service.eventLastSeen",
                    "Service.EventLastSeen");

    private GuardDutyFormat() {}

    @Override
    public String name() {
        return "guardduty";
    }

    @Override
    public LogKind kind() {
        return LogKind.AWS_FINDING;
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        String arn = either(fields, "arn");
        return arn != null
                && arn.startsWith("arn:")
                && arn.contains(":guardduty:")
                && arn.contains("/finding/")
                && either(fields, "type") != null;
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        String account = either(fields, "accountId");
        String region = either(fields, "region");
        String id = either(fields, "id");
        String updated = either(fields, "updatedAt");
        return account == null || region == null || id == null || updated == null
                ? List.of("gd")
                : List.of("gd", account, region, id, updated);
    }

    @Override
    public long hour(JsonFields fields) {
        return EventTimes.hour(either(fields, "updatedAt"));
    }

    private static @Nullable String either(JsonFields fields, String name) {
        String text = fields.text(name);
        return text != null
                ? text
                : fields.text(Character.toUpperCase(name.charAt(0)) + name.substring(1));
    }

    @Override
    public AwsFinding decode(ObjectNode json, LogEvent event) throws RejectedException {
        String type = required(json, "type");
        String title = text(json, "title");
        JsonNode service = at(json, "service");
        JsonNode resource = at(json, "resource");
        boolean archived = "true".equals(text(service, "archived"));
        return new AwsFinding(
                json,
                EventTimes.parse("updatedAt", required(json, "updatedAt")),
                new AwsFinding.Product(
                        "Amazon GuardDuty",
                        null,
                        text(json, "schemaVersion"),
                        null,
                        Arns.first(text(json, "accountId"), event.provenance().account()),
                        Arns.first(text(json, "region"), event.provenance().region())),
                required(json, "id"),
                title == null ? type : title,
                text(json, "description"),
                List.of(type),
                time(json, "createdAt"),
                time(service, "eventFirstSeen"),
                time(service, "eventLastSeen"),
                rating(at(json, "severity")),
                archived ? AwsFinding.Status.SUPPRESSED : AwsFinding.Status.NEW,
                archived,
                null,
                null,
                null,
                resources(resource, text(json, "partition"), text(json, "region")),
                FindingActions.evidence(at(service, "action"), who(resource)),
                null,
                List.of(),
                MAPPED.unmapped(json),
                new String(event.payload(), StandardCharsets.UTF_8));
    }

    private static String required(ObjectNode json, String name) throws RejectedException {
        String text = text(json, name);
        if (text == null) {
            throw RejectedException.missing(name);
        }
        return text;
    }

    private static @Nullable Instant time(JsonNode json, String name) {
        JsonNode value = at(json, name);
        try {
            return value.isTextual() ? EventTimes.parse(name, value.textValue()) : null;
        } catch (RejectedException unreadable) {
            return null; // optional: the raw finding keeps what it says
        }
    }

    /** Document "Severity levels of GuardDuty findings". */
    private static AwsFinding.Rating rating(JsonNode severity) {
        if (!severity.isNumber()) {
            return AwsFinding.Rating.UNKNOWN;
        }
        double value = severity.doubleValue();
        if (value >= 9) {
            return AwsFinding.Rating.CRITICAL;
        }
        if (value >= 7) {
            return AwsFinding.Rating.HIGH;
        }
        if (value >= 4) {
            return AwsFinding.Rating.MEDIUM;
        }
        return value >= 1 ? AwsFinding.Rating.LOW : AwsFinding.Rating.INFORMATIONAL;
    }

    private static FindingActions.Who who(JsonNode resource) {
        JsonNode key = at(resource, "accessKeyDetails");
        if (key.isObject()) {
            return new FindingActions.Who(
                    text(key, "userName"),
                    text(key, "principalId"),
                    text(key, "userType"),
                    text(key, "accessKeyId"));
        }
        JsonNode kubernetes = at(resource, "kubernetesDetails", "kubernetesUserDetails");
        JsonNode database = at(resource, "rdsDbUserDetails");
        if (kubernetes.isObject()) {
            return new FindingActions.Who(
                    text(kubernetes, "username"), text(kubernetes, "uid"), null, null);
        }
        return database.isObject()
                ? new FindingActions.Who(text(database, "user"), null, null, null)
                : FindingActions.Who.UNKNOWN;
    }

    private static List<AwsFinding.Resource> resources(
            JsonNode resource, @Nullable String partition, @Nullable String region) {
        List<AwsFinding.Resource> resources = new ArrayList<>(1);
        String type = text(resource, "resourceType");
        for (JsonNode bucket : at(resource, "s3BucketDetails")) {
            resources.add(
                    new AwsFinding.Resource(
                            text(bucket, "arn"),
                            type,
                            text(bucket, "name"),
                            region,
                            partition,
                            bucket.toString()));
        }
        if (resources.isEmpty() && resource.isObject()) {
            resources.add(
                    new AwsFinding.Resource(
                            Arns.first(
                                    text(resource, "instanceDetails", "instanceId"),
                                    text(resource, "eksClusterDetails", "arn"),
                                    text(resource, "ecsClusterDetails", "arn"),
                                    text(resource, "rdsDbInstanceDetails", "dbInstanceArn"),
                                    text(resource, "lambdaDetails", "functionArn"),
                                    text(resource, "accessKeyDetails", "accessKeyId"),
                                    text(resource, "containerDetails", "id")),
                            type,
                            Arns.first(
                                    text(resource, "eksClusterDetails", "name"),
                                    text(resource, "ecsClusterDetails", "name"),
                                    text(resource, "rdsDbInstanceDetails", "dbInstanceIdentifier"),
                                    text(resource, "lambdaDetails", "functionName"),
                                    text(resource, "accessKeyDetails", "userName"),
                                    text(resource, "containerDetails", "name")),
                            region,
                            partition,
                            resource.toString()));
        }
        return resources;
    }
}
