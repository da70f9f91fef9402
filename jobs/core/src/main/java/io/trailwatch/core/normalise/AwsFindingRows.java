package io.trailwatch.core.normalise;

import io.trailwatch.core.decode.AwsFinding;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogEvent;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of {@link Tables#AWS_FINDINGS}: OCSF Detection Finding, one row per state of a finding. */
public final class AwsFindingRows {
    private static final int ANALYTIC_RULE = 1;

    private AwsFindingRows() {}

    private record Activity(int id, String name) {
        static Activity of(AwsFinding finding) {
            if (finding.archived()) {
                return new Activity(3, "Close");
            }
            return finding.created() == null || finding.time().equals(finding.created())
                    ? new Activity(1, "Create")
                    : new Activity(2, "Update");
        }
    }

    /** One row; the contexts are those of the first evidence's addresses. */
    public static Row row(
            LogEvent event,
            AwsFinding finding,
            IpContext source,
            IpContext destination,
            OcsfVersion version) {
        OcsfClass ocsfClass = OcsfClass.DETECTION_FINDING;
        Activity activity = Activity.of(finding);
        AwsFinding.Product product = finding.product();
        List<Row> evidences = evidences(finding.evidence(), source, destination);

        return Row.of(
                event.key(),
                finding.time().toEpochMilli(),
                finding.time(),
                ocsfClass.uid(),
                ocsfClass.label(),
                ocsfClass.categoryUid(),
                ocsfClass.categoryName(),
                activity.id(),
                activity.name(),
                ocsfClass.uid() * 100L + activity.id(),
                ocsfClass.label() + ": " + activity.name(),
                severityId(finding.severity()),
                severity(finding.severity()),
                statusId(finding.status()),
                status(finding.status()),
                OcsfParts.metadata(
                        version,
                        event.provenance(),
                        OcsfParts.CLOUD_PROFILES,
                        finding.id(),
                        null,
                        null,
                        OcsfParts.product(product.name(), product.version(), product.feature())),
                OcsfParts.cloud(product.region(), product.account()),
                finding.title(),
                finding.comment(),
                Row.of(
                        finding.id(),
                        finding.title(),
                        finding.description(),
                        finding.types().isEmpty() ? null : finding.types(),
                        millis(finding.created()),
                        finding.time().toEpochMilli(),
                        millis(finding.firstSeen()),
                        millis(finding.lastSeen()),
                        finding.sourceUrl(),
                        product.generator() == null
                                ? null
                                : Row.of(product.generator(), null, "Rule", ANALYTIC_RULE)),
                finding.confidencePercent(),
                resources(finding.resources()),
                evidences.isEmpty() ? null : evidences,
                finding.remediation() == null
                        ? null
                        : Row.of(
                                finding.remediation(),
                                finding.references().isEmpty() ? null : finding.references()),
                AccessParts.threats(
                        "evidences.",
                        finding.sourceAddress(),
                        source,
                        finding.destinationAddress(),
                        destination),
                observables(finding),
                finding.unmapped().isEmpty() ? null : finding.unmapped(),
                finding.raw());
    }

    private static int severityId(AwsFinding.Rating rating) {
        return rating.ordinal();
    }

    private static String severity(AwsFinding.Rating rating) {
        return switch (rating) {
            case UNKNOWN -> "Unknown";
            case INFORMATIONAL -> "Informational";
            case LOW -> "Low";
            case MEDIUM -> "Medium";
            case HIGH -> "High";
            case CRITICAL -> "Critical";
        };
    }

    private static @Nullable Integer statusId(AwsFinding.Status status) {
        return switch (status) {
            case UNKNOWN -> null;
            case NEW -> 1;
            case IN_PROGRESS -> 2;
            case SUPPRESSED -> 3;
            case RESOLVED -> 4;
        };
    }

    private static @Nullable String status(AwsFinding.Status status) {
        return switch (status) {
            case UNKNOWN -> null;
            case NEW -> "New";
            case IN_PROGRESS -> "In Progress";
            case SUPPRESSED -> "Suppressed";
            case RESOLVED -> "Resolved";
        };
    }

    private static @Nullable Long millis(@Nullable Instant time) {
        return time == null ? null : time.toEpochMilli();
    }

    private static @Nullable List<Row> resources(List<AwsFinding.Resource> resources) {
        if (resources.isEmpty()) {
            return null;
        }
        List<Row> rows = new ArrayList<>(resources.size());
        for (AwsFinding.Resource resource : resources) {
            rows.add(
                    Row.of(
                            resource.id(),
                            resource.type(),
                            resource.name(),
                            resource.region(),
                            resource.partition(),
                            resource.details()));
        }
        return rows;
    }

    private static List<Row> evidences(
            List<AwsFinding.Evidence> evidence, IpContext source, IpContext destination) {
        List<Row> rows = new ArrayList<>(evidence.size());
        for (AwsFinding.Evidence seen : evidence) {
            boolean first = rows.isEmpty();
            rows.add(
                    Row.of(
                            user(seen),
                            seen.operation() == null
                                    ? null
                                    : Row.of(
                                            seen.operation(),
                                            seen.service() == null ? null : Row.of(seen.service())),
                            endpoint(
                                    seen.sourceAddress(),
                                    seen.sourcePort(),
                                    first ? source : IpContext.EMPTY),
                            endpoint(
                                    seen.destinationAddress(),
                                    seen.destinationPort(),
                                    first ? destination : IpContext.EMPTY),
                            seen.hostname() == null ? null : Row.of(seen.hostname()),
                            seen.data()));
        }
        return rows;
    }

    private static @Nullable Row user(AwsFinding.Evidence seen) {
        return seen.userName() == null && seen.userId() == null
                ? null
                : Row.of(
                        Row.of(
                                seen.userName(),
                                seen.userId(),
                                seen.userType(),
                                seen.accessKeyId()));
    }

    private static @Nullable Row endpoint(
            @Nullable String address, @Nullable Integer port, IpContext context) {
        String ip = AccessParts.ipOrNull(address);
        return ip == null
                ? null
                : Row.of(
                        ip, port, OcsfParts.location(context), OcsfParts.autonomousSystem(context));
    }

    private static @Nullable List<Row> observables(AwsFinding finding) {
        List<Row> observables = new ArrayList<>(6);
        for (AwsFinding.Evidence seen : finding.evidence()) {
            OcsfParts.addIp(
                    observables,
                    "evidences.src_endpoint.ip",
                    AccessParts.ipOrNull(seen.sourceAddress()));
            OcsfParts.addIp(
                    observables,
                    "evidences.dst_endpoint.ip",
                    AccessParts.ipOrNull(seen.destinationAddress()));
            OcsfParts.addHostname(observables, "evidences.query.hostname", seen.hostname());
            OcsfParts.addUserName(observables, "evidences.actor.user.name", seen.userName());
        }
        for (AwsFinding.Resource resource : finding.resources()) {
            OcsfParts.addResource(observables, "resources.uid", resource.id());
        }
        return observables.isEmpty() ? null : observables;
    }
}
