package io.trailwatch.pipeline.function;

import io.trailwatch.core.unwrap.Pieces;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.Origin;
import io.trailwatch.quarantine.Quarantined;
import java.util.function.Consumer;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Hands pieces on: events ahead, rejections to {@link Side#QUARANTINE}; and counts them. */
final class CountedPieces<T> implements Pieces {
    private final ProcessFunction<T, LogEvent>.Context context;
    private final Collector<LogEvent> out;
    private final Consumer<String> controls;
    private long received;
    private long control;

    /**
     * @param controls is told the kind of each control message
     */
    CountedPieces(
            ProcessFunction<T, LogEvent>.Context context,
            Collector<LogEvent> out,
            Consumer<String> controls) {
        this.context = context;
        this.out = out;
        this.controls = controls;
    }

    /** All pieces so far. */
    long received() {
        return received;
    }

    /** Of these, control messages. */
    long control() {
        return control;
    }

    @Override
    public void event(LogEvent event) {
        received++;
        out.collect(event);
    }

    @Override
    public void control(Origin origin, String what) {
        received++;
        control++;
        controls.accept(what);
    }

    @Override
    public void reject(Quarantined rejected) {
        received++;
        context.output(Side.QUARANTINE, rejected);
    }
}
