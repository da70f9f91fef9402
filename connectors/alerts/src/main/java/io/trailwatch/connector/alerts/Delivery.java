package io.trailwatch.connector.alerts;

import java.time.Duration;
import java.util.List;

/**
 * What became of one call to a target.
 *
 * @param sentCount alerts that the target has taken
 * @param throttled alerts it refused for their rate, in the order sent
 * @param failed alerts it could not take for another reason that may pass, in the order sent
 * @param rejected alerts it will never take, for what they say; they are told and left
 * @param reason why not all were taken, for the log; empty when all were
 * @param retryAfter the least pause the target asked for; zero when it asked for none
 */
record Delivery(
        int sentCount,
        List<AlertRequest> throttled,
        List<AlertRequest> failed,
        List<AlertRequest> rejected,
        String reason,
        Duration retryAfter) {
    static Delivery sent(int count) {
        return new Delivery(count, List.of(), List.of(), List.of(), "", Duration.ZERO);
    }

    static Delivery throttled(List<AlertRequest> requests, String reason, Duration retryAfter) {
        return new Delivery(0, requests, List.of(), List.of(), reason, retryAfter);
    }

    static Delivery failed(List<AlertRequest> requests, String reason, Duration retryAfter) {
        return new Delivery(0, List.of(), requests, List.of(), reason, retryAfter);
    }

    static Delivery rejected(List<AlertRequest> requests, String reason) {
        return new Delivery(0, List.of(), List.of(), requests, reason, Duration.ZERO);
    }
}
