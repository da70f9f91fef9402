package io.trailwatch.core.deliver;

import io.trailwatch.finding.Finding;
import io.trailwatch.ledger.LedgerEntry;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;

/**
 * Rows of what is not an event: {@link Tables#FINDINGS}, {@link Tables#QUARANTINE} and {@link
 * Tables#LEDGER}.
 */
public final class Deliveries {
    private static final int DETECTION_FINDING = 2004;
    private static final int FINDINGS_CATEGORY = 2;
    private static final int ACTIVITY_CREATE = 1;
    private static final int ANALYTIC_RULE = 1;

    private Deliveries() {}

    public static Row row(Finding finding) {
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
                                ANALYTIC_RULE)));
    }

    public static Row row(Quarantined quarantined) {
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
                quarantined.payload());
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
