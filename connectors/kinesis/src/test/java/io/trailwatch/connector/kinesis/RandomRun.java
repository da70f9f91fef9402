package io.trailwatch.connector.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.kinesis.agg.AggRecord;
import io.trailwatch.connector.kinesis.SimulatedJob.Emission;
import io.trailwatch.connector.kinesis.config.AwsCredentials;
import io.trailwatch.connector.kinesis.config.Backoff;
import io.trailwatch.connector.kinesis.config.ConsumerLifecycle;
import io.trailwatch.connector.kinesis.config.KinesisConnection;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings;
import io.trailwatch.connector.kinesis.config.LossPolicy;
import io.trailwatch.connector.kinesis.config.ReaderType;
import io.trailwatch.connector.kinesis.fake.Behaviour;
import io.trailwatch.connector.kinesis.fake.FakeKinesisService;
import io.trailwatch.connector.kinesis.fake.FakeKinesisService.Put;
import io.trailwatch.connector.kinesis.fake.FaultSchedule;
import io.trailwatch.connector.kinesis.fake.ManualTime;
import io.trailwatch.connector.kinesis.fake.SeededFaults;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One life of a source, drawn from a seed: streams, settings, and then records, resharding,
 * checkpoints, failovers and faults in any order, until the faults end and the rest is read.
 */
final class RandomRun {
    private static final Instant T0 = Instant.parse("2026-11-21T00:00:00Z");
    private static final String CONSUMER = "watch";
    private static final int MOST_OPEN_SHARDS = 6;
    private static final Duration LONGEST_DRAIN = Duration.ofMinutes(30);

    private final Random random;
    private final ManualTime time = new ManualTime(T0);
    private final FakeKinesisService service;
    private final KinesisSourceSettings settings;
    private final double faultShare;
    private final int actions;
    private final SimulatedJob job;
    private final StringBuilder story = new StringBuilder();

    /** Payloads by key, in the order in which they were put; those that are to be read only. */
    private final Map<String, List<String>> expected = new TreeMap<>();

    private int expectedCount;
    private int puts;
    private final boolean mayFailPartly;

    /** Like {@link #expected}, by shard. */
    private final Map<String, Set<String>> expectedByShard = new HashMap<>();

    RandomRun(long seed) {
        random = new Random(seed);
        service = new FakeKinesisService(time, behaviour());
        List<KinesisSourceSettings.Stream> streams = streams();
        List<String> arns = streams.stream().map(KinesisSourceSettings.Stream::arn).toList();
        Instant stop = random.nextInt(3) == 0 ? T0.plusSeconds(15 + random.nextInt(30)) : null;
        Instant start = random.nextInt(3) == 0 ? T0.plusSeconds(10) : null;
        settings = settings(streams, start, stop);
        for (int i = random.nextInt(20); i > 0; i--) {
            put(arns.get(random.nextInt(arns.size())));
        }
        time.advance(Duration.ofSeconds(10));
        faultShare = List.of(0.0, 0.03, 0.1, 0.3).get(random.nextInt(4));
        actions = 40 + random.nextInt(80);
        mayFailPartly = random.nextBoolean();
        job =
                new SimulatedJob(
                        service,
                        time,
                        settings,
                        1 + random.nextInt(3),
                        new Random(random.nextLong()));
        job.checkAssignments(this::checkParents);
        service.setFaults(
                new SeededFaults(new Random(random.nextLong()), faultShare, Duration.ofSeconds(2)));
    }

    @Override
    public String toString() {
        return "streams %s, faults %s, actions %d:%s"
                .formatted(settings.streams(), faultShare, actions, story);
    }

    private Behaviour behaviour() {
        return new Behaviour(
                random.nextBoolean(),
                Duration.ofMillis(random.nextInt(60)),
                Duration.ofMillis(500 + random.nextInt(5_000)),
                Duration.ofMillis(random.nextInt(12_000)),
                1 + random.nextInt(10),
                random.nextBoolean());
    }

