package io.trailwatch.connector.alerts;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Speaks to one target; does not wait and does not repeat. */
interface AlertClient extends AutoCloseable {
    /** After so long a call counts as failed, whatever the target does. */
    Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    /** Calls that may be under way at the same time. */
    int MAX_CALLS = 4;

    /** Alerts that one call can carry. */
    int maxBatchCount();

    /**
     * Sends alerts in one call. The future ends within the {@linkplain #CALL_TIMEOUT call timeout}
     * and some; with an {@link AlertException} if the target refuses for good.
     *
     * @param requests at most {@link #maxBatchCount}, together at most {@link
     *     AlertBody#MAX_MESSAGE_BYTES}
     */
    CompletableFuture<Delivery> send(List<AlertRequest> requests);

    @Override
    void close();
}
