package io.trailwatch.connector.kinesis.enumerator;

import static java.util.Objects.requireNonNull;

import io.trailwatch.connector.kinesis.client.KinesisApi;
import io.trailwatch.connector.kinesis.client.KinesisFailure;
import io.trailwatch.connector.kinesis.client.KinesisSourceException;
import io.trailwatch.connector.kinesis.config.ConsumerLifecycle;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings.FanOut;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState.Status;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState.TrackedShard;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;

/**
 * Finds shards and hands each to one reader as soon as its parents are done; what is what, {@link
 * ShardTracker} knows. Before a stream's first shard is handed out its shards were listed and its
 * retention (and for enhanced fan-out its consumer) looked up, and the reader was told.
 *
 * <p>All state is touched by the coordinator's thread alone, which never waits: calls are started
 * on Flink's worker, and their answers come back through it.
 */
public final class KinesisSourceEnumerator
        implements SplitEnumerator<KinesisShardSplit, KinesisEnumeratorState> {
    private static final Logger LOG = LoggerFactory.getLogger(KinesisSourceEnumerator.class);

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LONGEST_TURN = Duration.ofMillis(250);
    private static final Duration DESCRIPTION_INTERVAL = Duration.ofMinutes(1);
    // DescribeStreamSummary, API reference: 20 calls a second and account, which others need too.
    private static final int DESCRIPTIONS_PER_TURN = 2;
    // Children of a shard that ended are looked for at once, yet many may end at once.
    private static final Duration LEAST_LISTING_INTERVAL = Duration.ofSeconds(1);

    private final SplitEnumeratorContext<KinesisShardSplit> context;
    private final KinesisApi api;
    private final KinesisSourceSettings settings;
    private final ShardTracker tracker;
    private final InstantSource clock;

    /** In the order of the settings. */
    private final Map<String, StreamWatch> streams = new LinkedHashMap<>();

    private final Map<String, Integer> streamIndexes = new HashMap<>();
    private final Map<String, StreamFacts> toldFacts = new HashMap<>();
    private final Set<Integer> toldNoMoreSplits = new HashSet<>();
    private volatile long unassignedSplits;
    private volatile boolean allFinished;
    private volatile boolean closed;

    /** Begins without state. */
    public static KinesisSourceEnumerator create(
            SplitEnumeratorContext<KinesisShardSplit> context,
            KinesisApi api,
            KinesisSourceSettings settings) {
        return create(context, api, settings, InstantSource.system());
    }

    static KinesisSourceEnumerator create(
            SplitEnumeratorContext<KinesisShardSplit> context,
            KinesisApi api,
            KinesisSourceSettings settings,
            InstantSource clock) {
        ShardTracker tracker = ShardTracker.startingAt(initialPosition(settings));
        return new KinesisSourceEnumerator(context, api, settings, tracker, clock);
    }

    /**
     * Goes on from a checkpoint.
     *
     * @throws IllegalArgumentException if the state knows streams, but none of the settings
     */
    public static KinesisSourceEnumerator restore(
            SplitEnumeratorContext<KinesisShardSplit> context,
            KinesisApi api,
            KinesisSourceSettings settings,
            KinesisEnumeratorState state) {
        return restore(context, api, settings, state, InstantSource.system());
    }

    static KinesisSourceEnumerator restore(
            SplitEnumeratorContext<KinesisShardSplit> context,
            KinesisApi api,
            KinesisSourceSettings settings,
            KinesisEnumeratorState state,
            InstantSource clock) {
        try {
            ShardTracker tracker =
                    ShardTracker.restored(ofStreams(settings, state), initialPosition(settings));
            return new KinesisSourceEnumerator(context, api, settings, tracker, clock);
        } catch (IllegalArgumentException e) {
            api.close();
            throw e;
        }
    }

    private KinesisSourceEnumerator(
            SplitEnumeratorContext<KinesisShardSplit> context,
            KinesisApi api,
            KinesisSourceSettings settings,
            ShardTracker tracker,
            InstantSource clock) {
        this.context = context;
        this.api = api;
        this.settings = settings;
        this.tracker = tracker;
        this.clock = clock;
        for (KinesisSourceSettings.Stream stream : settings.streams()) {
            streamIndexes.put(stream.arn(), streams.size());
            streams.put(stream.arn(), new StreamWatch(stream, clock.instant()));
        }
    }

    private static ShardPosition initialPosition(KinesisSourceSettings settings) {
        return settings.initialTimestamp() == null
                ? ShardPosition.fromStart()
                : ShardPosition.fromTimestamp(settings.initialTimestamp());
    }

    /** The state without streams that are no longer read. */
    private static KinesisEnumeratorState ofStreams(
            KinesisSourceSettings settings, KinesisEnumeratorState state) {
        Set<String> arns =
                settings.streams().stream()
                        .map(KinesisSourceSettings.Stream::arn)
                        .collect(Collectors.toSet());
        Set<String> known = new HashSet<>(state.listedAt().keySet());
        state.shards().forEach(shard -> known.add(shard.split().streamArn()));
        if (!known.isEmpty() && known.stream().noneMatch(arns::contains)) {
            throw new IllegalArgumentException(
                    "the state is of the streams "
                            + known
                            + ", but the source reads "
                            + arns
                            + "; start without state, or give the operator another uid");
        }
        List<TrackedShard> kept = new ArrayList<>();
        for (TrackedShard shard : state.shards()) {
            if (arns.contains(shard.split().streamArn())) {
                kept.add(shard);
            } else if (shard.status() == Status.UNASSIGNED) {
                // Of those that a reader had it will report the position.
                warnOfDropped(shard.split());
            }
        }
        Map<String, Instant> listedAt = new HashMap<>(state.listedAt());
        listedAt.keySet().retainAll(arns);
        return new KinesisEnumeratorState(state.initialPosition(), listedAt, kept);
    }

    private static void warnOfDropped(KinesisShardSplit split) {
        LOG.warn(
                "Stream {} is in the state but not read any more: forgetting its shard {} at {}",
                split.streamArn(),
                split.shardId(),
                split.position());
    }

    @Override
    public void start() {
        context.metricGroup().setUnassignedSplitsGauge(() -> unassignedSplits);
        Duration turn =
                settings.discoveryInterval().compareTo(LONGEST_TURN) < 0
                        ? settings.discoveryInterval()
                        : LONGEST_TURN;
        context.callAsync(() -> true, (tick, failure) -> turn(), 0, turn.toMillis());
    }

    @Override
    public void handleSplitRequest(int subtask, @Nullable String hostname) {
        // Readers take what they are given; they do not ask.
    }

    @Override
    public void addReader(int subtask) {
        ReaderInfo reader = context.registeredReaders().get(subtask);
        if (reader == null) {
            return; // It failed before its registration was handled; it will come again.
        }
        List<KinesisShardSplit> reported = new ArrayList<>();
        for (KinesisShardSplit split :
                reader.<KinesisShardSplit>getReportedSplitsOnRegistration()) {
            if (streams.containsKey(split.streamArn())) {
                reported.add(split);
            } else if (!split.finished()) {
                warnOfDropped(split);
            }
        }
        for (KinesisShardSplit split :
                tracker.registered(subtask, context.currentParallelism(), reported)) {
            LOG.warn(
                    "No reader holds shard {} of stream {} any more, so it was read to its end",
                    split.shardId(),
                    split.streamArn());
        }
        toldNoMoreSplits.remove(subtask);
        for (StreamFacts facts : toldFacts.values()) {
            context.sendEventToSourceReader(subtask, facts);
        }
        assignReady();
    }

    @Override
    public void addSplitsBack(List<KinesisShardSplit> splits, int subtask) {
        tracker.reset(subtask, splits);
        toldNoMoreSplits.remove(subtask);
        assignReady();
    }

    @Override
    public void handleSourceEvent(int subtask, SourceEvent event) {
        if (event instanceof SplitsFinishedEvent finished) {
            for (String arn : tracker.finished(subtask, finished.splitIds())) {
                // Children of a shard that was just closed need not wait for the next listing.
                StreamWatch stream = stream(arn);
                Instant soon = clock.instant();
                Instant before = stream.listedAt();
                if (before != null && before.plus(LEAST_LISTING_INTERVAL).isAfter(soon)) {
                    soon = before.plus(LEAST_LISTING_INTERVAL);
                }
                stream.listing.wantBy(soon);
            }
            assignReady();
            turn();
        }
    }

    @Override
    public KinesisEnumeratorState snapshotState(long checkpointId) {
        return tracker.snapshot(checkpointId);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        tracker.checkpointCompleted(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) {
        tracker.checkpointAborted(checkpointId);
    }

    /**
     * Called by a thread of its own. A consumer that the job made goes when a bounded read has come
     * to its end, and only then: a job that failed may come back.
     */
    @Override
    public void close() {
        closed = true;
        try {
            FanOut fanOut = settings.fanOut();
            if (fanOut != null
                    && fanOut.lifecycle() == ConsumerLifecycle.JOB_MANAGED
                    && allFinished) {
                removeConsumers(fanOut);
            }
        } finally {
            api.close();
        }
    }

    private void removeConsumers(FanOut fanOut) {
        List<CompletableFuture<Void>> removals = new ArrayList<>();
        for (StreamWatch stream : streams.values()) {
            if (stream.needsConsumer) {
                LOG.info("Removing consumer {} of stream {}", fanOut.consumerName(), stream.arn);
                removals.add(api.deregisterConsumer(stream.arn, fanOut.consumerName()));
            }
        }
        try {
            CompletableFuture.allOf(removals.toArray(new CompletableFuture<?>[0]))
                    .get(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn(
                    "Not every consumer {} of the streams {} was removed; they cost until they are",
                    fanOut.consumerName(),
                    streams.keySet(),
                    e);
        }
    }

    /** Makes all calls that are due. */
    private void turn() {
        Instant now = clock.instant();
        int descriptions = 0;
        for (StreamWatch stream : streams.values()) {
            if (stream.listing.isDue(now) && !isListedToTheEnd(stream)) {
                list(stream, now);
            }
            if (stream.description.isDue(now) && descriptions < DESCRIPTIONS_PER_TURN) {
                descriptions++;
                describe(stream);
            }
            if (stream.needsConsumer && stream.consumer.isDue(now)) {
                lookUpConsumer(stream, requireNonNull(settings.fanOut()));
            }
        }
    }

    private void list(StreamWatch stream, Instant now) {
        call(
                stream,
                stream.listing,
                "ListShards",
                () -> api.shards(stream.arn),
                shards -> {
                    if (shards.isEmpty()) {
                        // Every stream has an open shard: this one is only just being made.
                        retry(stream, stream.listing, "ListShards", "it lists no shard", null);
                        return;
                    }
                    stream.listing.succeeded(now.plus(settings.discoveryInterval()));
                    stream.listedAt(now);
                    tracker.listed(stream.arn, shards, now);
                    assignReady();
                });
    }

    private void describe(StreamWatch stream) {
        call(
                stream,
                stream.description,
                "DescribeStreamSummary",
                () -> api.retention(stream.arn),
                retention -> {
                    stream.description.succeeded(clock.instant().plus(DESCRIPTION_INTERVAL));
                    if (stream.retention() == null) {
                        warnOfEarlyStart(stream.arn, retention);
                    }
                    stream.retention(retention);
                    tellFacts(stream);
                    assignReady();
                });
    }

    private void warnOfEarlyStart(String streamArn, Duration retention) {
        Instant begin = settings.initialTimestamp();
        Instant oldestHeld = clock.instant().minus(retention);
        if (begin != null && begin.isBefore(oldestHeld) && !tracker.isRestored(streamArn)) {
            LOG.warn(
                    "Stream {} is to be read from {}, but it holds records from {} on only",
                    streamArn,
                    begin,
                    oldestHeld);
        }
    }

    private void lookUpConsumer(StreamWatch stream, FanOut fanOut) {
        call(
                stream,
                stream.consumer,
                "DescribeStreamConsumer",
                () -> api.consumer(stream.arn, fanOut.consumerName()),
                consumer -> {
                    onConsumer(stream, fanOut, consumer);
                    tellFacts(stream);
                    assignReady();
                });
    }

    private void onConsumer(
            StreamWatch stream, FanOut fanOut, Optional<ConsumerDescription> consumer) {
        boolean selfManaged = fanOut.lifecycle() == ConsumerLifecycle.SELF_MANAGED;
        if (consumer.isEmpty()) {
            stream.consumerArn(null);
            if (selfManaged) {
                throw missing(stream.arn, fanOut.consumerName(), "does not exist");
            }
            register(stream, fanOut);
            return;
        }
        switch (consumer.get().consumerStatus()) {
            case ACTIVE -> {
                stream.consumerArn(consumer.get().consumerARN());
                stream.consumer.succeeded(clock.instant().plus(DESCRIPTION_INTERVAL));
            }
            case DELETING -> {
                stream.consumerArn(null);
                if (selfManaged) {
                    throw missing(stream.arn, fanOut.consumerName(), "is being deleted");
                }
                awaitConsumer(stream, fanOut, consumer.get());
            }
            // Whoever has just made it made it for us.
            default -> {
                stream.consumerArn(null);
                awaitConsumer(stream, fanOut, consumer.get());
            }
        }
    }

    private void awaitConsumer(StreamWatch stream, FanOut fanOut, ConsumerDescription consumer) {
        retry(
                stream,
                stream.consumer,
                "DescribeStreamConsumer",
                "consumer "
                        + fanOut.consumerName()
                        + " is "
                        + consumer.consumerStatusAsString()
                        + ", expected ACTIVE",
                null);
    }

    private static KinesisSourceException missing(String streamArn, String name, String what) {
        return new KinesisSourceException(
                "consumer %s of stream %s %s; make it with 'aws kinesis register-stream-consumer --stream-arn %s --consumer-name %s', or set source.efo.lifecycle to JOB_MANAGED"
                        .formatted(name, streamArn, what, streamArn, name));
    }

    private void register(StreamWatch stream, FanOut fanOut) {
        LOG.info("Registering consumer {} of stream {}", fanOut.consumerName(), stream.arn);
        call(
                stream,
                stream.consumer,
                "RegisterStreamConsumer",
                // A future of nothing has no value; that it came is what counts.
                () ->
                        api.registerConsumer(stream.arn, fanOut.consumerName())
                                .thenApply(registered -> true),
                registered -> stream.consumer.succeeded(clock.instant()));
    }

    /** What a call brought: a value or a failure. */
    private record Answer<T>(@Nullable T value, @Nullable Throwable failure) {}

    /**
     * Makes a call of which the coordinator's thread neither waits for the start, which may load
     * credentials, nor for the end.
     */
    private <T> void call(
            StreamWatch stream,
            CallPace pace,
            String name,
            Supplier<CompletableFuture<T>> start,
            Consumer<T> onAnswer) {
        pace.begun();
        context.callAsync(
                () -> {
                    start.get()
                            .orTimeout(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                            .whenComplete(
                                    (value, failure) ->
                                            context.callAsync(
                                                    () -> new Answer<T>(value, failure),
                                                    (answer, none) ->
                                                            onAnswer(
                                                                    stream, pace, name, answer,
                                                                    onAnswer)));
                    return true;
                },
                (begun, failure) -> {
                    if (failure != null) {
                        onAnswer(stream, pace, name, new Answer<T>(null, failure), onAnswer);
                    }
                });
    }

    private <T> void onAnswer(
            StreamWatch stream, CallPace pace, String name, Answer<T> answer, Consumer<T> taker) {
        if (closed) {
            return;
        }
        if (answer.value() != null) {
            taker.accept(answer.value());
            return;
        }
        Throwable failure = requireNonNull(answer.failure(), "failure");
        if (isWorthRepeating(failure)) {
            retry(stream, pace, name, String.valueOf(failure.getMessage()), failure);
        } else {
            throw new KinesisSourceException(
                    "%s of stream %s failed: %s; the source needs that stream and the permission kinesis:%s"
                            .formatted(name, stream.arn, failure.getMessage(), name),
                    failure);
        }
    }

    private static boolean isWorthRepeating(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return cause instanceof TimeoutException || KinesisFailure.of(cause).isWorthRepeating();
    }

    private void retry(
            StreamWatch stream, CallPace pace, String name, String why, @Nullable Throwable cause) {
        int failures = pace.failed();
        int limit = settings.backoff().maxAttempts();
        if (failures > limit) {
            throw new KinesisSourceException(
                    "%s of stream %s failed %d times in a row, limit %d; last: %s"
                            .formatted(name, stream.arn, failures, limit, why),
                    cause);
        }
        Duration delay =
                settings.backoff().delay(failures - 1, ThreadLocalRandom.current().nextDouble());
        pace.retryAt(clock.instant().plus(delay));
        LOG.warn(
                "{} of stream {}: {}; {} failures in a row, next try in {} ms",
                name,
                stream.arn,
                why,
                failures,
                delay.toMillis());
    }

    /** Tells all readers, if there is something new. */
    private void tellFacts(StreamWatch stream) {
        StreamFacts facts = stream.facts();
        if (facts != null && !Objects.equals(toldFacts.put(stream.arn, facts), facts)) {
            for (Integer subtask : context.registeredReaders().keySet()) {
                context.sendEventToSourceReader(subtask, facts);
            }
        }
    }

    private void assignReady() {
        Map<String, Duration> retentions = new HashMap<>();
        for (StreamWatch stream : streams.values()) {
            StreamFacts facts = stream.facts();
            if (facts != null) {
                retentions.put(stream.arn, facts.retention());
            }
        }
        Set<Integer> readers = context.registeredReaders().keySet();
        Map<Integer, List<KinesisShardSplit>> assignments = new HashMap<>();
        for (KinesisShardSplit split : tracker.assignable(retentions, clock.instant())) {
            int subtask =
                    ShardAssignment.subtaskOf(
                            split,
                            requireNonNull(streamIndexes.get(split.streamArn())),
                            context.currentParallelism());
            if (readers.contains(subtask)) {
                assignments.computeIfAbsent(subtask, s -> new ArrayList<>()).add(split);
                tracker.assigned(split, subtask);
            }
        }
        if (!assignments.isEmpty()) {
            LOG.info("Assigning shards to subtasks: {}", assignments);
            context.assignSplits(new SplitsAssignment<>(assignments));
        }
        unassignedSplits = tracker.unassignedCount();
        endIfDone(readers);
    }

    /** No shard made later holds records from before the stop. */
    private boolean isListedToTheEnd(StreamWatch stream) {
        Instant stop = settings.stopTimestamp();
        Instant listedAt = stream.listedAt();
        return stop != null && listedAt != null && !listedAt.isBefore(stop);
    }

    private void endIfDone(Set<Integer> readers) {
        boolean complete = streams.values().stream().allMatch(this::isListedToTheEnd);
        allFinished = complete && tracker.isAllFinished();
        if (complete && tracker.isAllGivenOut()) {
            for (Integer subtask : readers) {
                if (toldNoMoreSplits.add(subtask)) {
                    context.signalNoMoreSplits(subtask);
                }
            }
        }
    }

    private StreamWatch stream(String arn) {
        return requireNonNull(streams.get(arn), arn);
    }
}
