package io.trailwatch.pipeline.function;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.window.Feature;
import io.trailwatch.core.detect.window.WindowDetector;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Parsed event to the small record a windowed detector keeps of it, if it concerns the detector at
 * all.
 */
public final class FeatureFunction<F extends Feature> extends ProcessFunction<DecodedEvent, F> {
    private static final long serialVersionUID = 1L;

    private final WindowDetector<F, ?> detector;
    private transient @Nullable Counter failures;

    public FeatureFunction(WindowDetector<F, ?> detector) {
        this.detector = detector;
    }

    @Override
    public void open(OpenContext context) {
        failures =
                getRuntimeContext()
                        .getMetricGroup()
                        .addGroup("kinesisanalytics")
                        .counter("featuresFailed");
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement(DecodedEvent event, Context context, Collector<F> out) {
        Optional<F> feature;
        try {
            feature = detector.feature(event);
        } catch (RuntimeException e) {
            // The event has its row; only this detector does not see it, and that is counted.
            failures.inc();
            return;
        }
        feature.ifPresent(out::collect);
    }
}
