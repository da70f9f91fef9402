package io.trailwatch.pipeline.function;

import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import io.trailwatch.pipeline.rules.RuleRefusal;
import io.trailwatch.pipeline.rules.RuleReload;
import io.trailwatch.pipeline.rules.RuleRevision;
import io.trailwatch.pipeline.rules.RuleTexts;
import io.trailwatch.pipeline.rules.RuleUpdate;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From what a folder holds to the rules in force; for parallelism 1. A document that is refused is
 * told in the log and leaves by {@link Side#QUARANTINE}, once until its file or its problem
 * changes.
 */
public final class RuleReloadFunction extends ProcessFunction<RuleTexts, RuleUpdate>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(RuleReloadFunction.class);

    /** Stage in quarantine. */
    public static final String STAGE = "rules";

    /** Rows of one file in quarantine; the log has them all. */
    static final int MAX_ROWS_OF_FILE = 20;

    /** Bytes of its text that each of them keeps. */
    static final int MAX_ROW_BYTES = 64 * 1024;

    private final RuleReload reload;
    private transient RuleRevision.@Nullable State state;
    private transient @Nullable ListState<RuleRevision.State> stored;
    private transient @Nullable Counter failures;
    private transient int refused;

    public RuleReloadFunction(RuleReload reload) {
        this.reload = reload;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        stored =
                context.getOperatorStateStore()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "revision", TypeInformation.of(RuleRevision.State.class)));
        state = RuleRevision.State.of(reload.start());
        for (RuleRevision.State restored : stored.get()) {
            state = restored;
        }
    }

    @Override
    public void open(OpenContext context) {
        MetricGroup metrics = getRuntimeContext().getMetricGroup().addGroup("kinesisanalytics");
        metrics.gauge("rulesRefused", () -> refused);
        failures = metrics.counter("rulesReloadsFailed");
    }

    @Override
    @SuppressWarnings("NullAway") // initializeState() and open() ran before
    public void processElement(RuleTexts seen, Context context, Collector<RuleUpdate> out) {
        RuleRevision revision;
        try {
            revision = RuleRevision.of(state, seen, reload.pack());
        } catch (RuntimeException e) {
            // A fault of ours must not end a job whose rules in force are good.
            failures.inc();
            LOG.error("the rules in force stay, since those of the folder failed to load", e);
            return;
        }
        refused = revision.refused();
        Instant now = Instant.ofEpochMilli(context.timerService().currentProcessingTime());
        for (String file : revision.untold()) {
            List<RuleRefusal> refusals = revision.refusals().getOrDefault(file, List.of());
            for (RuleRefusal refusal : refusals) {
                LOG.warn("refused rule: {}", Quarantined.printable(refusal.detail()));
                if (refusal.index() < MAX_ROWS_OF_FILE) {
                    context.output(Side.QUARANTINE, quarantined(refusal, now));
                }
            }
        }
        RuleUpdate update = revision.update(state);
        state = revision.next();
        if (update != null) {
            LOG.info(revision.linked().summary(refused));
            out.collect(update);
        }
    }

    private Quarantined quarantined(RuleRefusal refusal, Instant now) {
        byte[] text = refusal.text().getBytes(StandardCharsets.UTF_8);
        return Quarantined.of(
                        new Origin(
                                reload.location().uri() + "/" + refusal.file(),
                                "",
                                "",
                                0,
                                refusal.index(),
                                now),
                        STAGE,
                        RejectReason.REFUSED_RULE,
                        refusal.detail(),
                        Arrays.copyOf(text, Math.min(text.length, MAX_ROW_BYTES)))
                .asPiece(text.length, Provenance.NONE, "");
    }

    @Override
    @SuppressWarnings("NullAway") // initializeState() ran before
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        stored.update(List.of(state));
    }
}
