package io.trailwatch.connector.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.kinesis.client.KinesisSourceException;
import io.trailwatch.connector.kinesis.config.AwsCredentials;
import io.trailwatch.connector.kinesis.config.Backoff;
import io.trailwatch.connector.kinesis.config.ConsumerLifecycle;
import io.trailwatch.connector.kinesis.config.KinesisConnection;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings;
import io.trailwatch.connector.kinesis.config.LossPolicy;
import io.trailwatch.connector.kinesis.config.ReaderType;
import io.trailwatch.connector.kinesis.fake.Behaviour;
import io.trailwatch.connector.kinesis.fake.Call.Operation;
import io.trailwatch.connector.kinesis.fake.FakeKinesisService;
import io.trailwatch.connector.kinesis.fake.Fault;
import io.trailwatch.connector.kinesis.fake.Fault.Kind;
import io.trailwatch.connector.kinesis.fake.FaultSchedule;
import io.trailwatch.connector.kinesis.fake.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole source over a service on its bad days: named ones, and many drawn at random. */
class FaultScheduleTest {
    private static final String SEED = "trailwatch.faults.seed";
    private static final String SCHEDULES = "trailwatch.faults.schedules";

    private static final Instant T0 = Instant.parse("2026-11-21T00:00:00Z");
    private static final String TRAIL = "arn:aws:kinesis:eu-central-1:123456789012:stream/trail";
    private static final String FIRST = "shardId-000000000000";
    private static final String SECOND = "shardId-000000000001";

    private final ManualTime time = new ManualTime(T0);
    private final FakeKinesisService service =
            new FakeKinesisService(
                    time,
                    Behaviour.USUAL
                            .withConsumersAfter(Duration.ZERO)
                            .withRecordsPerEvent(1)
                            .withHeartbeat(Duration.ofSeconds(1)));

    @Test
    void everyRecordComesOnceAndInOrderThroughAnyScheduleOfFaults() {
        Long seed = Long.getLong(SEED);
        LongStream seeds =
                seed == null
                        ? LongStream.rangeClosed(1, Integer.getInteger(SCHEDULES, 500))
                        : LongStream.of(seed);
        seeds.parallel()
                .forEach(
                        next -> {
                            RandomRun run = new RandomRun(next);
                            try {
                                run.run();
                            } catch (Exception | AssertionError e) {
                                throw new AssertionError(
                                        "%s; repeat it with -D%s=%d".formatted(run, SEED, next), e);
                            }
                        });
    }

    @Test
    void aThrottlingStormDelaysRecordsAndLosesNone() throws Exception {
        SimulatedJob job = job(2, ReaderType.POLLING, LossPolicy.FAIL);
        service.setFaults(
                call ->
                        call.operation() == Operation.GET_RECORDS
                                ? Fault.of(Kind.THROTTLED)
                                : Fault.NONE);
        List<String> put = putInto(FIRST, "a", 20);
        job.run(Duration.ofMinutes(2));
        assertThat(job.emitted()).isEmpty();

        service.setFaults(FaultSchedule.none());
        job.run(Duration.ofSeconds(15));
        assertThat(payloads(job)).isEqualTo(put);
    }

    @Test
    void aSlowShardDoesNotHoldUpTheOthers() throws Exception {
        SimulatedJob job = job(2, ReaderType.POLLING, LossPolicy.FAIL);
        service.setFaults(
                call ->
                        call.operation() == Operation.GET_RECORDS && call.shardId().equals(FIRST)
                                ? Fault.delayedBy(Duration.ofMinutes(1))
                                : Fault.NONE);
        job.run(Duration.ofSeconds(1));
        List<String> slow = putInto(FIRST, "slow", 5);
        List<String> fast = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            fast.addAll(putInto(SECOND, "fast " + i, 3));
            job.run(Duration.ofSeconds(1));
            assertThat(payloads(job)).isEqualTo(fast);
        }

