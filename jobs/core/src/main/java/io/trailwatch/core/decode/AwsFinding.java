package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One state of a finding of an AWS service. What the service does not say is null.
 *
 * @param json the whole finding
 * @param time when the finding came into this state
 * @param product what found it, and by way of whom we know
 * @param id id of the finding, the same in all of its states
 * @param severity as the service rates it
 * @param status what became of the finding
 * @param archived whether the service or its users have closed it
 * @param confidencePercent 0 to 100
 * @param sourceUrl where to read on
 * @param unmapped what has no column
 * @param raw the finding as written
 */
public record AwsFinding(
        ObjectNode json,
        Instant time,
        Product product,
        String id,
        String title,
        @Nullable String description,
        List<String> types,
        @Nullable Instant created,
        @Nullable Instant firstSeen,
        @Nullable Instant lastSeen,
        Rating severity,
        Status status,
        boolean archived,
        @Nullable Integer confidencePercent,
        @Nullable String sourceUrl,
        @Nullable String comment,
        List<Resource> resources,
        List<Evidence> evidence,
        @Nullable String remediation,
        List<String> references,
        Map<String, String> unmapped,
        String raw)
        implements EventBody {

    /** Ratings of the services, with their names in OCSF. */
    public enum Rating {
        UNKNOWN,
        INFORMATIONAL,
        LOW,
        MEDIUM,
        HIGH,
        CRITICAL
    }

    /** What became of a finding. */
    public enum Status {
        UNKNOWN,
        NEW,
        IN_PROGRESS,
        SUPPRESSED,
        RESOLVED
    }

    /**
     * What found it.
     *
     * @param name such as {@code Amazon GuardDuty}
     * @param feature part of the product, or the product that is behind Security Hub
     * @param version version of the schema
     * @param generator id of the rule or detector
     */
    public record Product(
            String name,
            @Nullable String feature,
            @Nullable String version,
            @Nullable String generator,
            @Nullable String account,
            @Nullable String region) {}

    /**
     * A resource concerned.
     *
     * @param id ARN, or the id within its service
     * @param details as JSON text
     */
    public record Resource(
            @Nullable String id,
            @Nullable String type,
            @Nullable String name,
            @Nullable String region,
            @Nullable String partition,
            @Nullable String details) {}

    /**
     * What was seen: who did what, from where to where.
     *
     * @param data whatever else was seen, as JSON text
     */
    public record Evidence(
            @Nullable String userName,
            @Nullable String userId,
            @Nullable String userType,
            @Nullable String accessKeyId,
            @Nullable String operation,
            @Nullable String service,
            @Nullable String sourceAddress,
            @Nullable Integer sourcePort,
            @Nullable String destinationAddress,
            @Nullable Integer destinationPort,
            @Nullable String hostname,
            @Nullable String data) {}

    @Override
    public @Nullable String sourceAddress() {
        return evidence.isEmpty() ? null : evidence.get(0).sourceAddress();
    }

    @Override
    public @Nullable String destinationAddress() {
        return evidence.isEmpty() ? null : evidence.get(0).destinationAddress();
    }
}
