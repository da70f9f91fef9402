package io.trailwatch.core.decode;

import io.trailwatch.quarantine.RejectReason;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Outcome of reading one event: the event, or the reason why it cannot be read. */
public sealed interface Decoded<T> {
    /** The event was read. */
    record Accepted<T>(T value) implements Decoded<T> {}

    /** The event cannot be read; the detail names the field, the value and the limit. */
    record Rejected<T>(RejectReason reason, String detail) implements Decoded<T> {}

    static <T> Decoded<T> accepted(T value) {
        return new Accepted<>(value);
    }

    static <T> Decoded<T> rejected(RejectReason reason, String detail) {
        return new Rejected<>(reason, detail);
    }

    /** Hands the outcome to the one of the two that it is for. */
    default void route(Consumer<? super T> accepted, BiConsumer<RejectReason, String> rejected) {
        if (this instanceof Accepted<T> a) {
            accepted.accept(a.value());
        } else if (this instanceof Rejected<T> r) {
            rejected.accept(r.reason(), r.detail());
        } else {
            throw new AssertionError(this);
        }
    }
}