        job.run(Duration.ofMinutes(3));
        fast.addAll(slow);
        assertThat(payloads(job)).isEqualTo(fast);
    }

    @Test
    void anExpiredIteratorIsReplacedByOneBehindTheLastRecord() throws Exception {
        SimulatedJob job = job(1, ReaderType.POLLING, LossPolicy.FAIL);
        AtomicInteger calls = new AtomicInteger();
        service.setFaults(
                call ->
                        call.operation() == Operation.GET_RECORDS
                                        && calls.getAndIncrement() % 2 == 1
                                ? Fault.of(Kind.EXPIRED_ITERATOR)
                                : Fault.NONE);
        List<String> put = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            put.addAll(putInto(FIRST, "round " + i, 3));
            job.run(Duration.ofSeconds(3));
        }

        job.run(Duration.ofSeconds(10));
        assertThat(payloads(job)).isEqualTo(put);
        assertThat(calls).hasValueGreaterThan(20);
    }

    @ParameterizedTest
    @EnumSource(ReaderType.class)
    void aTrimmedPositionIsToldAndReadBeyondIfThePolicyIsToContinue(ReaderType type)
            throws Exception {
        SimulatedJob job = jobWithTrimmedPosition(type, LossPolicy.CONTINUE);

        job.run(Duration.ofSeconds(15));
        assertThat(payloads(job)).hasSize(3).startsWith("a 0").endsWith("c 0");
        assertThat(payloads(job).get(1)).contains(FIRST, TRAIL, "keeps records from");
        job.checkpoint();
        job.failJob(1);
        job.run(Duration.ofSeconds(15));
        assertThat(payloads(job)).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(ReaderType.class)
    void aTrimmedPositionIsToldOnceAndFailsTheJobIfThatIsThePolicy(ReaderType type)
            throws Exception {
        SimulatedJob job = jobWithTrimmedPosition(type, LossPolicy.FAIL);

        assertFailsOnceTold(job, "keeps records from");
    }

    @ParameterizedTest
    @EnumSource(ReaderType.class)
    void aVanishedShardIsToldAndItsChildrenAreReadIfThePolicyIsToContinue(ReaderType type)
            throws Exception {
        SimulatedJob job = jobWithVanishedShard(type, LossPolicy.CONTINUE);

        job.run(Duration.ofSeconds(15));
        List<String> told = payloads(job);
        assertThat(told).startsWith("a 0").endsWith("c 0");
        assertThat(told.get(1)).contains(FIRST, TRAIL, "no longer exists");
        // The children are as old as the shard's end: what came in their first hour is gone too.
        assertThat(told.subList(2, told.size() - 1))
                .hasSize(2)
                .allSatisfy(notice -> assertThat(notice).contains("keeps records from"));
        job.checkpoint();
        job.failJob(1);
        job.run(Duration.ofSeconds(15));
        assertThat(payloads(job)).isEqualTo(told);
    }

    @ParameterizedTest
    @EnumSource(ReaderType.class)
    void aVanishedShardIsToldOnceAndFailsTheJobIfThatIsThePolicy(ReaderType type) throws Exception {
        SimulatedJob job = jobWithVanishedShard(type, LossPolicy.FAIL);

        assertFailsOnceTold(job, "no longer exists");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {
                "DISCONNECT",
                "FAILURE_EVENT",
                "EARLY_END",
                "DISCONNECT_BEFORE_END",
                "LOST_ANSWER",
                "CONNECTION_RESET"
            })
    void aSubscriptionMayBreakAtEveryPoint(Kind kind) throws Exception {
        boolean betweenEvents =
                kind == Kind.DISCONNECT || kind == Kind.FAILURE_EVENT || kind == Kind.EARLY_END;
        for (int event = 0; event <= (betweenEvents ? 7 : 0); event++) {
            FaultScheduleTest fresh = new FaultScheduleTest();
            fresh.breakFirstSubscription(Fault.after(event, kind));
        }
    }

    private void breakFirstSubscription(Fault fault) throws Exception {
        SimulatedJob job = job(1, ReaderType.EFO, LossPolicy.FAIL);
        AtomicInteger subscriptions = new AtomicInteger();
        service.setFaults(
                call ->
                        call.operation() == Operation.SUBSCRIBE_TO_SHARD
                                        && subscriptions.getAndIncrement() == 0
                                ? fault
                                : Fault.NONE);
        List<String> put = putInto(FIRST, "before", 5);
        List<String> children = service.split(TRAIL, FIRST);
        put.addAll(putInto(children.get(0), "behind", 3));

        job.run(Duration.ofSeconds(45));
        assertThat(payloads(job)).as(fault.toString()).isEqualTo(put);
        // The parent a second time, tries within 5 s of the first one that worked, and each child.
        assertThat(subscriptions).as(fault.toString()).hasValueBetween(3, 10);
    }

    @ParameterizedTest
    @EnumSource(ReaderType.class)
    void aBlockedReaderHoldsNoMoreThanItsBytesAndOneAnswer(ReaderType type) throws Exception {
        SimulatedJob job = job(4, type, LossPolicy.FAIL);
        List<byte[]> put = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            byte[] payload = new byte[1 << 20];
            payload[0] = (byte) i;
            put.add(payload);
            String shardId = service.openShards(TRAIL).get(i % 4);
            service.put(TRAIL, service.keyOf(TRAIL, shardId, 0), payload);
        }
        long most = 0;
        for (int i = 0; i < 100; i++) {
            job.runBlocked(Duration.ofMillis(500));
            most = Math.max(most, job.heldBytes(0));
            job.handOn(3);
        }

        job.run(Duration.ofMinutes(2));
        assertThat(job.emitted()).hasSize(80);
        assertThat(job.emitted().stream().map(emission -> emission.record().payload()[0]))
                .containsExactlyInAnyOrderElementsOf(put.stream().map(p -> p[0]).toList());
        assertThat(most).isBetween(4L << 20, (16L << 20) + (10L << 20));
    }

    private SimulatedJob jobWithTrimmedPosition(ReaderType type, LossPolicy policy)
            throws Exception {
        SimulatedJob job = job(1, type, policy);
        putInto(FIRST, "a", 1);
        job.run(Duration.ofSeconds(15));
        job.checkpoint();
        putInto(FIRST, "b", 1);
        time.advance(Duration.ofHours(23));
        putInto(FIRST, "c", 1);
        time.advance(Duration.ofHours(2));
        job.failJob(1);
        return job;
    }

    private SimulatedJob jobWithVanishedShard(ReaderType type, LossPolicy policy) throws Exception {
        SimulatedJob job = job(1, type, policy);
        putInto(FIRST, "a", 1);
        job.run(Duration.ofSeconds(15));
        job.checkpoint();
        putInto(FIRST, "b", 1);
        List<String> children = service.split(TRAIL, FIRST);
        time.advance(Duration.ofHours(23));
        putInto(children.get(0), "c", 1);
        time.advance(Duration.ofHours(2));
        job.failJob(1);
        return job;
    }

    private void assertFailsOnceTold(SimulatedJob job, String what) throws Exception {
        job.run(Duration.ofSeconds(15));
        assertThat(payloads(job)).hasSize(2).startsWith("a 0");
        assertThat(payloads(job).get(1)).contains(FIRST, TRAIL, what);

        job.checkpoint();
        assertThatThrownBy(job::checkpoint)
                .isInstanceOf(KinesisSourceException.class)
                .hasMessageContainingAll(FIRST, TRAIL, what, "source.loss-policy", "CONTINUE");
        job.failJob(1);
        assertThatThrownBy(() -> job.run(Duration.ofSeconds(15)))
                .isInstanceOf(KinesisSourceException.class)
                .hasMessageContainingAll(FIRST, TRAIL, what);
        assertThat(payloads(job)).hasSize(2);
    }

    private SimulatedJob job(int shards, ReaderType type, LossPolicy policy) {
        service.createStream(TRAIL, shards);
        KinesisSourceSettings settings =
                new KinesisSourceSettings(
                        List.of(new KinesisSourceSettings.Stream(TRAIL, type)),
                        new KinesisConnection("eu-central-1", null, AwsCredentials.AUTO),
                        null,
                        null,
                        Duration.ofSeconds(1),
                        new KinesisSourceSettings.Polling(
                                10_000, Duration.ofMillis(200), Duration.ofMillis(250)),
                        new KinesisSourceSettings.FanOut(
                                "watch", ConsumerLifecycle.JOB_MANAGED, Duration.ofSeconds(60)),
                        16 << 20,
                        true,
                        policy,
                        Backoff.DEFAULT);
        return new SimulatedJob(service, time, settings, 1, new Random(1));
    }

    private List<String> putInto(String shardId, String name, int count) {
        String key = service.keyOf(TRAIL, shardId, 0);
        List<String> put =
                new ArrayList<>(IntStream.range(0, count).mapToObj(i -> name + " " + i).toList());
        put.forEach(payload -> service.put(TRAIL, key, payload.getBytes(UTF_8)));
        return put;
    }

    private static List<String> payloads(SimulatedJob job) {
        return new ArrayList<>(
                job.emitted().stream()
                        .map(emission -> new String(emission.record().payload(), UTF_8))
                        .toList());
    }
}
