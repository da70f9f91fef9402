package io.trailwatch.connector.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.junit.jupiter.api.Test;

/** The writer on a task and a clock of the test's own. */
class AlertWriterTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8));

    private final ManualTask task = new ManualTask();
    private final ScriptedClient client = new ScriptedClient();
    private AlertWriter writer = writer(List.of());

    @Test
    void everythingIsTakenInOrderAndInBatches() throws Exception {
        write(0, 95);
        task.pass(LONG);

        assertThat(client.taken).containsExactlyElementsOf(ids(0, 95));
        assertThat(client.calls).allSatisfy(call -> assertThat(call).hasSizeLessThanOrEqualTo(10));
        assertThat(client.calls).hasSizeLessThan(15);
        assertThat(task.count("alertsSent")).isEqualTo(95);
        assertThat(task.count("alertsFailed")).isZero();
    }

    @Test
    void aFailedAlertIsTriedAgainAfterAPauseAndOnlyThat() throws Exception {
        client.then(
                call ->
                        new Delivery(
                                2,
                                List.of(),
                                List.of(call.get(1)),
                                List.of(),
                                "no",
                                Duration.ZERO));
        write(0, 3);
        task.pass(Duration.ofMillis(400));
        assertThat(client.calls).containsExactly(ids(0, 3));

        task.pass(Duration.ofSeconds(2));

        assertThat(client.calls).containsExactly(ids(0, 3), ids(1, 2));
        assertThat(task.count("alertsSent")).isEqualTo(3);
        assertThat(task.count("alertsFailed")).isEqualTo(1);
        assertThat(task.count("alertsThrottled")).isZero();
    }

    @Test
    void anAlertThatIsRejectedIsCountedAndLeftWhileTheOthersGoOn() throws Exception {
        client.then(
                call ->
                        new Delivery(
                                call.size() - 1,
                                List.of(),
                                List.of(),
                                List.of(call.get(0)),
                                "status 400",
                                Duration.ZERO));
        write(0, 3);
        task.pass(LONG);
        write(3, 5);
        task.pass(LONG);

        assertThat(client.calls).containsExactly(ids(0, 3), ids(3, 5));
        assertThat(task.count("alertsRejected")).isEqualTo(1);
        assertThat(task.count("alertsSent")).isEqualTo(4);
        assertThat(checkpoint()).isEmpty();
    }

    @Test
    void throttledAlertsWaitAsLongAsTheTargetAsks() throws Exception {
        client.then(call -> Delivery.throttled(call, "slow down", Duration.ofSeconds(7)));
        write(0, 3);
        task.pass(Duration.ofMillis(6_900));
        assertThat(client.calls).hasSize(1);

        task.pass(Duration.ofSeconds(1));

        assertThat(client.taken).containsExactlyElementsOf(ids(0, 3));
        assertThat(task.count("alertsThrottled")).isEqualTo(3);
        assertThat(task.count("alertsFailed")).isZero();
    }

    @Test
    void aTargetThatIsDownGetsOneCallNowAndThen() throws Exception {
        client.otherwise = call -> Delivery.failed(call, "down", Duration.ZERO);
        write(0, 100);
        task.pass(Duration.ofMinutes(1));

        // After 1, 2, 4 and then every 8 seconds, less jitter; the first calls ran side by side.
        assertThat(client.calls).hasSizeBetween(9, 23);
        assertThat(client.calls.get(client.calls.size() - 1)).hasSize(10);
        assertThat(client.taken).isEmpty();
    }

    @Test
    void checkpointsPassWhileTheTargetIsDownAndHoldEveryAlert() throws Exception {
        client.otherwise = call -> Delivery.failed(call, "down", Duration.ZERO);
        write(0, AlertWriter.MAX_WAITING_COUNT);
        task.pass(Duration.ofSeconds(30));

        assertThat(checkpoint())
                .containsExactlyInAnyOrderElementsOf(ids(0, AlertWriter.MAX_WAITING_COUNT));

        client.otherwise = ScriptedClient::take;
        task.pass(LONG);
        assertThat(client.taken)
                .containsExactlyInAnyOrderElementsOf(ids(0, AlertWriter.MAX_WAITING_COUNT));
        assertThat(checkpoint()).isEmpty();
    }

    @Test
    void aFullBufferHoldsTheTaskUntilTheTargetTakesSome() throws Exception {
        client.otherwise = call -> Delivery.failed(call, "down", Duration.ZERO);
        write(0, AlertWriter.MAX_WAITING_COUNT);
        task.pass(Duration.ofSeconds(30));
        int callsBefore = client.calls.size();
        client.then(call -> Delivery.failed(call, "down", Duration.ZERO));
        client.then(ScriptedClient::take);

        write(AlertWriter.MAX_WAITING_COUNT, AlertWriter.MAX_WAITING_COUNT + 1);

        assertThat(client.calls).hasSizeGreaterThanOrEqualTo(callsBefore + 2);
        assertThat(client.taken).hasSize(10);
        client.otherwise = ScriptedClient::take;
        task.pass(LONG);
        assertThat(client.taken)
                .containsExactlyInAnyOrderElementsOf(ids(0, AlertWriter.MAX_WAITING_COUNT + 1));
    }

    @Test
    void aCheckpointWaitsForCallsUnderWayAndHandsOnNothingElse() throws Exception {
        List<CompletableFuture<Delivery>> answers = new ArrayList<>();
        client.futures = answers;
        write(0, 100);
        assertThat(client.calls).containsExactly(ids(0, 10), ids(10, 20), ids(20, 30), ids(30, 40));
        List<AlertRequest> sent = client.requests.get(0);
        // The answers come in while the checkpoint waits; of the first call half failed.
        Delivery half =
                new Delivery(5, List.of(), sent.subList(5, 10), List.of(), "no", Duration.ZERO);
        task.execute(() -> answers.get(1).complete(Delivery.sent(10)), "answer");
        task.execute(() -> answers.get(0).complete(half), "answer");
        task.execute(() -> answers.get(2).complete(Delivery.sent(10)), "answer");
        task.execute(() -> answers.get(3).complete(Delivery.sent(10)), "answer");

        List<String> state = checkpoint();

        assertThat(client.calls).hasSize(4);
        List<String> expected = new ArrayList<>(ids(5, 10));
        expected.addAll(ids(40, 100));
        assertThat(state).containsExactlyElementsOf(expected);
    }

    @Test
    void whatACheckpointHeldBackIsSentAfterIt() throws Exception {
        write(0, 5);
        List<String> state = checkpoint();
        assertThat(state).containsExactlyElementsOf(ids(0, 5));

        task.pass(Duration.ofSeconds(1));

        assertThat(client.taken).containsExactlyElementsOf(ids(0, 5));
    }

    @Test
    void restoredAlertsAreSentWithoutAnyNewOne() {
        writer = writer(List.of(state(0, 3), state(3, 60)));

        task.pass(LONG);

        assertThat(client.taken).containsExactlyElementsOf(ids(0, 60));
    }

    @Test
    void theEndOfInputWaitsUntilEveryAlertIsTaken() throws Exception {
        for (int i = 0; i < 7; i++) {
            client.then(call -> Delivery.failed(call, "down", Duration.ZERO));
        }
        write(0, 45);

        writer.flush(true);

        assertThat(client.taken).containsExactlyInAnyOrderElementsOf(ids(0, 45));
        assertThat(checkpoint()).isEmpty();
    }

    @Test
    void aRefusalForGoodFailsTheTask() throws Exception {
        client.then(
                call -> {
                    throw new AlertException("webhook refuses");
                });
        write(0, 1);

        assertThatThrownBy(() -> task.pass(LONG))
                .isInstanceOf(AlertException.class)
                .hasMessage("webhook refuses");
        assertThat(task.count("alertsFailed")).isEqualTo(1);
    }

    private AlertWriter writer(Collection<BufferedRequestState<AlertRequest>> state) {
        return new AlertWriter(
                AlertTarget.parse("https://alerts.example.com/hook"),
                (finding, context) -> AlertBody.of(finding),
                client,
                BACKOFF,
                task,
                state);
    }

    private void write(int from, int to) throws Exception {
        for (int number = from; number < to; number++) {
            writer.write(Findings.numbered(number), null);
        }
    }

    private List<String> checkpoint() throws Exception {
        writer.flush(false);
        return writer.snapshotState(1).stream()
                .flatMap(state -> state.getBufferedRequestEntries().stream())
                .map(entry -> entry.getRequestEntry().findingId())
                .toList();
    }

    private static BufferedRequestState<AlertRequest> state(int from, int to) {
        return new BufferedRequestState<>(
                IntStream.range(from, to)
                        .mapToObj(number -> AlertBody.of(Findings.numbered(number)))
                        .map(request -> new RequestEntryWrapper<>(request, request.sizeBytes()))
                        .toList());
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(number -> Findings.numbered(number).id())
                .toList();
    }

    /** Answers at once by a script, and then always in one way; or when the test says so. */
    private static final class ScriptedClient implements AlertClient {
        final List<List<AlertRequest>> requests = new ArrayList<>();
        final List<List<String>> calls = new ArrayList<>();
        final List<String> taken = new ArrayList<>();
        final Deque<Function<List<AlertRequest>, Delivery>> script = new ArrayDeque<>();
        Function<List<AlertRequest>, Delivery> otherwise = ScriptedClient::take;
        List<CompletableFuture<Delivery>> futures;

        static Delivery take(List<AlertRequest> call) {
            return Delivery.sent(call.size());
        }

        void then(Function<List<AlertRequest>, Delivery> answer) {
            script.add(answer);
        }

        @Override
        public int maxBatchCount() {
            return 10;
        }

        @Override
        public CompletableFuture<Delivery> send(List<AlertRequest> call) {
            requests.add(call);
            calls.add(call.stream().map(AlertRequest::findingId).toList());
            if (futures != null) {
                CompletableFuture<Delivery> future = new CompletableFuture<>();
                futures.add(future);
                return future;
            }
            try {
                Delivery delivery = (script.isEmpty() ? otherwise : script.poll()).apply(call);
                call.stream()
                        .filter(request -> !delivery.failed().contains(request))
                        .filter(request -> !delivery.throttled().contains(request))
                        .forEach(request -> taken.add(request.findingId()));
                return CompletableFuture.completedFuture(delivery);
            } catch (AlertException e) {
                return CompletableFuture.failedFuture(new CompletionException(e));
            }
        }

        @Override
        public void close() {}
    }
}
