package io.trailwatch.connector.registry;

import static io.trailwatch.connector.registry.AppEvents.decoded;
import static io.trailwatch.connector.registry.AppEvents.rejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trailwatch.connector.registry.Decoding.Decoded;
import io.trailwatch.connector.registry.Decoding.Rejected;
import io.trailwatch.connector.registry.SchemaRegistryException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VersionCacheTest {
    private static final CacheSettings CACHE =
            new CacheSettings(
                    3, 2, Duration.ofHours(1), Duration.ofSeconds(30), Duration.ofSeconds(5));
    private static final RetryPolicy RETRY =
            new RetryPolicy(Duration.ofMillis(100), Duration.ofMillis(300), 4);

    private final FakeVersions registry = new FakeVersions();
    private final ManualWaiting waiting = new ManualWaiting();
    private final RegistryDecoder decoder =
            new RegistryDecoder(
                    registry, DecoderSettings.DEFAULT.withCache(CACHE).withRetry(RETRY), waiting);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    private Decoding decode(UUID id) {
        return decoder.decode(RegistryEncoder.avro(id, Compression.NONE, AppEvents.signIn()));
    }

    private UUID add() {
        return registry.add(AppEvents.SCHEMA);
    }

    @Test
    void asksOnceForAVersionUntilItsTimeIsOver() {
        UUID id = add();
        for (int i = 0; i < 100; i++) {
            decoded(decode(id));
        }
        waiting.advance(CACHE.timeToLive().minusNanos(1));
        decoded(decode(id));
        assertThat(registry.calls).containsExactly(id);

        waiting.advance(Duration.ofNanos(1));
        decoded(decode(id));
        decoded(decode(id));
        assertThat(registry.calls).containsExactly(id, id);
    }

    @Test
    void remembersAnUnknownVersionForAShortTime() {
        UUID id = UUID.randomUUID();
        assertThat(rejected(decode(id), RejectionReason.UNKNOWN_VERSION).detail())
                .isEqualTo("schema version %s is not known to the registry".formatted(id));
        registry.put(
                id, DataFormat.AVRO, SchemaVersionStatus.AVAILABLE, AppEvents.SCHEMA.toString());

        waiting.advance(CACHE.refusalTimeToLive().minusNanos(1));
        rejected(decode(id), RejectionReason.UNKNOWN_VERSION);
        assertThat(registry.calls).hasSize(1);

        waiting.advance(Duration.ofNanos(1));
        decoded(decode(id));
        assertThat(registry.calls).hasSize(2);
        assertThat(decoder.statistics().refusals()).isZero();
    }

    @Test
    void remembersAnUnknownVersionAgainEachTimeItAsks() {
        UUID id = UUID.randomUUID();
        for (int asked = 1; asked <= 3; asked++) {
            rejected(decode(id), RejectionReason.UNKNOWN_VERSION);
            rejected(decode(id), RejectionReason.UNKNOWN_VERSION);
            assertThat(registry.calls).hasSize(asked);
            waiting.advance(CACHE.refusalTimeToLive());
        }
    }

    @Test
    void parsesAVersionOnceAndNotAgainWhenItsTimeIsOver() {
        UUID id = add();
        decoded(decode(id));
        // Never happens under one id; if the parsed schema were not kept, decoding would break.
        registry.put(id, DataFormat.AVRO, SchemaVersionStatus.AVAILABLE, "no schema");

        waiting.advance(CACHE.timeToLive());

        decoded(decode(id));
        assertThat(registry.calls).hasSize(2);
    }

    @Test
    void aPendingVersionDecodesOnceItIsAvailable() {
        UUID id = UUID.randomUUID();
        registry.put(id, DataFormat.AVRO, SchemaVersionStatus.PENDING, AppEvents.SCHEMA.toString());
        rejected(decode(id), RejectionReason.VERSION_NOT_AVAILABLE);
        registry.put(
                id, DataFormat.AVRO, SchemaVersionStatus.AVAILABLE, AppEvents.SCHEMA.toString());

        waiting.advance(CACHE.refusalTimeToLive());

        decoded(decode(id));
    }

    @Test
    void aVersionThatIsDeletedStopsDecodingWhenItsTimeIsOver() {
        UUID deleting = add();
        UUID gone = add();
        decoded(decode(deleting));
        decoded(decode(gone));
        registry.put(
                deleting,
                DataFormat.AVRO,
                SchemaVersionStatus.DELETING,
                AppEvents.SCHEMA.toString());
        registry.remove(gone);
        decoded(decode(deleting));

        waiting.advance(CACHE.timeToLive());

        rejected(decode(deleting), RejectionReason.VERSION_NOT_AVAILABLE);
        rejected(decode(gone), RejectionReason.UNKNOWN_VERSION);
        assertThat(decoder.statistics().versions()).isZero();
    }

    @Test
    void repeatsWithGrowingDelaysUntilTheRegistryAnswers() {
        UUID id = add();
        registry.failNext(3, Kind.UNAVAILABLE);

        decoded(decode(id));

        // Equal jitter at the middle: three quarters of 100, 200 and the cap of 300 ms.
        assertThat(waiting.slept)
                .containsExactly(
                        Duration.ofMillis(75), Duration.ofMillis(150), Duration.ofMillis(225));
        assertThat(decoder.statistics()).isEqualTo(new CacheStatistics(4, 3, 0, 1, 0));
    }

    @Test
    void givesUpAfterItsAttemptsAndPausesBeforeTheNext() {
        UUID id = add();
        registry.failNext(4, Kind.UNAVAILABLE);

        Rejected rejected = rejected(decode(id), RejectionReason.REGISTRY_UNAVAILABLE);

        assertThat(rejected.detail())
                .isEqualTo(
                        "no answer for schema version %s in 4 attempts, the last: answered Throttling"
                                .formatted(id));
        assertThat(rejected.reason().fault()).isEqualTo(RejectionReason.Fault.REGISTRY);
        waiting.advance(CACHE.outagePause().minusNanos(1));
        rejected(decode(id), RejectionReason.REGISTRY_UNAVAILABLE);
        assertThat(registry.calls).hasSize(4);
        waiting.advance(Duration.ofNanos(1));
        decoded(decode(id));
    }

    @Test
    void anOutageHoldsUpTheFirstUnknownVersionOnly() {
        UUID known = add();
        decoded(decode(known));
        registry.failAlways(Kind.UNAVAILABLE);
        rejected(decode(add()), RejectionReason.REGISTRY_UNAVAILABLE);
        int calls = registry.calls.size();
        int delays = waiting.slept.size();

        for (int i = 0; i < 100; i++) {
            Rejected rejected = rejected(decode(add()), RejectionReason.REGISTRY_UNAVAILABLE);
            assertThat(rejected.detail()).contains("is not asked for within PT5S of that");
            decoded(decode(known));
        }
        assertThat(registry.calls).hasSize(calls);

        // Once in a pause the registry is tried, with a single attempt.
        for (int i = 1; i <= 3; i++) {
            waiting.advance(CACHE.outagePause());
            rejected(decode(add()), RejectionReason.REGISTRY_UNAVAILABLE);
            rejected(decode(add()), RejectionReason.REGISTRY_UNAVAILABLE);
            assertThat(registry.calls).hasSize(calls + i);
        }
        assertThat(waiting.slept).hasSize(delays);

        registry.during(() -> {});
        waiting.advance(CACHE.outagePause());
        decoded(decode(add()));
        decoded(decode(add()));
    }

    @Test
    void theAttemptsAreAllThereAgainAfterAnOutage() {
        registry.failNext(4, Kind.UNAVAILABLE);
        rejected(decode(add()), RejectionReason.REGISTRY_UNAVAILABLE);
        waiting.advance(CACHE.outagePause());
        registry.failNext(1, Kind.REFUSED);
        rejected(decode(add()), RejectionReason.REGISTRY_REFUSED);

        registry.failNext(3, Kind.UNAVAILABLE);

        decoded(decode(add()));
    }

    @Test
    void doesNotRepeatWhatTheRegistryRefuses() {
        UUID id = add();
        registry.failNext(1, Kind.REFUSED);

        rejected(decode(id), RejectionReason.REGISTRY_REFUSED);

        assertThat(registry.calls).hasSize(1);
        assertThat(waiting.slept).isEmpty();
        waiting.advance(CACHE.refusalTimeToLive());
        decoded(decode(id));
    }

    @Test
    void goesOnWithAnExpiredVersionWhileTheRegistryGivesNoAnswer() {
        UUID id = add();
        decoded(decode(id));
        waiting.advance(CACHE.timeToLive());

        for (Kind kind : Kind.values()) {
            registry.failAlways(kind);
            int before = registry.calls.size();
            for (int i = 0; i < 10; i++) {
                assertThat(decoded(decode(id)).value()).isEqualTo(AppEvents.signIn());
            }
            // One attempt, then none within the pause.
            assertThat(registry.calls).hasSize(before + 1);
            waiting.advance(CACHE.outagePause());
        }
        assertThat(waiting.slept).isEmpty();
        assertThat(decoder.statistics().staleServed()).isEqualTo(2);

        registry.during(() -> {});
        decoded(decode(id));
        decoded(decode(id));
        assertThat(registry.calls).hasSize(4);
    }

    @Test
    void madeUpIdsPushOutNoGoodVersion() {
        UUID id = add();
        decoded(decode(id));

        for (int i = 0; i < 100; i++) {
            rejected(decode(UUID.randomUUID()), RejectionReason.UNKNOWN_VERSION);
        }

        decoded(decode(id));
        assertThat(registry.calls).filteredOn(id::equals).hasSize(1);
        assertThat(decoder.statistics().refusals()).isEqualTo(2);
    }

    @Test
    void keepsTheVersionsUsedLast() {
        List<UUID> ids = List.of(add(), add(), add(), add());
        ids.subList(0, 3).forEach(id -> decoded(decode(id)));
        decoded(decode(ids.get(0)));
        decoded(decode(ids.get(3)));
        registry.calls.clear();

        decoded(decode(ids.get(0)));
        decoded(decode(ids.get(2)));
        decoded(decode(ids.get(3)));
        assertThat(registry.calls).isEmpty();
        decoded(decode(ids.get(1)));
        assertThat(registry.calls).containsExactly(ids.get(1));
        assertThat(decoder.statistics().versions()).isEqualTo(3);
    }

    @Test
    void manyThreadsAskOnceAndAllGetTheAnswer() throws Exception {
        UUID id = add();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        registry.during(
                () -> {
                    asked.countDown();
                    awaitLatch(answer);
                });
        Set<Thread> waiters = new HashSet<>();
        List<Future<Decoding>> decodings = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            decodings.add(start(waiters, () -> decode(id)));
        }
        awaitLatch(asked);
        // All but the one that asks are parked on its answer; none is on its way any more.
        await().until(() -> parked(waiters) == 16);

        answer.countDown();

        for (Future<Decoding> decoding : decodings) {
            assertThat(decoded(decoding.get()).value()).isEqualTo(AppEvents.signIn());
        }
        assertThat(registry.calls).containsExactly(id);
    }

    @Test
    void othersGoOnWithTheExpiredVersionWhileOneAsks() throws Exception {
        UUID id = add();
        decoded(decode(id));
        waiting.advance(CACHE.timeToLive());
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        registry.during(
                () -> {
                    asked.countDown();
                    awaitLatch(answer);
                });
        Future<Decoding> asking = threads.submit(() -> decode(id));
        awaitLatch(asked);

        decoded(decode(id));

        assertThat(asking.isDone()).isFalse();
        answer.countDown();
        decoded(asking.get());
        assertThat(registry.calls).hasSize(2);
    }

    @Test
    void anUnknownIdHoldsUpNoOther() throws Exception {
        UUID good = add();
        decoded(decode(good));
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        registry.during(
                () -> {
                    asked.countDown();
                    awaitLatch(answer);
                });
        UUID slow = add();
        Future<Decoding> asking = threads.submit(() -> decode(slow));
        awaitLatch(asked);

        decoded(decode(good));

        assertThat(asking.isDone()).isFalse();
        answer.countDown();
        decoded(asking.get());
    }

    @Test
    void aThreadThatIsStoppedLeavesTheQuestionToTheNext() throws Exception {
        UUID id = add();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        registry.during(
                () -> {
                    if (asked.getCount() == 0) {
                        return;
                    }
                    asked.countDown();
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        // As the SDK does it.
                        Thread.currentThread().interrupt();
                        throw new SchemaRegistryException(Kind.UNAVAILABLE, "aborted", e);
                    }
                });
        Set<Thread> askers = new HashSet<>();
        Set<Thread> followers = new HashSet<>();
        Future<Boolean> stopped =
                start(
                        askers,
                        () -> {
                            rejected(decode(id), RejectionReason.REGISTRY_UNAVAILABLE);
                            return Thread.currentThread().isInterrupted();
                        });
        awaitLatch(asked);
        Future<Decoding> follower = start(followers, () -> decode(id));
        await().until(() -> parked(followers) == 1);

        askers.iterator().next().interrupt();

        assertThat(stopped.get()).isTrue();
        assertThat(decoded(follower.get()).value()).isEqualTo(AppEvents.signIn());
        assertThat(registry.calls).containsExactly(id, id);
    }

    @Test
    void readersOnManyThreadsDoNotDisturbEachOther() throws Exception {
        List<UUID> ids = List.of(add(), add());
        List<Future<Set<Object>>> results = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            UUID id = ids.get(i % 2);
            results.add(
                    threads.submit(
                            () -> {
                                Set<Object> values = new HashSet<>();
                                for (int n = 0; n < 500; n++) {
                                    Decoded decoded = decoded(decode(id));
                                    assertThat(decoded.schemaVersionId()).isEqualTo(id);
                                    values.add(decoded.value());
                                }
                                return values;
                            }));
        }
        for (Future<Set<Object>> result : results) {
            assertThat(result.get()).containsExactly(AppEvents.signIn());
        }
        assertThat(registry.calls).containsExactlyInAnyOrderElementsOf(ids);
    }

    private <T> Future<T> start(Set<Thread> started, Callable<T> work) throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        Future<T> future =
                threads.submit(
                        () -> {
                            synchronized (started) {
                                started.add(Thread.currentThread());
                            }
                            running.countDown();
                            return work.call();
                        });
        running.await();
        return future;
    }

    private static long parked(Set<Thread> threads) {
        synchronized (threads) {
            return threads.stream().filter(t -> isParked(t.getState())).count();
        }
    }

    private static boolean isParked(Thread.State state) {
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
