package io.trailwatch.connector.kinesis.reader;

import static java.util.Objects.requireNonNull;

import io.trailwatch.connector.kinesis.client.KinesisFailure;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings.FanOut;
import io.trailwatch.connector.kinesis.enumerator.StreamFacts;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.InternalFailureException;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;

/**
 * One shard pushed by enhanced fan-out. A subscription lasts five minutes at most; the next one
 * begins behind the last event taken over. One event is requested at a time, when there is memory
 * for it.
 */
final class FanOutFetch extends ShardFetch {
    private static final Logger LOG = LoggerFactory.getLogger(FanOutFetch.class);

    /**
     * For 5 s a successful SubscribeToShard keeps the shard from being subscribed to again by the
     * same consumer, with ResourceInUseException (API SubscribeToShard).
     */
    static final Duration LEAST_BETWEEN_SUBSCRIPTIONS = Duration.ofSeconds(5);

    /** The enumerator tells the consumer before it assigns a split: this is a mere precaution. */
    private static final Duration WAIT_FOR_CONSUMER = Duration.ofSeconds(1);

    private static final double WEIGHT_OF_NEW = 0.25;

    private final Quiet quiet;
    private final ShardProbe probe;
    private final ShardProbe existence;
    private final Duration timeout;

    private @Nullable FanOutSubscription current;
    private @Nullable Subscription link;
    private ByteBudget.@Nullable Reservation requested;
    private boolean heard;
    private boolean subscribedBefore;
    private long subscribedNanos;
    private long refusedUntilNanos;
    private long waitingSinceNanos;
    private double meanEventBytes;

    FanOutFetch(KinesisShardSplit split, FetchEnvironment environment) {
        super(split, environment);
        FanOut settings = requireNonNull(environment.settings().fanOut(), "fanOut");
        this.timeout = settings.subscriptionTimeout();
        this.quiet = new Quiet(environment.clock().nanos());
        this.probe = new ShardProbe(split, environment);
        this.existence = new ShardProbe(split, environment);
        this.meanEventBytes = environment.budget().shareBytes();
    }

    @Override
    void tend(long nowNanos) {
        super.tend(nowNanos);
        if (silenceNanos() <= nowNanos) {
            cancel();
            repeatLater(KinesisFailure.TRANSIENT, null, "no event for " + timeout);
        }
        if (subscribeNanos() <= nowNanos && mayCall()) {
            subscribe(nowNanos);
        }
        if (probeNanos() <= nowNanos) {
            quiet.probed(nowNanos);
            int interruptions = quiet.interruptions();
            probe.start(position(), finding -> onProbed(finding, interruptions));
        }
    }

    @Override
    long tendNanos() {
        return Math.min(
                super.tendNanos(),
                Math.min(silenceNanos(), Math.min(subscribeNanos(), probeNanos())));
    }

    @Override
    long askNanos() {
        return link != null && requested == null && isOpen() ? waitingSinceNanos : NEVER;
    }

    @Override
    long expectedBytes() {
        return (long) Math.min(ByteBudget.MAX_ANSWER_BYTES, meanEventBytes);
    }

    @Override
    void ask(ByteBudget.Reservation bytes, long nowNanos) {
        requested = bytes;
        waitingSinceNanos = nowNanos;
        requireNonNull(link).request(1);
    }

    /** Ends the subscription, if there is one. */
    @Override
    void cancel() {
        Subscription ended = link;
        forget();
        if (ended != null) {
            ended.cancel();
        }
    }

    void onBegun(FanOutSubscription subscription, Subscription begun) {
        if (subscription == current) {
            link = begun;
            waitingSinceNanos = environment.clock().nanos();
        } else {
            begun.cancel();
        }
    }

    void onEvent(FanOutSubscription subscription, SubscribeToShardEvent event) {
        if (subscription != current) {
            return;
        }
        ByteBudget.Reservation bytes = requested == null ? environment.budget().take(0) : requested;
        requested = null;
        waitingSinceNanos = environment.clock().nanos();
        if (!heard) {
            heard = true;
            refusedUntilNanos = subscribedNanos + LEAST_BETWEEN_SUBSCRIPTIONS.toNanos();
        }
        pace.succeeded();
        takeOver(event, bytes);
        if (isOver()) {
            cancel();
        }
    }

    void onCompleted(FanOutSubscription subscription) {
        if (subscription == current) {
            boolean anything = heard;
            forget();
            if (!anything) {
                repeatLater(KinesisFailure.TRANSIENT, null, "subscription ended without an event");
            }
        }
    }

    void onFailed(FanOutSubscription subscription, Throwable cause) {
        if (subscription != current) {
            return;
        }
        forget();
        KinesisFailure failure = sort(cause);
        if (failure == KinesisFailure.GONE) {
            environment.metrics().failed(failure);
            existence.start(position(), finding -> onGone(finding, cause));
        } else {
            repeatLater(failure, cause, String.valueOf(cause.getMessage()));
        }
    }

    private void subscribe(long nowNanos) {
        StreamFacts facts = environment.factsOf(split.streamArn());
        if (facts == null || facts.consumerArn() == null) {
            pace.notBefore(nowNanos + WAIT_FOR_CONSUMER.toNanos());
            return;
        }
        if (subscribedBefore) {
            environment.metrics().resubscribed();
        }
        FanOutSubscription subscription = new FanOutSubscription(this, environment.inbox());
        current = subscription;
        subscribedBefore = true;
        subscribedNanos = nowNanos;
        waitingSinceNanos = nowNanos;
        try {
            environment
                    .api()
                    .subscribe(facts.consumerArn(), split.shardId(), position(), subscription);
        } catch (RuntimeException e) {
            onFailed(subscription, e);
        }
    }

