package io.trailwatch.pipeline.function;

import io.trailwatch.core.decode.AppEventAvro;
import io.trailwatch.core.decode.RegisteredSchema;
import io.trailwatch.core.unwrap.Pieces;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.core.unwrap.Unwrapper;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Event of the lake to the event as it was cut, under its old key and marked as stored. Where its
 * row does not tell the format, its text is unwrapped anew: rows were written before tables told
 * it.
 */
public final class RecallFunction extends ProcessFunction<LogEvent, LogEvent> {
    private static final long serialVersionUID = 1L;

    /** Of application events: their JSON text is kept, whatever they came as. */
    private static final String JSON_FORMAT = "json";

    private final UnwrapSettings settings;
    private final LongCounter unwrapped = new LongCounter();
    private transient @Nullable Unwrapper unwrapper;
    private transient @Nullable Map<String, LongCounter> byLog;

    /**
     * @param settings for rows that do not tell their format
     */
    public RecallFunction(UnwrapSettings settings) {
        this.settings = settings;
    }

    @Override
    public void open(OpenContext context) {
        unwrapper = new Unwrapper(settings);
        byLog = new HashMap<>();
        getRuntimeContext().addAccumulator(RunCounters.UNWRAPPED, unwrapped);
    }

    @Override
    public void processElement(LogEvent event, Context context, Collector<LogEvent> out) {
        unwrapped.add(1);
        LogEvent recalled = event.format().isEmpty() ? cutAgain(event) : event;
        if (recalled == null) {
            count(event.kind(), "");
            context.output(
                    Side.QUARANTINE,
                    Quarantined.of(
                            event,
                            "unwrap",
                            RejectReason.UNKNOWN_FORMAT,
                            "the row does not tell the format, and neither does its text"));
            return;
        }
        count(recalled.kind(), recalled.format());
        out.collect(stored(recalled, event, textFormat(recalled)));
    }

    /** The format of what the row keeps; with the schema that it was written with. */
    private static String textFormat(LogEvent event) {
        String format = event.format();
        if (event.kind() != LogKind.APP_EVENT
                || !RegisteredSchema.formatOf(format).equals(AppEventAvro.FORMAT)) {
            return format;
        }
        RegisteredSchema schema = RegisteredSchema.of(format);
        return schema == null ? JSON_FORMAT : schema.appendTo(JSON_FORMAT);
    }

    private static LogEvent stored(LogEvent recalled, LogEvent row, String format) {
        return new LogEvent(
                recalled.kind(),
                row.key(),
                row.eventHour(),
                format,
                row.origin(),
                row.provenance(),
                true,
                recalled.payload());
    }

    /** The one event of the same kind that the text holds; null when it holds anything else. */
    @SuppressWarnings("NullAway") // open() ran before
    private @Nullable LogEvent cutAgain(LogEvent event) {
        OnlyEvent only = new OnlyEvent();
        unwrapper.unwrapAgain(
                Quarantined.of(event, "unwrap", RejectReason.UNKNOWN_FORMAT, ""), only);
        LogEvent found = only.event;
        return only.others == 0 && found != null && found.kind() == event.kind() ? found : null;
    }

    @SuppressWarnings("NullAway") // open() ran before
    private void count(LogKind kind, String format) {
        // Formats of flow records and of header lines are of no bounded number: the first word is.
        boolean shared = kind == LogKind.HTTP_ACCESS || kind == LogKind.AWS_FINDING;
        int space = format.indexOf(' ');
        String log = !shared ? "" : space < 0 ? format : format.substring(0, space);
        byLog.computeIfAbsent(RunCounters.readBack(kind, log), this::counter).add(1);
    }

    private LongCounter counter(String name) {
        LongCounter counter = new LongCounter();
        getRuntimeContext().addAccumulator(name, counter);
        return counter;
    }

    private static final class OnlyEvent implements Pieces {
        private @Nullable LogEvent event;
        private int others;

        @Override
        public void event(LogEvent piece) {
            if (event == null) {
                event = piece;
            } else {
                others++;
            }
        }

        @Override
        public void control(Origin origin, String what) {
            others++;
        }

        @Override
        public void reject(Quarantined rejected) {
            others++;
        }
    }
}
