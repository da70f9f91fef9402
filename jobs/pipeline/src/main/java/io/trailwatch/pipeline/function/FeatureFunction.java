package io.trailwatch.pipeline.function;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.window.Feature;
import io.trailwatch.core.detect.window.WindowDetector;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Parsed event to the small record a windowed detector keeps of it, if it concerns the detector at
 * all.
 */
public final class FeatureFunction<F extends Feature> extends ProcessFunction<DecodedEvent, F> {
    private static final long serialVersionUID = 1L;

    private final WindowDetector<F, ?> detector;

    public FeatureFunction(WindowDetector<F, ?> detector) {
        this.detector = detector;
    }

    @Override
    public void processElement(DecodedEvent event, Context context, Collector<F> out) {
        detector.feature(event).ifPresent(out::collect);
    }
}