    private void takeOver(SubscribeToShardEvent event, ByteBudget.Reservation bytes) {
        long now = environment.clock().nanos();
        int count = event.records().size();
        long behindMillis = Objects.requireNonNullElse(event.millisBehindLatest(), 0L);
        // An event may have waited for us, for the five minutes of a subscription at most: good
        // enough to compare with the retention, not to end reading by.
        Instant shown = environment.clock().time().minusMillis(behindMillis);
        RecordUnpacker.Unpacked unpacked =
                environment.unpacker().unpack(event.records(), position(), shown);
        bytes.correct(unpacked.payloadBytes());
        learnEventSize(unpacked.payloadBytes());
        environment.metrics().read(split.splitId(), count, unpacked.payloadBytes(), behindMillis);
        if (count > 0 || behindMillis > 0) {
            quiet.interrupted(now);
        }

        String continuation = event.continuationSequenceNumber();
        List<ReadItem> items = unpacked.items();
        ShardPosition behind = unpacked.position();
        if (!unpacked.stopped() && continuation != null) {
            Instant readUpTo =
                    count == 0 || behindMillis == 0
                            ? shown
                            : Objects.requireNonNullElse(behind.readUpTo(), shown);
            // Before the aggregate that we begin in has come, only its own number tells the place.
            boolean aggregateToCome = behind.kind() == ShardPosition.Kind.AT_SEQUENCE_NUMBER;
            behind =
                    aggregateToCome
                            ? behind.readUpTo(readUpTo)
                            : ShardPosition.after(continuation, readUpTo);
            items.add(new ReadItem.ProgressItem(readUpTo, aggregateToCome ? null : continuation));
        }
        boolean last = unpacked.stopped() || continuation == null;
        if (last) {
            LOG.info(
                    "Read shard {} of stream {} to {}",
                    split.shardId(),
                    split.streamArn(),
                    unpacked.stopped() ? "the stop" : "its end");
        }
        take(items, behind, bytes, last);
    }

    private void learnEventSize(long bytes) {
        meanEventBytes = Math.max(bytes, meanEventBytes + WEIGHT_OF_NEW * (bytes - meanEventBytes));
    }

    private void onProbed(ShardProbe.Finding finding, int interruptions) {
        if (isOver() || quiet.interruptions() != interruptions) {
            return;
        }
        switch (finding.kind()) {
            case END -> end("its end");
            case TIP -> {
                if (showsStop(finding.time(), 0)) {
                    end("the stop");
                }
            }
            case GONE -> {
                cancel();
                loseShard();
            }
            case MORE -> {}
            case UNKNOWN ->
                    LOG.info(
                            "Cannot look for the end of quiet shard {} of stream {}",
                            split.shardId(),
                            split.streamArn(),
                            finding.failure());
        }
    }

    private void end(String where) {
        LOG.info("Read shard {} of stream {} to {}", split.shardId(), split.streamArn(), where);
        cancel();
        take(List.of(), position(), null, true);
    }

    /** The service does not say whether shard or consumer is gone. */
    private void onGone(ShardProbe.Finding finding, Throwable cause) {
        if (isOver()) {
            return;
        }
        switch (finding.kind()) {
            case GONE -> loseShard();
            case UNKNOWN -> {
                Throwable failure = Objects.requireNonNullElse(finding.failure(), cause);
                repeatLater(
                        KinesisFailure.of(failure), failure, String.valueOf(failure.getMessage()));
            }
            case END, TIP, MORE -> {
                StreamFacts facts = environment.factsOf(split.streamArn());
                throw failure(
                        "the shard exists, but consumer "
                                + (facts == null ? null : facts.consumerArn())
                                + " does not: "
                                + cause.getMessage(),
                        cause);
            }
        }
    }

    /** As {@link #cancel}, for a subscription that has ended by itself. */
    private void forget() {
        current = null;
        link = null;
        heard = false;
        // A probe under way may look behind records that are to be read again.
        quiet.interrupted(environment.clock().nanos());
        if (requested != null) {
            requested.release();
            requested = null;
        }
    }

    private long silenceNanos() {
        boolean waiting = current != null && (link == null || requested != null);
        return waiting ? waitingSinceNanos + timeout.toNanos() : NEVER;
    }

    private long subscribeNanos() {
        return current == null && !existence.isRunning() && isOpen()
                ? Math.max(pace.dueNanos(), refusedUntilNanos)
                : NEVER;
    }

    private long probeNanos() {
        if (link == null || probe.isRunning() || !isOpen()) {
            return NEVER;
        }
        Instant stop = environment.settings().stopTimestamp();
        boolean behindStop = stop != null && !environment.clock().time().isBefore(stop);
        return quiet.probeNanos(behindStop);
    }

    private static KinesisFailure sort(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Error) {
            return KinesisFailure.FATAL;
        }
        // Within a stream of events a broken connection comes as whatever broke, and a failure of
        // the service without a status code.
        return cause instanceof SdkException && !(cause instanceof InternalFailureException)
                ? KinesisFailure.of(cause)
                : KinesisFailure.TRANSIENT;
    }
}
