package io.trailwatch.pipeline.function;

import io.trailwatch.core.detect.correlation.CorrelationHit;
import io.trailwatch.finding.Finding;
import io.trailwatch.ledger.LedgerEntry;
import io.trailwatch.quarantine.Quarantined;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.OutputTag;

/** Side outputs that several functions share. */
public final class Side {
    /** What cannot be read. */
    public static final OutputTag<Quarantined> QUARANTINE =
            new OutputTag<>("quarantine", TypeInformation.of(Quarantined.class));

    /** What became of events; to be summed. */
    public static final OutputTag<LedgerEntry> LEDGER =
            new OutputTag<>("ledger", TypeInformation.of(LedgerEntry.class));

    /** Findings about single events. */
    public static final OutputTag<Finding> FINDINGS =
            new OutputTag<>("findings", TypeInformation.of(Finding.class));

    /** What counts towards correlations. */
    public static final OutputTag<CorrelationHit> HITS =
            new OutputTag<>("hits", TypeInformation.of(CorrelationHit.class));

    private Side() {}
}
