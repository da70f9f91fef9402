package io.trailwatch.cli.job;

import io.trailwatch.pipeline.function.RunCounters;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a bounded run did, from the rows it wrote.
 *
 * @param files files read
 * @param inputBytes their size, as stored
 * @param flowSkipData flow records written that say that AWS could not capture all traffic
 * @param findings findings that were not in the lake before
 * @param findingsDryRun findings of dry runs that were not in the lake before
 * @param quarantinedByReason quarantine rows written, by reason code
 * @param elapsed from submission to the last commit
 */
record RunSummary(
        long files,
        long inputBytes,
        long received,
        long written,
        long quarantined,
        long deduplicated,
        long control,
        long late,
        long flowSkipData,
        long findings,
        long findingsDryRun,
        SortedMap<String, Long> quarantinedByReason,
        Duration elapsed) {

    static RunSummary of(
            long files, long inputBytes, Map<String, Object> accumulators, Duration elapsed) {
        SortedMap<String, Long> byReason = new TreeMap<>();
        accumulators.forEach(
                (name, value) -> {
                    if (name.startsWith(RunCounters.QUARANTINED_BY_REASON)) {
                        byReason.put(
                                name.substring(RunCounters.QUARANTINED_BY_REASON.length()),
                                (Long) value);
                    }
                });
        return new RunSummary(
                files,
                inputBytes,
                RunCounters.count(accumulators, RunCounters.RECEIVED),
                RunCounters.count(accumulators, RunCounters.WRITTEN),
                RunCounters.count(accumulators, RunCounters.QUARANTINED),
                RunCounters.count(accumulators, RunCounters.DEDUPLICATED),
                RunCounters.count(accumulators, RunCounters.CONTROL),
                RunCounters.count(accumulators, RunCounters.LATE),
                RunCounters.count(accumulators, RunCounters.FLOW_SKIP_DATA),
                RunCounters.count(accumulators, RunCounters.FINDINGS),
                RunCounters.count(accumulators, RunCounters.FINDINGS_DRY_RUN),
                byReason,
                elapsed);
    }

    /** Whether every piece received is accounted for. */
    boolean balanced() {
        return received == written + quarantined + deduplicated + control;
    }
}
