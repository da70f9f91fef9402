package io.trailwatch.connector.kinesis.fake;

import io.trailwatch.connector.kinesis.fake.Call.Operation;
import io.trailwatch.connector.kinesis.fake.Fault.Kind;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Faults drawn at random: the same source of randomness and the same calls give the same faults.
 */
public final class SeededFaults implements FaultSchedule {
    private static final List<Kind> ANY =
            List.of(
                    Kind.THROTTLED,
                    Kind.INTERNAL_FAILURE,
                    Kind.UNAVAILABLE,
                    Kind.CONNECTION_RESET,
                    Kind.LOST_ANSWER);
    private static final List<Kind> READING = List.of(Kind.EXPIRED_ITERATOR, Kind.EMPTY_ANSWER);
    private static final List<Kind> SUBSCRIBING =
            List.of(
                    Kind.DISCONNECT,
                    Kind.FAILURE_EVENT,
                    Kind.EARLY_END,
                    Kind.DISCONNECT_BEFORE_END);

    private final RandomGenerator random;
    private final double share;
    private final Duration longestDelay;

    /**
     * @param share of the calls that go wrong, 0 to 1; as many again are late
     * @param longestDelay delays lie below it
     */
    public SeededFaults(RandomGenerator random, double share, Duration longestDelay) {
        this.random = random;
        this.share = share;
        this.longestDelay = longestDelay;
    }

    @Override
    public Fault on(Call call) {
        double draw = random.nextDouble();
        Duration delay =
                random.nextDouble() < share
                        ? Duration.ofMillis(random.nextLong(Math.max(1, longestDelay.toMillis())))
                        : Duration.ZERO;
        return draw < share
                ? new Fault(kind(call.operation()), delay, random.nextInt(4))
                : Fault.delayedBy(delay);
    }

    private Kind kind(Operation operation) {
        List<Kind> own =
                switch (operation) {
                    case GET_RECORDS -> READING;
                    case SUBSCRIBE_TO_SHARD -> SUBSCRIBING;
                    default -> List.of();
                };
        int drawn = random.nextInt(ANY.size() + own.size());
        return drawn < ANY.size() ? ANY.get(drawn) : own.get(drawn - ANY.size());
    }
}
