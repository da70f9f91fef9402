package io.trailwatch.pipeline.function;

import io.trailwatch.connector.iceberg.RowDatas;
import io.trailwatch.core.deliver.Deliveries;
import io.trailwatch.ledger.LedgerEntry;
import io.trailwatch.table.Tables;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.table.data.RowData;

/** Ledger entry to its row; adds it to the sums of the run. */
public final class LedgerRowsFunction extends RichMapFunction<LedgerEntry, RowData> {
    private static final long serialVersionUID = 1L;

    private final LongCounter received = new LongCounter();
    private final LongCounter written = new LongCounter();
    private final LongCounter quarantined = new LongCounter();
    private final LongCounter deduplicated = new LongCounter();
    private final LongCounter control = new LongCounter();
    private final LongCounter late = new LongCounter();

    @Override
    public void open(OpenContext context) {
        getRuntimeContext().addAccumulator(RunCounters.RECEIVED, received);
        getRuntimeContext().addAccumulator(RunCounters.WRITTEN, written);
        getRuntimeContext().addAccumulator(RunCounters.QUARANTINED, quarantined);
        getRuntimeContext().addAccumulator(RunCounters.DEDUPLICATED, deduplicated);
        getRuntimeContext().addAccumulator(RunCounters.CONTROL, control);
        getRuntimeContext().addAccumulator(RunCounters.LATE, late);
    }

    @Override
    public RowData map(LedgerEntry entry) {
        received.add(entry.received());
        written.add(entry.written());
        quarantined.add(entry.quarantined());
        deduplicated.add(entry.deduplicated());
        control.add(entry.control());
        late.add(entry.late());
        return RowDatas.view(Tables.LEDGER, Deliveries.row(entry));
    }
}
