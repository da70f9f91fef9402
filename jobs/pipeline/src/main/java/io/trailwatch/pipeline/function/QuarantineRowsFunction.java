package io.trailwatch.pipeline.function;

import io.trailwatch.connector.iceberg.RowDatas;
import io.trailwatch.core.deliver.Deliveries;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import io.trailwatch.table.Tables;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** Quarantined piece to its row; counts it by reason for the run. */
public final class QuarantineRowsFunction extends RichMapFunction<Quarantined, RowData> {
    private static final long serialVersionUID = 1L;

    private transient @Nullable Map<RejectReason, LongCounter> byReason;

    @Override
    public void open(OpenContext context) {
        byReason = new EnumMap<>(RejectReason.class);
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public RowData map(Quarantined piece) {
        byReason.computeIfAbsent(piece.reason(), this::counter).add(1);
        return RowDatas.view(Tables.QUARANTINE, Deliveries.row(piece));
    }

    private LongCounter counter(RejectReason reason) {
        LongCounter counter = new LongCounter();
        getRuntimeContext()
                .addAccumulator(RunCounters.QUARANTINED_BY_REASON + reason.name(), counter);
        return counter;
    }
}
