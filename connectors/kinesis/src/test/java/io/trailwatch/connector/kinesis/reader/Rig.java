package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.config.AwsCredentials;
import io.trailwatch.connector.kinesis.config.Backoff;
import io.trailwatch.connector.kinesis.config.ConsumerLifecycle;
import io.trailwatch.connector.kinesis.config.KinesisConnection;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings;
import io.trailwatch.connector.kinesis.config.LossPolicy;
import io.trailwatch.connector.kinesis.config.ReaderType;
import io.trailwatch.connector.kinesis.enumerator.StreamFacts;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import io.trailwatch.connector.kinesis.split.Splits;
import io.trailwatch.event.RawRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.SourceOutput;
import org.jspecify.annotations.Nullable;

/**
 * The loop with a clock that is moved by hand, a service that answers by hand, and an emitter that
 * keeps what it is given. No threads.
 */
final class Rig {
    static final String CONSUMER = Splits.ARN + "/consumer/trail:1";
    static final Duration INTERVAL = Duration.ofMillis(200);
    static final Duration IDLE = Duration.ofMillis(250);
    static final Duration TIMEOUT = Duration.ofSeconds(60);
    static final Duration RETENTION = Duration.ofHours(24);
    static final Backoff BACKOFF = new Backoff(Duration.ofMillis(400), Duration.ofSeconds(10), 5);

    final ManualClock clock = new ManualClock();
    final ScriptedApi api = new ScriptedApi();
    final CountingMetrics metrics = new CountingMetrics();
    final ReadMetrics readMetrics = new ReadMetrics(metrics, clock);
    final Map<String, StreamFacts> facts = new LinkedHashMap<>();
    final Map<String, KinesisShardSplitState> states = new LinkedHashMap<>();
    final List<RawRecord> emitted = new ArrayList<>();
    final List<Long> timestamps = new ArrayList<>();
    final Set<String> finished = new TreeSet<>();
    final KinesisSourceSettings settings;
    final FetchEnvironment environment;
    final FetchLoop loop;
    private final ReadItemEmitter emitter;

    /** What differs from case to case. */
    static final class Choices {
        private ReaderType type = ReaderType.POLLING;
        private LossPolicy policy = LossPolicy.FAIL;
        private @Nullable Instant stop;
        private long maxBufferedBytes = 64 << 20;
        private double random;

        Choices fanOut() {
            type = ReaderType.EFO;
            return this;
        }

        Choices policy(LossPolicy chosen) {
            policy = chosen;
            return this;
        }

        Choices stop(Instant chosen) {
            stop = chosen;
            return this;
        }

        Choices maxBufferedBytes(long chosen) {
            maxBufferedBytes = chosen;
            return this;
        }

        Choices random(double chosen) {
            random = chosen;
            return this;
        }

        Rig build() {
            return new Rig(this);
        }
    }

    static Choices polling() {
        return new Choices();
    }

    static Choices fanOut() {
        return new Choices().fanOut();
    }

    private Rig(Choices choices) {
        settings =
                new KinesisSourceSettings(
                        List.of(new KinesisSourceSettings.Stream(Splits.ARN, choices.type)),
                        new KinesisConnection("eu-west-1", null, AwsCredentials.AUTO),
                        null,
                        choices.stop,
                        Duration.ofSeconds(10),
                        new KinesisSourceSettings.Polling(10_000, INTERVAL, IDLE),
                        new KinesisSourceSettings.FanOut(
                                "trail", ConsumerLifecycle.SELF_MANAGED, TIMEOUT),
                        choices.maxBufferedBytes,
                        true,
                        choices.policy,
                        BACKOFF);
        environment =
                FetchEnvironment.of(api, settings, facts, readMetrics, clock, () -> choices.random);
        loop = new FetchLoop(environment);
        emitter = new ReadItemEmitter(choices.policy, readMetrics);
        facts.put(Splits.ARN, new StreamFacts(Splits.ARN, RETENTION, CONSUMER));
    }

    Rig add(KinesisShardSplit split) {
        states.put(split.splitId(), new KinesisShardSplitState(split, settings.lossPolicy()));
        loop.add(split);
        return this;
    }

    Rig add(String shardId) {
        return add(Splits.split(shardId));
    }

    Rig add(String shardId, ShardPosition position) {
        return add(Splits.split(shardId).at(position));
    }

    /** Steps, without handing anything downstream unless there is something. */
    FetchLoop.Step step() {
        return loop.step();
    }

    /** Steps until nothing is left to hand out; all of it is emitted. */
    Rig run() {
        for (ShardBatch batch = step().batch(); batch != null; batch = step().batch()) {
            emit(batch);
        }
        return this;
    }

    /** Runs, lets time pass, and runs again. */
    Rig runAfter(Duration time) {
        run();
        clock.advance(time);
        return run();
    }

    /** Time until the loop wants to be called; null for never. */
    @Nullable Duration due() {
        FetchLoop.Step step = step();
        if (step.batch() != null) {
            throw new AssertionError("there is something to hand out");
        }
        return step.dueNanos() == ShardFetch.NEVER
                ? null
                : Duration.ofNanos(step.dueNanos() - clock.nanos());
    }

    void emit(ShardBatch batch) {
        for (String split = batch.nextSplit(); split != null; split = batch.nextSplit()) {
            KinesisShardSplitState state = states.get(split);
            for (ReadItem item = batch.nextRecordFromSplit();
                    item != null;
                    item = batch.nextRecordFromSplit()) {
                emitter.emitRecord(item, output, state);
            }
        }
        finished.addAll(batch.finishedSplits());
        batch.recycle();
    }

    KinesisShardSplit state(String shardId) {
        return states.get(KinesisShardSplit.splitId(Splits.ARN, shardId)).toSplit();
    }

    ShardPosition position(String shardId) {
        return state(shardId).position();
    }

    boolean isFinished(String shardId) {
        return finished.contains(KinesisShardSplit.splitId(Splits.ARN, shardId));
    }

    List<String> payloads() {
        return Answers.payloads(emitted);
    }

    /** Answers the only call for an iterator. */
    Rig giveIterator() {
        run();
        api.iteratorCall().give();
        return run();
    }

    /** The newest subscription. */
    ScriptedApi.Pushed subscription() {
        return api.subscriptions.get(api.subscriptions.size() - 1);
    }

    private final SourceOutput<RawRecord> output =
            new SourceOutput<>() {
                @Override
                public void collect(RawRecord record) {
                    throw new AssertionError("every record has a timestamp");
                }

                @Override
                public void collect(RawRecord record, long timestamp) {
                    emitted.add(record);
                    timestamps.add(timestamp);
                }

                @Override
                public void emitWatermark(Watermark watermark) {
                    throw new AssertionError("watermarks are Flink's");
                }

                @Override
                public void markIdle() {}

                @Override
                public void markActive() {}
            };
}