    private List<KinesisSourceSettings.Stream> streams() {
        List<KinesisSourceSettings.Stream> streams = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            String arn = "arn:aws:kinesis:eu-central-1:123456789012:stream/s" + i;
            service.createStream(arn, 1 + random.nextInt(3));
            streams.add(
                    new KinesisSourceSettings.Stream(
                            arn, random.nextBoolean() ? ReaderType.POLLING : ReaderType.EFO));
        }
        return streams;
    }

    private KinesisSourceSettings settings(
            List<KinesisSourceSettings.Stream> streams,
            @Nullable Instant start,
            @Nullable Instant stop) {
        return new KinesisSourceSettings(
                streams,
                new KinesisConnection("eu-central-1", null, AwsCredentials.AUTO),
                start,
                stop,
                Duration.ofMillis(1_000 + random.nextInt(10_000)),
                new KinesisSourceSettings.Polling(
                        1 + random.nextInt(10),
                        Duration.ofMillis(random.nextInt(250)),
                        Duration.ofMillis(250 + random.nextInt(1_000))),
                new KinesisSourceSettings.FanOut(
                        CONSUMER,
                        ConsumerLifecycle.JOB_MANAGED,
                        Duration.ofSeconds(10 + random.nextInt(50))),
                16 << 20,
                true,
                LossPolicy.FAIL,
                Backoff.DEFAULT);
    }

    void run() throws Exception {
        for (int i = 0; i < actions && !job.hasEnded(); i++) {
            act();
            for (int turn = random.nextInt(6); turn > 0; turn--) {
                job.someTurn();
                time.advance(Duration.ofMillis(random.nextInt(300)));
            }
        }
        tell("faults end");
        service.setFaults(FaultSchedule.none());
        job.resumeAll();
        drain();
        verify();
        if (!job.hasEnded()) {
            job.checkpoint();
            job.failJob(1 + random.nextInt(3));
            job.run(Duration.ofSeconds(10));
            verify();
        }
        job.stop();
    }

    private void act() throws Exception {
        List<String> arns =
                settings.streams().stream().map(KinesisSourceSettings.Stream::arn).toList();
        String arn = arns.get(random.nextInt(arns.size()));
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4, 5 -> {
                for (int i = 1 + random.nextInt(12); i > 0; i--) {
                    put(arn);
                }
            }
            case 6, 7 -> reshard(arn);
            case 8, 9, 10 -> {
                tell("checkpoint");
                job.beginCheckpoint();
            }
            case 11 -> {
                int subtask = random.nextInt(job.parallelism());
                if (mayFailPartly) {
                    tell("fail subtask " + subtask);
                    job.failSubtask(subtask);
                }
            }
            case 12 -> {
                int parallelism = 1 + random.nextInt(3);
                tell("fail job, then " + parallelism);
                job.failJob(parallelism);
            }
            case 13 -> {
                tell("abort checkpoint");
                job.abortCheckpoint();
            }
            case 14 -> {
                tell("pause some");
                job.pauseSome();
            }
            default -> {
                Duration pause =
                        random.nextInt(12) == 0
                                ? Duration.ofMinutes(6)
                                : Duration.ofMillis(random.nextInt(8_000));
                if (random.nextBoolean() && pause.toMinutes() == 0) {
                    tell("work for " + pause);
                    job.run(pause);
                } else {
                    tell("stand still for " + pause);
                    time.advance(pause);
                }
            }
        }
    }

    private void tell(String what) {
        story.append("\n  ").append(time.now()).append(' ').append(what);
    }

    private void put(String streamArn) {
        String key = "key-" + random.nextInt(8);
        int records = random.nextInt(5) == 0 ? 2 + random.nextInt(3) : 1;
        List<String> payloads = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            payloads.add("%s %s %d".formatted(streamArn, key, puts++));
        }
        Put put =
                service.put(
                        streamArn,
                        key,
                        records == 1 ? payloads.get(0).getBytes(UTF_8) : aggregate(key, payloads));
        Instant arrival = Instant.ofEpochMilli(time.now().toEpochMilli());
        Instant start = settings.initialTimestamp();
        Instant stop = settings.stopTimestamp();
        if ((start == null || !arrival.isBefore(start))
                && (stop == null || arrival.isBefore(stop))) {
            expected.computeIfAbsent(streamArn + " " + key, k -> new ArrayList<>())
                    .addAll(payloads);
            expectedByShard
                    .computeIfAbsent(streamArn + put.shardId(), k -> new HashSet<>())
                    .addAll(payloads);
            expectedCount += payloads.size();
        }
    }

    /** No shard is read before all of its parents is downstream. */
    private void checkParents(KinesisShardSplit split) {
        if (split.parentShardIds().isEmpty() || split.finished()) {
            return;
        }
        Set<String> emitted =
                job.emitted().stream()
                        .map(emission -> new String(emission.record().payload(), UTF_8))
                        .collect(Collectors.toSet());
        for (String parent : split.parentShardIds()) {
            assertThat(emitted)
                    .as("%s begins behind %s", split.splitId(), parent)
                    .containsAll(
                            expectedByShard.getOrDefault(split.streamArn() + parent, Set.of()));
        }
    }

    private static byte[] aggregate(String key, List<String> payloads) {
        AggRecord aggregate = new AggRecord();
        for (String payload : payloads) {
            try {
                aggregate.addUserRecord(key, null, payload.getBytes(UTF_8));
            } catch (Exception e) {
                throw new IllegalStateException("a small record is refused", e);
            }
        }
        return aggregate.toRecordBytes();
    }

    private void reshard(String streamArn) {
        List<String> open = service.openShards(streamArn);
        int chosen = random.nextInt(open.size());
        if (open.size() > 1 && (open.size() >= MOST_OPEN_SHARDS || random.nextBoolean())) {
            int lower = Math.min(chosen, open.size() - 2);
            tell("merge " + open.subList(lower, lower + 2) + " of " + streamArn);
            service.merge(streamArn, open.get(lower), open.get(lower + 1));
        } else {
            tell("split " + open.get(chosen) + " of " + streamArn);
            service.split(streamArn, open.get(chosen));
        }
    }

    private void drain() throws Exception {
        Instant limit = time.now().plus(LONGEST_DRAIN);
        while (time.now().isBefore(limit)
                && (settings.isBounded() ? !job.hasEnded() : job.emittedCount() < expectedCount)) {
            job.run(Duration.ofMillis(500));
        }
        if (settings.isBounded()) {
            assertThat(job.hasEnded()).as("bounded source has ended").isTrue();
        }
    }

    private void verify() {
        Map<String, List<String>> emitted = new TreeMap<>();
        Map<String, List<String>> emittedByShard = new TreeMap<>();
        for (Emission emission : job.emitted()) {
            assertThat(emission.record().lossNotice()).isFalse();
            String payload = new String(emission.record().payload(), UTF_8);
            String key = payload.substring(0, payload.lastIndexOf(' '));
            emitted.computeIfAbsent(key, k -> new ArrayList<>()).add(payload);
            emittedByShard
                    .computeIfAbsent(key + emission.record().shard(), k -> new ArrayList<>())
                    .add(payload);
        }
        if (!mayFailPartly) {
            assertThat(emitted).isEqualTo(expected);
            return;
        }
        // A shard that goes back after its children began is read again behind them.
        emittedByShard.forEach(
                (key, payloads) ->
                        assertThat(payloads).as(key).isSortedAccordingTo(RandomRun::byNumber));
        emitted.values().forEach(payloads -> payloads.sort(RandomRun::byNumber));
        assertThat(emitted).isEqualTo(expected);
    }

    private static int byNumber(String a, String b) {
        return Integer.compare(
                Integer.parseInt(a.substring(a.lastIndexOf(' ') + 1)),
                Integer.parseInt(b.substring(b.lastIndexOf(' ') + 1)));
    }
}
