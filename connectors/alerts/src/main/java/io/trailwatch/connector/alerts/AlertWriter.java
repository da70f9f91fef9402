package io.trailwatch.connector.alerts;

import io.trailwatch.finding.Finding;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.DequeRequestBuffer;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.connector.base.sink.writer.SimpleBatchCreator;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.connector.base.sink.writer.strategy.CongestionControlRateLimitingStrategy;
import org.apache.flink.connector.base.sink.writer.strategy.NoOpScalingStrategy;
import org.apache.flink.connector.base.sink.writer.strategy.RateLimitingStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends alerts to one target at least once.
 *
 * <p>Flink's {@link AsyncSinkWriter} makes batches and keeps calls under way; its own repetition
 * puts a failed alert back at once and, while a target is down, holds the task in its flush, where
 * no checkpoint can pass. Therefore a failed alert leaves it and waits here until its time comes: a
 * target that is down costs a call now and then, and the task goes on until {@link
 * #MAX_WAITING_COUNT} alerts wait. All methods and all state belong to the task's thread.
 */
final class AlertWriter implements StatefulSinkWriter<Finding, BufferedRequestState<AlertRequest>> {
    private static final Logger LOG = LoggerFactory.getLogger(AlertWriter.class);

    /** Alerts that may wait; one more holds up the task until the target takes some. */
    static final int MAX_WAITING_COUNT = 2000;

    /** How long an alert waits for others to share its call. */
    private static final Duration LINGER = Duration.ofMillis(100);

    /** Calls end by themselves, long before. */
    private static final Duration NEVER = Duration.ofHours(1);

    /** What is sent has no time of its own here. */
    private static final Context NO_CONTEXT =
            new Context() {
                @Override
                public long currentWatermark() {
                    return Long.MIN_VALUE;
                }

                @Override
                public @Nullable Long timestamp() {
                    return null;
                }
            };

    private final AlertTarget target;
    private final ElementConverter<Finding, AlertRequest> converter;
    private final AlertClient client;
    private final Backoff backoff;
    private final MailboxExecutor mailbox;
    private final ProcessingTimeService timers;
    private final AlertMetrics metrics;
    private final Calls calls;

    /** Alerts not given to a call, oldest first. */
    private final Deque<AlertRequest> waiting = new ArrayDeque<>();

    /** Alerts given to {@link #calls} whose fate is not known yet. */
    private int handedCount;

    private int failuresInARow;
    private boolean backingOff;
    private boolean checkpointing;

    AlertWriter(
            AlertTarget target,
            ElementConverter<Finding, AlertRequest> converter,
            AlertClient client,
            Backoff backoff,
            WriterInitContext context,
            Collection<BufferedRequestState<AlertRequest>> restored) {
        this.target = target;
        this.converter = converter;
        this.client = client;
        this.backoff = backoff;
        this.mailbox = context.getMailboxExecutor();
        this.timers = context.getProcessingTimeService();
        this.metrics = new AlertMetrics(context.metricGroup(), waiting::size);
        this.calls = new Calls(context, client.maxBatchCount());
        for (BufferedRequestState<AlertRequest> state : restored) {
            state.getBufferedRequestEntries()
                    .forEach(entry -> waiting.addLast(entry.getRequestEntry()));
        }
        if (!waiting.isEmpty()) {
            handOnIn(Duration.ZERO);
        }
    }

    @Override
    public void write(Finding finding, Context context) throws IOException, InterruptedException {
        while (waiting.size() + handedCount >= MAX_WAITING_COUNT) {
            // Answers and timers come as mails and make room.
            mailbox.yield();
        }
        waiting.addLast(converter.apply(finding, context));
        handOn();
    }

    /**
     * Before a checkpoint waits for the answers to calls under way, at most the time-out of two
     * calls; at the end of input for all alerts to be taken, however long.
     */
    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
        if (endOfInput) {
            handOn();
            calls.flush(true);
            while (!waiting.isEmpty()) {
                mailbox.yield();
                calls.flush(true);
            }
            return;
        }
        // Nothing is handed on meanwhile, or the wait would last as long as there are alerts. An
        // incomplete batch whose time to linger ends may still become a call.
        checkpointing = true;
        try {
            calls.flush(false);
        } finally {
            checkpointing = false;
        }
        handOnIn(Duration.ZERO);
    }

    @Override
    public List<BufferedRequestState<AlertRequest>> snapshotState(long checkpointId) {
        List<RequestEntryWrapper<AlertRequest>> entries = new ArrayList<>();
        calls.snapshotState(checkpointId)
                .forEach(state -> entries.addAll(state.getBufferedRequestEntries()));
        waiting.forEach(
                request -> entries.add(new RequestEntryWrapper<>(request, request.sizeBytes())));
        return List.of(new BufferedRequestState<>(entries));
    }

    @Override
    public void close() {
        client.close();
    }

    /** Gives waiting alerts to calls: one batch after a failure, otherwise as many as may run. */
    private void handOn() throws IOException, InterruptedException {
        int limit = client.maxBatchCount() * (failuresInARow > 0 ? 1 : AlertClient.MAX_CALLS);
        while (!backingOff && !checkpointing && !waiting.isEmpty() && handedCount < limit) {
            handedCount++;
            calls.write(waiting.removeFirst(), NO_CONTEXT);
        }
    }

    private void handOnIn(Duration delay) {
        timers.registerTimer(
                timers.getCurrentProcessingTime() + delay.toMillis(), time -> handOn());
    }

    /** Books the fate of one call. */
    private void settle(int count, Delivery delivery) throws IOException, InterruptedException {
        handedCount -= count;
        metrics.count(delivery);
        for (AlertRequest rejected : delivery.rejected()) {
            // The finding is in the table. Ending the job for it would end every restart as well.
            LOG.error(
                    "{} does not take the alert of finding {} for what it says, it is left: {}",
                    target.label(),
                    rejected.findingId(),
                    delivery.reason());
        }
        List<AlertRequest> again = new ArrayList<>(delivery.throttled());
        again.addAll(delivery.failed());
        for (int i = again.size() - 1; i >= 0; i--) {
            waiting.addFirst(again.get(i));
        }
        if (again.isEmpty()) {
            if (failuresInARow > 0 && !backingOff) {
                LOG.info("{} takes alerts again, {} wait", target.label(), waiting.size());
                failuresInARow = 0;
            }
            handOn();
        } else if (!backingOff) {
            // Calls that fail beside each other are one failure.
            failuresInARow = delivery.sentCount() > 0 ? 1 : failuresInARow + 1;
            backOff(delivery);
        }
    }

    private void backOff(Delivery delivery) {
        Duration delay =
                backoff.delay(
                        failuresInARow,
                        ThreadLocalRandom.current().nextDouble(),
                        delivery.retryAfter());
        if (Integer.bitCount(failuresInARow) == 1) {
            LOG.warn(
                    "{} took no alert in {} attempts in a row: {}; {} wait, next attempt in {} ms",
                    target.label(),
                    failuresInARow,
                    delivery.reason(),
                    waiting.size(),
                    delay.toMillis());
        }
        backingOff = true;
        timers.registerTimer(
                timers.getCurrentProcessingTime() + delay.toMillis(),
                time -> {
                    backingOff = false;
                    handOn();
                });
    }

    /**
     * Paces nothing, since the writer hands on no more than may run: a full batch never waits here,
     * where a checkpoint would have to wait for its call.
     */
    private static RateLimitingStrategy allCallsAtOnce(int batchCount) {
        int alerts = batchCount * AlertClient.MAX_CALLS;
        return CongestionControlRateLimitingStrategy.builder()
                .setMaxInFlightRequests(AlertClient.MAX_CALLS)
                .setInitialMaxInFlightMessages(alerts)
                .setScalingStrategy(new NoOpScalingStrategy<>())
                .build();
    }

    /** Batches and calls under way. */
    private final class Calls extends AsyncSinkWriter<AlertRequest, AlertRequest> {
        Calls(WriterInitContext context, int batchCount) {
            super(
                    (request, unused) -> request,
                    context,
                    AsyncSinkWriterConfiguration.builder()
                            .setMaxBatchSize(batchCount)
                            .setMaxBatchSizeInBytes(AlertBody.MAX_MESSAGE_BYTES)
                            .setMaxInFlightRequests(AlertClient.MAX_CALLS)
                            // Never reached: no more are handed on than calls may carry.
                            .setMaxBufferedRequests(batchCount * AlertClient.MAX_CALLS + 1)
                            .setMaxTimeInBufferMS(LINGER.toMillis())
                            .setMaxRecordSizeInBytes(AlertBody.MAX_MESSAGE_BYTES)
                            .setRequestTimeoutMS(NEVER.toMillis())
                            .setRateLimitingStrategy(allCallsAtOnce(batchCount))
                            .build(),
                    List.of(),
                    new SimpleBatchCreator<>(AlertBody.MAX_MESSAGE_BYTES),
                    new DequeRequestBuffer<>());
        }

        @Override
        protected void submitRequestEntries(
                List<AlertRequest> requests, ResultHandler<AlertRequest> result) {
            client.send(requests)
                    .whenComplete((delivery, failure) -> end(requests, delivery, failure, result));
        }

        private void end(
                List<AlertRequest> requests,
                Delivery delivery,
                Throwable failure,
                ResultHandler<AlertRequest> result) {
            if (failure != null) {
                metrics.refused(requests.size());
                result.completeExceptionally(fatal(failure));
                return;
            }
            // Comes before the mail with which the call counts as over, so that no snapshot can
            // fall between the two.
            mailbox.execute(
                    () -> settle(requests.size(), delivery),
                    "book the fate of %s alerts",
                    requests.size());
            result.complete();
        }

        private Exception fatal(Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure;
            return cause instanceof AlertException alert
                    ? alert
                    : new AlertException(target.label() + " cannot be called", cause);
        }

        @Override
        protected long getSizeInBytes(AlertRequest request) {
            return request.sizeBytes();
        }
    }
}
