package io.trailwatch.core.decode;

import static io.trailwatch.core.decode.FindingActions.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Findings that Security Hub has, of whichever product (document "AWS Security Finding Format
 * (ASFF)").
 *
 * <p>Identity: {@code asff/<account>/<product>/<id>/<UpdatedAt>/<ProcessedAt>/<workflow
 * status>/<record state>}. An id is unique within its product. A product that updates its finding
 * changes UpdatedAt; people change the workflow status with BatchUpdateFindings, which leaves
 * UpdatedAt as it is, and Security Hub sends the finding anew: each of these is an event of its
 * own. The same state that is delivered again has all of them the same.
 */
final class SecurityHubFormat implements JsonFormat {
    static final SecurityHubFormat INSTANCE = new SecurityHubFormat();

    private static final JsonRecord.Mapped MAPPED =
            JsonRecord.Mapped.of(
                    "SchemaVersion",
                    "Id",
                    "ProductName",
                    "Region",
                    "GeneratorId",
                    "AwsAccountId",
                    "Types",
                    "FirstObservedAt",
                    "LastObservedAt",
                    "CreatedAt",
                    "UpdatedAt",
                    "Severity.Label",
                    "Title",
                    "Description",
                    "Remediation.Recommendation",
                    "SourceUrl",
                    "Resources",
                    "Action",
                    "Network",
                    "Confidence",
                    "Note.Text",
                    "Workflow.Status",
                    "RecordState");

    private static final int MAX_PORT = 65_535;

    private SecurityHubFormat() {}

    @Override
    public String name() {
        return "securityhub";
    }

    @Override
    public LogKind kind() {
        return LogKind.AWS_FINDING;
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        return fields.has("SchemaVersion")
                && fields.has("ProductArn")
                && fields.has("AwsAccountId");
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        String account = fields.text("AwsAccountId");
        String product = fields.text("ProductArn");
        String id = fields.text("Id");
        String updated = fields.text("UpdatedAt");
        return account == null || product == null || id == null || updated == null
                ? List.of("asff")
                : List.of(
                        "asff",
                        account,
                        product,
                        id,
                        updated,
                        orDash(fields.text("ProcessedAt")),
                        orDash(fields.object("Workflow").text("Status")),
                        orDash(fields.text("RecordState")));
    }

    private static String orDash(@Nullable String text) {
        return text == null ? "-" : text;
    }

    @Override
    public long hour(JsonFields fields) {
        return EventTimes.hour(fields.text("UpdatedAt"));
    }

    @Override
    public AwsFinding decode(ObjectNode json, LogEvent event) throws RejectedException {
        String id = JsonRecord.required(json, "Id");
        String title = JsonRecord.filled(json, "Title");
        String productArn = JsonRecord.filled(json, "ProductArn");
        JsonNode recommendation = json.path("Remediation").path("Recommendation");
        String url = JsonRecord.filled(recommendation, "Url");
        String workflow = JsonRecord.filled(json.path("Workflow"), "Status");
        return new AwsFinding(
                json,
                EventTimes.parse("UpdatedAt", JsonRecord.required(json, "UpdatedAt")),
                new AwsFinding.Product(
                        "AWS Security Hub",
                        JsonRecord.filled(json, "ProductName"),
                        JsonRecord.filled(json, "SchemaVersion"),
                        JsonRecord.filled(json, "GeneratorId"),
                        Arns.first(
                                JsonRecord.filled(json, "AwsAccountId"),
                                event.provenance().account()),
                        Arns.first(
                                JsonRecord.filled(json, "Region"),
                                Arns.region(productArn),
                                event.provenance().region())),
                id,
                title == null ? id : title,
                JsonRecord.filled(json, "Description"),
                JsonRecord.texts(json.path("Types")),
                JsonRecord.time(json, "CreatedAt"),
                JsonRecord.time(json, "FirstObservedAt"),
                JsonRecord.time(json, "LastObservedAt"),
                rating(json.path("Severity")),
                status(workflow),
                "ARCHIVED".equals(JsonRecord.text(json, "RecordState"))
                        || "RESOLVED".equals(workflow),
                JsonRecord.whole(json, "Confidence", 100),
                JsonRecord.filled(json, "SourceUrl"),
                JsonRecord.filled(json.path("Note"), "Text"),
                resources(json.path("Resources")),
                evidence(json),
                JsonRecord.filled(recommendation, "Text"),
                url == null ? List.of() : List.of(url),
                MAPPED.unmapped(json),
                new String(event.payload(), StandardCharsets.UTF_8));
    }

    /** By its label, or else its number (document "Severity object in ASFF"). */
    private static AwsFinding.Rating rating(JsonNode severity) {
        String label = JsonRecord.filled(severity, "Label");
        if (label != null) {
            return switch (label) {
                case "INFORMATIONAL" -> AwsFinding.Rating.INFORMATIONAL;
                case "LOW" -> AwsFinding.Rating.LOW;
                case "MEDIUM" -> AwsFinding.Rating.MEDIUM;
                case "HIGH" -> AwsFinding.Rating.HIGH;
                case "CRITICAL" -> AwsFinding.Rating.CRITICAL;
                default -> AwsFinding.Rating.UNKNOWN;
            };
        }
        Integer normalized = JsonRecord.whole(severity, "Normalized", 100);
        if (normalized == null) {
            return AwsFinding.Rating.UNKNOWN;
        }
        if (normalized >= 90) {
            return AwsFinding.Rating.CRITICAL;
        }
        if (normalized >= 70) {
            return AwsFinding.Rating.HIGH;
        }
        if (normalized >= 40) {
            return AwsFinding.Rating.MEDIUM;
        }
        return normalized >= 1 ? AwsFinding.Rating.LOW : AwsFinding.Rating.INFORMATIONAL;
    }

    private static AwsFinding.Status status(@Nullable String workflow) {
        if (workflow == null) {
            return AwsFinding.Status.UNKNOWN;
        }
        return switch (workflow) {
            case "NEW" -> AwsFinding.Status.NEW;
            case "NOTIFIED" -> AwsFinding.Status.IN_PROGRESS;
            case "SUPPRESSED" -> AwsFinding.Status.SUPPRESSED;
            case "RESOLVED" -> AwsFinding.Status.RESOLVED;
            default -> AwsFinding.Status.UNKNOWN;
        };
    }

    private static List<AwsFinding.Resource> resources(JsonNode array) {
        List<AwsFinding.Resource> resources = new ArrayList<>(array.size());
        if (array.isArray()) {
            for (JsonNode resource : array) {
                resources.add(
                        new AwsFinding.Resource(
                                JsonRecord.filled(resource, "Id"),
                                JsonRecord.filled(resource, "Type"),
                                null,
                                JsonRecord.filled(resource, "Region"),
                                JsonRecord.filled(resource, "Partition"),
                                resource.toString()));
            }
        }
        return resources;
    }

    private static List<AwsFinding.Evidence> evidence(ObjectNode json) {
        FindingActions.Who who = FindingActions.Who.UNKNOWN;
        for (JsonNode resource : json.path("Resources")) {
            JsonNode key = resource.path("Details").path("AwsIamAccessKey");
            if (key.isObject()) {
                who =
                        new FindingActions.Who(
                                text(key, "PrincipalName"),
                                text(key, "PrincipalId"),
                                text(key, "PrincipalType"),
                                text(key, "AccessKeyId"));
            }
        }
        List<AwsFinding.Evidence> evidence = FindingActions.evidence(json.path("Action"), who);
        JsonNode network = json.path("Network");
        if (network.isObject()) {
            evidence.add(
                    new AwsFinding.Evidence(
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            Arns.first(text(network, "SourceIpV4"), text(network, "SourceIpV6")),
                            JsonRecord.whole(network, "SourcePort", MAX_PORT),
                            Arns.first(
                                    text(network, "DestinationIpV4"),
                                    text(network, "DestinationIpV6")),
                            JsonRecord.whole(network, "DestinationPort", MAX_PORT),
                            text(network, "DestinationDomain"),
                            network.toString()));
        }
        return evidence;
    }
}
