package io.trailwatch.core.detect.window;

import io.trailwatch.core.decode.DecodedEvent;
import java.io.Serializable;
import java.util.Optional;

/**
 * A fold over the features of one key. It has no clock and no memory of its own: the same features
 * in {@link Feature#ORDER} give the same findings, with the same ids. Windows slide and include
 * both ends: an event exactly one span old still counts.
 *
 * <p>A finding opens an episode, which lasts while the condition keeps being met and ends once it
 * was not met for longer than the span. One episode gives one finding, or one an hour when it is
 * long.
 *
 * @param <F> feature it counts
 * @param <S> state of one key; plain records, bounded as each detector says
 */
public interface WindowDetector<F extends Feature, S> extends Serializable {
    Class<F> featureType();

    Class<S> stateType();

    /** What this detector wants of an event; empty when the event says nothing to it. */
    Optional<F> feature(DecodedEvent event);

    /** State of a key that was not seen yet. */
    S empty();

    /** Takes one feature, no earlier than those before it. The given state is left as it was. */
    Step<S> advance(S state, F feature);

    /**
     * Event time in milliseconds after which the state says no more than {@link #empty()}; {@code
     * Long.MIN_VALUE} for the empty state.
     */
    long expiresAt(S state);
}
