package io.trailwatch.core.deliver;

import io.trailwatch.core.normalise.OcsfParts;
import io.trailwatch.core.normalise.OcsfVersion;
import io.trailwatch.event.Provenance;
import io.trailwatch.finding.Finding;
import io.trailwatch.ledger.LedgerEntry;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of what is not an event: {@link Tables#FINDINGS}, {@link Tables#QUARANTINE} and {@link
 * Tables#LEDGER}.
 */
public final class Deliveries {
    private static final int DETECTION_FINDING = 2004;
    private static final int FINDINGS_CATEGORY = 2;
    private static final int ACTIVITY_CREATE = 1;
    private static final int ANALYTIC_RULE = 1;
    private static final int STATUS_NEW = 1;

    private Deliveries() {}

    /** The row of a finding, in the words of a version of OCSF. */
    public static Row row(Finding finding, OcsfVersion version) {
        String severity = finding.severity().label();
        return Row.of(
                finding.id(),
                finding.time().toEpochMilli(),
                finding.time(),
                finding.ruleId(),
                finding.ruleTitle(),
                finding.ruleVersion(),
                finding.ruleAuthor(),
                severity,
                finding.severity().ocsfId(),
                finding.entityType(),
                finding.entity(),
                finding.account(),
                finding.region(),
                finding.techniques(),
                finding.evidence(),
                finding.firstSeen(),
                finding.lastSeen(),
                finding.count(),
                finding.message(),
                DETECTION_FINDING,
                "Detection Finding",
                FINDINGS_CATEGORY,
                "Findings",
                ACTIVITY_CREATE,
                "Create",
                DETECTION_FINDING * 100L + ACTIVITY_CREATE,
                "Detection Finding: Create",
                Row.of(
                        finding.id(),
                        finding.ruleTitle(),
                        finding.message(),
                        Row.of(
                                finding.ruleId(),
                                finding.ruleTitle(),
                                finding.ruleVersion(),
                                "Rule",
                                ANALYTIC_RULE),
                        finding.time().toEpochMilli(),
                        finding.firstSeen().toEpochMilli(),
                        finding.lastSeen().toEpochMilli(),
                        attacks(finding.techniques())),
                OcsfParts.metadata(
                        version,
                        Provenance.NONE,
                        OcsfParts.CLOUD_PROFILES,
                        finding.id(),
                        finding.ruleId(),
                        null,
                        Row.of("Trailwatch", "Trailwatch", null, null)),
                OcsfParts.cloud(finding.region(), finding.account()),
                STATUS_NEW,
                "New",
                observables(finding));
    }

    private static @Nullable List<Row> attacks(List<String> techniques) {
        if (techniques.isEmpty()) {
            return null;
        }
        List<Row> attacks = new ArrayList<>(techniques.size());
        for (String technique : techniques) {
            int dot = technique.indexOf('.');
            attacks.add(
                    dot < 0
                            ? Row.of(Row.of(technique), null)
                            : Row.of(Row.of(technique.substring(0, dot)), Row.of(technique)));
        }
        return attacks;
    }

    /** What the finding is about, under the type it has in the observables of events. */
    private static List<Row> observables(Finding finding) {
        List<Row> observables = new ArrayList<>(1);
        switch (finding.entityType()) {
            case "ip" -> OcsfParts.addIp(observables, "entity", finding.entity());
            case "user" -> OcsfParts.addUserName(observables, "entity", finding.entity());
            default -> OcsfParts.addResource(observables, "entity", finding.entity());
        }
        return observables;
    }

    public static Row row(Quarantined quarantined) {
        Quarantined.Cut cut = quarantined.cut();
        long timestamp = quarantined.provenance().timestamp();
        return Row.of(
                quarantined.id(),
                quarantined.origin().arrivalTime(),
                quarantined.stage(),
                quarantined.reason().name(),
                quarantined.detail(),
                quarantined.origin().source(),
                quarantined.origin().shard(),
                quarantined.origin().sequence(),
                quarantined.origin().subSequence(),
                quarantined.origin().index(),
                quarantined.payload(),
                quarantined.totalBytes(),
                quarantined.wholeRecord(),
                nullIfEmpty(quarantined.provenance().account()),
                nullIfEmpty(quarantined.provenance().region()),
                nullIfEmpty(quarantined.provenance().logGroup()),
                nullIfEmpty(quarantined.provenance().logStream()),
                nullIfEmpty(quarantined.logEventId()),
                timestamp == 0 ? null : timestamp,
                cut == null ? null : cut.kind().name(),
                cut == null ? null : cut.format(),
                cut == null ? null : cut.key(),
                cut == null ? null : cut.eventHour());
    }

    private static @Nullable String nullIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }

    public static Row row(LedgerEntry entry) {
        return Row.of(
                entry.source(),
                entry.hour(),
                entry.received(),
                entry.written(),
                entry.quarantined(),
                entry.deduplicated(),
                entry.control(),
                entry.late(),
                entry.lost());
    }
}
