package io.trailwatch.pipeline.function;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableMap;

import io.trailwatch.connector.iceberg.RowDatas;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.FlowRecord;
import io.trailwatch.core.normalise.EventRows;
import io.trailwatch.core.normalise.EventRows.TableRow;
import io.trailwatch.core.normalise.OcsfVersion;
import io.trailwatch.event.LogEvent;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Enriched event to the row of its table, which leaves by the side output of that table; the event
 * itself goes on to the detectors. An event the lake already holds goes on without a row. Every row
 * is counted in the ledger; so is every event that comes behind the watermark. A windowed
 * detector's own watermark is never ahead of this one, so whatever it has to pass over is among
 * those counted. Rows of flow records that say that AWS could not capture all traffic are counted
 * apart: what the other rows show is not the whole then.
 */
public final class NormaliseFunction extends ProcessFunction<EnrichedEvent, DecodedEvent> {
    private static final long serialVersionUID = 1L;

    private static final Map<String, OutputTag<RowData>> ROWS =
            Tables.EVENTS.stream()
                    .collect(
                            toUnmodifiableMap(
                                    TableLayout::name,
                                    table ->
                                            new OutputTag<>(
                                                    "rows-" + table.name(),
                                                    RowDatas.typeOf(table))));

    private final OcsfVersion version;
    private final LongCounter normalised = new LongCounter();
    private final LongCounter skipDataOfRun = new LongCounter();
    private transient @Nullable Counter skipData;

    /** Rows follow this version of OCSF. */
    public NormaliseFunction(OcsfVersion version) {
        this.version = version;
    }

    @Override
    public void open(OpenContext context) {
        getRuntimeContext().addAccumulator(RunCounters.NORMALISED, normalised);
        getRuntimeContext().addAccumulator(RunCounters.FLOW_SKIP_DATA, skipDataOfRun);
        skipData =
                getRuntimeContext()
                        .getMetricGroup()
                        .addGroup("kinesisanalytics")
                        .counter(RunCounters.FLOW_SKIP_DATA);
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
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
                            logEvent,
                            "normalise",
                            RejectReason.DECODER_BUG,
                            "normalising failed: " + e));
            return;
        }
        boolean late =
                event.decoded().body().time().toEpochMilli()
                        <= context.timerService().currentWatermark();
        context.output(
                Side.LEDGER, Ledger.of(logEvent.origin()).withWritten(1).withLate(late ? 1 : 0));
        if (event.decoded().body() instanceof FlowRecord flow && flow.skipData()) {
            skipDataOfRun.add(1);
            skipData.inc();
        }
        out.collect(event.decoded());
    }

    /** The side output of the rows of an event table. */
    public static OutputTag<RowData> rows(TableLayout table) {
        return requireNonNull(ROWS.get(table.name()), table.name());
    }

    private void write(EnrichedEvent event, Context context) {
        TableRow made = EventRows.of(event.decoded(), event.source(), event.destination(), version);
        context.output(rows(made.table()), RowDatas.view(made.table(), made.row()));
    }
}
