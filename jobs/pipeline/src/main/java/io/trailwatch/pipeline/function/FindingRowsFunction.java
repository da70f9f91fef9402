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

/** Finding to its row; counts it for the run. */
public final class FindingRowsFunction extends RichMapFunction<Finding, RowData> {
    private static final long serialVersionUID = 1L;

    private final OcsfVersion version;
    private final LongCounter findings = new LongCounter();

    /** Rows follow this version of OCSF. */
    public FindingRowsFunction(OcsfVersion version) {
        this.version = version;
    }

    @Override
    public void open(OpenContext context) {
        getRuntimeContext().addAccumulator(RunCounters.FINDINGS, findings);
    }

    @Override
    public RowData map(Finding finding) {
        findings.add(1);
        return RowDatas.view(Tables.FINDINGS, Deliveries.row(finding, version));
    }
}
