package io.trailwatch.pipeline.function;

import io.trailwatch.connector.iceberg.RowDatas;
import io.trailwatch.core.deliver.Deliveries;
import io.trailwatch.core.normalise.OcsfVersion;
import io.trailwatch.finding.Finding;
import io.trailwatch.table.Tables;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.table.data.RowData;

/** Finding to its row in one of the tables of findings; counts it for the run. */
public final class FindingRowsFunction extends RichMapFunction<Finding, RowData> {
    private static final long serialVersionUID = 1L;

    private final OcsfVersion version;
    private final boolean dryRun;
    private final LongCounter findings = new LongCounter();

    /**
     * Rows of one table.
     *
     * @param version of OCSF that rows follow
     * @param dryRun whether for the table of dry runs
     */
    public FindingRowsFunction(OcsfVersion version, boolean dryRun) {
        this.version = version;
        this.dryRun = dryRun;
    }

    @Override
    public void open(OpenContext context) {
        getRuntimeContext()
                .addAccumulator(
                        dryRun ? RunCounters.FINDINGS_DRY_RUN : RunCounters.FINDINGS, findings);
    }

    @Override
    public RowData map(Finding finding) {
        findings.add(1);
        return RowDatas.view(
                dryRun ? Tables.FINDINGS_DRY_RUN : Tables.FINDINGS,
                Deliveries.row(finding, version));
    }
}
