package io.trailwatch.pipeline.function;

import io.trailwatch.connector.iceberg.RowDatas;
import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.CloudTrailEvent;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.EventBody;
import io.trailwatch.core.decode.FlowRecord;
import io.trailwatch.core.normalise.AppEventRows;
import io.trailwatch.core.normalise.CloudTrailRows;
import io.trailwatch.core.normalise.VpcFlowRows;
import io.trailwatch.event.LogEvent;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Enriched event to the row of its table, which leaves by the side output of that table; the event
 * itself goes on to the detectors. An event the lake already holds goes on without a row. Every row
 * is counted in the ledger; so is every event that comes behind the watermark. A windowed
 * detector's own watermark is never ahead of this one, so whatever it has to pass over is among
 * those counted.
 */
public final class NormaliseFunction extends ProcessFunction<EnrichedEvent, DecodedEvent> {
    private static final long serialVersionUID = 1L;

    public static final OutputTag<RowData> CLOUD_TRAIL = tag(Tables.CLOUD_TRAIL);
    public static final OutputTag<RowData> VPC_FLOW = tag(Tables.VPC_FLOW);
    public static final OutputTag<RowData> APP_EVENTS = tag(Tables.APP_EVENTS);

    private final LongCounter normalised = new LongCounter();

    @Override
    public void open(OpenContext context) {
        getRuntimeContext().addAccumulator(RunCounters.NORMALISED, normalised);
    }

    @Override
    public void processElement(EnrichedEvent event, Context context, Collector<DecodedEvent> out) {
        normalised.add(1);
        LogEvent logEvent = event.decoded().event();
        if (logEvent.stored()) {
            context.output(Side.LEDGER, Ledger.of(logEvent.origin()).withDeduplicated(1));
            out.collect(event.decoded());
            return;
        }
        try {
            write(event, context);
        } catch (RuntimeException e) {
            // One event must not stop all: its bytes are kept, and the job goes on.
            context.output(
                    Side.QUARANTINE,
                    Quarantined.of(
                            logEvent.origin(),
                            "normalise",
                            RejectReason.DECODER_BUG,
                            "normalising failed: " + e,
                            logEvent.payload()));
            return;
        }
        boolean late =
                event.decoded().body().time().toEpochMilli()
                        <= context.timerService().currentWatermark();
        context.output(
                Side.LEDGER, Ledger.of(logEvent.origin()).withWritten(1).withLate(late ? 1 : 0));
        out.collect(event.decoded());
    }

    private static void write(EnrichedEvent event, Context context) {
        LogEvent logEvent = event.decoded().event();
        EventBody body = event.decoded().body();
        if (body instanceof CloudTrailEvent call) {
            Row row = CloudTrailRows.row(logEvent, call, event.source());
            context.output(CLOUD_TRAIL, RowDatas.view(Tables.CLOUD_TRAIL, row));
        } else if (body instanceof FlowRecord flow) {
            Row row = VpcFlowRows.row(logEvent, flow, event.source(), event.destination());
            context.output(VPC_FLOW, RowDatas.view(Tables.VPC_FLOW, row));
        } else if (body instanceof AppEvent app) {
            Row row = AppEventRows.row(logEvent, app, event.source());
            context.output(APP_EVENTS, RowDatas.view(Tables.APP_EVENTS, row));
        } else {
            throw new AssertionError(body);
        }
    }

    private static OutputTag<RowData> tag(TableLayout layout) {
        return new OutputTag<>("rows-" + layout.name(), RowDatas.typeOf(layout));
    }
}
