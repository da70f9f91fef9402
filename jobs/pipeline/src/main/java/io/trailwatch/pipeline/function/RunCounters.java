package io.trailwatch.pipeline.function;

import io.trailwatch.event.LogKind;
import java.util.Map;

/** Names of the accumulators by which a local run follows its job and sums it up. */
public final class RunCounters {
    /** Log events cut out of their envelopes so far. */
    public static final String UNWRAPPED = "unwrapped";

    /** Events that have passed normalisation so far. */
    public static final String NORMALISED = "normalised";

    /** Sums of the ledger rows written by this run. */
    public static final String RECEIVED = "received";

    public static final String WRITTEN = "written";
    public static final String QUARANTINED = "quarantined";
    public static final String DEDUPLICATED = "deduplicated";
    public static final String CONTROL = "control";
    public static final String LATE = "late";

    /**
     * Rows of flow records with status SKIPDATA written by this run: AWS could not capture some of
     * the traffic of their windows. The metric has the same name.
     */
    public static final String FLOW_SKIP_DATA = "flowSkipData";

    /** Finding rows written by this run. */
    public static final String FINDINGS = "findings";

    /** Finding rows of dry runs written by this run. */
    public static final String FINDINGS_DRY_RUN = "findingsDryRun";

    /** Followed by a reason: quarantine rows of that reason written by this run. */
    public static final String QUARANTINED_BY_REASON = "quarantined:";

    /**
     * Followed by a kind of log, a space and a format: events read back from their tables. Only
     * kinds of several logs tell the format, see {@link #readBack}.
     */
    public static final String READ_BACK = "readBack:";

    private RunCounters() {}

    /**
     * Name of the counter of events read back.
     *
     * @param format first word of {@link io.trailwatch.event.LogEvent#format}; empty for a kind
     *     whose rules read every format
     */
    public static String readBack(LogKind kind, String format) {
        return READ_BACK + kind + " " + format;
    }

    /** Value of a counter among a job's accumulators; 0 when the job has not counted yet. */
    public static long count(Map<String, Object> accumulators, String name) {
        return accumulators.get(name) instanceof Long value ? value : 0;
    }
}
