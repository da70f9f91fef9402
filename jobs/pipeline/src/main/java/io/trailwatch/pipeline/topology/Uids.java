package io.trailwatch.pipeline.topology;

/**
 * Identities of operators in savepoints: {@code stage-subject}. They outlive renamed classes and
 * never change.
 */
final class Uids {
    static final String UNWRAP_RECORDS = "unwrap-records";
    static final String SOURCE_RULES = "source-rules";
    static final String RELOAD_RULES = "reload-rules";
    static final String DEDUPE_EVENTS = "dedupe-events";
    static final String DECODE_EVENTS = "decode-events";
    static final String WATERMARK_EVENTS = "watermark-events";
    static final String ENRICH_EVENTS = "enrich-events";
    static final String MATCH_RULES = "match-rules";
    static final String NORMALISE_EVENTS = "normalise-events";

    /**
     * Subjects of the windowed detectors; each has the stages {@code features-} and {@code
     * detect-}.
     */
    static final String AUTH_FAILURE_BURST = "auth-failure-burst";

    static final String PORT_SCAN = "port-scan";
    static final String CREDENTIAL_STUFFING = "credential-stuffing";
    static final String DETECTOR_MODES = "modes-detectors";
    static final String DELIVER_FINDINGS = "deliver-findings";
    static final String DELIVER_QUARANTINE = "deliver-quarantine";
    static final String COUNT_QUARANTINED = "count-quarantined";
    static final String COUNT_REPEATED_PIECES = "count-repeated-pieces";
    static final String FILTER_ALERTS = "filter-alerts";
    static final String STORED_DRY_RUNS = "stored-keys-findings-dry-run";
    static final String SELECT_FINDINGS = "select-findings";
    static final String SELECT_DRY_RUNS = "select-findings-dry-run";
    static final String ROWS_FINDINGS = "rows-findings";
    static final String ROWS_DRY_RUNS = "rows-findings-dry-run";
    static final String ROWS_QUARANTINE = "rows-quarantine";
    static final String ROWS_LEDGER = "rows-ledger";
    static final String SUM_LEDGER = "sum-ledger";

    private Uids() {}

    static String correlationsOf(int level) {
        return "detect-correlation-" + level;
    }

    static String hitsOf(int level) {
        return "hits-correlation-" + level;
    }

    static String hitTimesOf(int level) {
        return "watermark-hits-" + level;
    }

    static String alertsTo(String subject) {
        return "sink-alerts-" + subject;
    }

    static String ledgerOf(String stage) {
        return "ledger-" + stage;
    }
}
