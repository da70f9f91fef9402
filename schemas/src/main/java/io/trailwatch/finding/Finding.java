package io.trailwatch.finding;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One claim with its proof. The id is a hash of rule, entity and window or event ({@link
 * FindingIds}): a replay makes the same finding again, under the same id.
 *
 * @param id 32 hexadecimal digits
 * @param time event time at which the rule was fulfilled
 * @param ruleId Sigma rule id, or the id of a built-in detector
 * @param ruleVersion date or version of the rule; with the id it names exactly what decided
 * @param ruleAuthor author of the rule; the Detection Rule License asks that it stays with every
 *     match
 * @param entityType what the finding is about: {@code principal}, {@code ip}, {@code user}
 * @param entity ARN, address or name of the entity
 * @param account AWS account; null where the log names none
 * @param techniques MITRE ATT&amp;CK technique ids, such as {@code T1110.004}, sorted
 * @param evidence keys of the events that fulfilled the rule, in event-time order; at most {@link
 *     #MAX_EVIDENCE}
 * @param firstSeen event time of the first event counted
 * @param lastSeen event time of the last event counted
 * @param count events counted, also those beyond the listed evidence
 * @param message one sentence for people: who did what, from where
 * @param dryRun whether its rule is being tried: the finding is kept apart and nothing is sent
 */
public record Finding(
        String id,
        Instant time,
        String ruleId,
        String ruleTitle,
        String ruleVersion,
        String ruleAuthor,
        Severity severity,
        String entityType,
        String entity,
        @Nullable String account,
        @Nullable String region,
        List<String> techniques,
        List<String> evidence,
        Instant firstSeen,
        Instant lastSeen,
        long count,
        String message,
        boolean dryRun) {
    public static final int MAX_EVIDENCE = 50;

    /** A finding that is written and sent. */
    public Finding(
            String id,
            Instant time,
            String ruleId,
            String ruleTitle,
            String ruleVersion,
            String ruleAuthor,
            Severity severity,
            String entityType,
            String entity,
            @Nullable String account,
            @Nullable String region,
            List<String> techniques,
            List<String> evidence,
            Instant firstSeen,
            Instant lastSeen,
            long count,
            String message) {
        this(
                id,
                time,
                ruleId,
                ruleTitle,
                ruleVersion,
                ruleAuthor,
                severity,
                entityType,
                entity,
                account,
                region,
                techniques,
                evidence,
                firstSeen,
                lastSeen,
                count,
                message,
                false);
    }

    /** The same, for the table of dry runs alone. */
    public Finding asDryRun() {
        return new Finding(
                id,
                time,
                ruleId,
                ruleTitle,
                ruleVersion,
                ruleAuthor,
                severity,
                entityType,
                entity,
                account,
                region,
                techniques,
                evidence,
                firstSeen,
                lastSeen,
                count,
                message,
                true);
    }

    public Finding {
        requireNonNull(id, "id");
        requireNonNull(time, "time");
        requireNonNull(ruleId, "ruleId");
        requireNonNull(ruleTitle, "ruleTitle");
        requireNonNull(ruleVersion, "ruleVersion");
        requireNonNull(ruleAuthor, "ruleAuthor");
        requireNonNull(severity, "severity");
        requireNonNull(entityType, "entityType");
        requireNonNull(entity, "entity");
        requireNonNull(techniques, "techniques");
        requireNonNull(evidence, "evidence");
        requireNonNull(firstSeen, "firstSeen");
        requireNonNull(lastSeen, "lastSeen");
        requireNonNull(message, "message");
    }
}
