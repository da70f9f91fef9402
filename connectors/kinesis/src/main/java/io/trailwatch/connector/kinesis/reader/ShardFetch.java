package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.client.KinesisFailure;
import io.trailwatch.connector.kinesis.client.KinesisSourceException;
import io.trailwatch.connector.kinesis.config.LossPolicy;
import io.trailwatch.connector.kinesis.enumerator.StreamFacts;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.LostRange;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shard being read. Touched by the fetching thread alone; what other threads have to say comes
 * through the {@link Inbox}. Nothing here waits.
 *
 * <p>A batch taken over is <em>ready</em> until it is handed out, and <em>unconsumed</em> until all
 * its items were emitted.
 */
abstract sealed class ShardFetch permits PollingFetch, FanOutFetch {
    private static final Logger LOG = LoggerFactory.getLogger(ShardFetch.class);

    /** No time at all: only a message can change something. */
    static final long NEVER = Long.MAX_VALUE;

    /** One being emitted, and the next one. */
    static final int MAX_UNCONSUMED_BATCHES = 2;

    /**
     * How long a loss waits for two checkpoints that hold the notice of it. Without an end a job
     * whose checkpoints fail would stand still in silence.
     */
    static final Duration PATIENCE_WITH_CHECKPOINTS = Duration.ofMinutes(5);

    /**
     * Far behind the tip only the clocks' agreement tells what was read: reading ends when it is
     * this far beyond the stop. At the tip there is no doubt.
     */
    private static final Duration DOUBT_ABOUT_CLOCKS = Duration.ofMinutes(1);

    /**
     * Who reads from the oldest record held has the retention on his heels, be it at the start or
     * behind a loss that was told. That is no loss each time it catches a record, only if he falls
     * back so far; and all is as usual once he is so far ahead.
     */
    private static final Duration EDGE = Duration.ofMinutes(10);

    final KinesisShardSplit split;
    final FetchEnvironment environment;
    final Pace pace;

    private final Deque<Ready> ready = new ArrayDeque<>();
    private ShardPosition position;
    private ShardPosition handedOut;
    private int unconsumed;
    private boolean paused;
    private boolean over;

    /** Whether reading goes on about where the service deletes. */
    private boolean atEdge;

    private @Nullable LostRange fatalLoss;
    private long failNanos = NEVER;

    private record Ready(ShardBatch batch, ByteBudget.@Nullable Reservation bytes) {}

    ShardFetch(KinesisShardSplit split, FetchEnvironment environment) {
        this.split = split;
        this.environment = environment;
        this.pace =
                new Pace(
                        environment.settings().polling(),
                        environment.settings().backoff(),
                        environment.random());
        this.position = split.position();
        this.handedOut = position;
        this.atEdge = position.readUpTo() == null;
        pace.notBefore(environment.clock().nanos());
        if (split.loss() != null) {
            if (split.loss().reported()) {
                settle(split.loss().range());
            } else {
                lose(split.loss().range());
            }
        }
    }

    /** Does what is due and needs no memory. */
    void tend(long nowNanos) {
        if (fatalLoss != null && nowNanos >= failNanos) {
            throw LossFailure.of(split, fatalLoss);
        }
    }

    /** When {@link #tend} has something to do; later than the last time it was called. */
    long tendNanos() {
        return failNanos;
    }

    /** Since when the shard has wanted to be given memory for records; {@link #NEVER} if not. */
    abstract long askNanos();

    /** What {@link #ask} needs. */
    abstract long expectedBytes();

    /** Asks the service for records; the reservation is then the shard's. */
    abstract void ask(ByteBudget.Reservation bytes, long nowNanos);

    /** Forgets what was asked for; answers to it are ignored. */
    abstract void cancel();

    /** Stops new calls, or allows them again. */
    void pause(boolean paused) {
        this.paused = paused;
    }

    boolean isPaused() {
        return paused;
    }

    /** Null when there is none, or when none may be handed out now. */
    @Nullable ShardBatch handOut() {
        Ready next = paused ? null : ready.poll();
        if (next == null) {
            return null;
        }
        handedOut = next.batch().position();
        return next.batch();
    }

    /**
     * Gives up what a paused shard holds and has not handed out, so that others can go on; it will
     * be read again. Without this shards that are ahead could keep those behind from catching up.
     *
     * @return whether any memory came free
     */
    boolean relinquish() {
        long bytes = ready.stream().filter(held -> held.bytes() != null).count();
        if (!paused || fatalLoss != null || bytes == 0 || bytes < ready.size()) {
            return false;
        }
        ready.forEach(this::release);
        ready.clear();
        position = handedOut;
        over = false;
        cancel();
        return true;
    }

    /** Behind all that was taken over. */
    final ShardPosition position() {
        return position;
    }

    /** Whether the shard may be called at all now, its pace aside. */
    final boolean isOpen() {
        return !over && !paused && unconsumed < MAX_UNCONSUMED_BATCHES;
    }

    final boolean isOver() {
        return over;
    }

    /**
     * Takes a batch over.
     *
     * @param bytes what it occupies; null for nothing
     * @param last whether the shard ends with it
     */
    final void take(
            List<ReadItem> items,
            ShardPosition behind,
            ByteBudget.@Nullable Reservation bytes,
            boolean last) {
        position = behind;
        over |= last;
        unconsumed++;
        Ready[] taken = new Ready[1];
        ShardBatch batch =
                new ShardBatch(
                        split.splitId(),
                        items,
                        behind,
                        last,
                        () -> environment.inbox().put(() -> release(taken[0])));
        taken[0] = new Ready(batch, bytes);
        ready.add(taken[0]);
    }

    private void release(Ready held) {
        unconsumed--;
        if (held.bytes() != null) {
            held.bytes().release();
        }
    }

    /** Whether a call may be made: tells a loss when the retention has overtaken the position. */
    final boolean mayCall() {
        StreamFacts facts = environment.factsOf(split.streamArn());
        Instant readUpTo = position.readUpTo();
        if (facts == null || readUpTo == null) {
            return true;
        }
        Instant oldestHeld = environment.clock().time().minus(facts.retention());
        if (!readUpTo.isBefore(oldestHeld.plus(EDGE))) {
            atEdge = false;
        } else if (readUpTo.isBefore(atEdge ? oldestHeld.minus(EDGE) : oldestHeld)) {
            lose(new LostRange(LostRange.Reason.POSITION_TRIMMED, position, oldestHeld));
        }
        return !over;
    }

    final void loseShard() {
        lose(new LostRange(LostRange.Reason.SHARD_GONE, position, null));
    }

    private void lose(LostRange range) {
        boolean goesOn = environment.settings().lossPolicy() == LossPolicy.CONTINUE;
        boolean last = goesOn && range.reason() == LostRange.Reason.SHARD_GONE;
        ReadItem notice = new ReadItem.LossItem(range, environment.clock().time());
        take(List.of(notice), position, null, last);
        settle(range);
        if (!goesOn) {
            over = true;
            fatalLoss = range;
            failNanos = environment.clock().nanos() + PATIENCE_WITH_CHECKPOINTS.toNanos();
        }
    }

    private void settle(LostRange range) {
        position = KinesisShardSplitState.behind(range, position);
        atEdge = true;
    }

    /**
     * Whether an empty answer shows that all before the stop was read.
     *
     * @param time when it was asked for
     */
    final boolean showsStop(Instant time, long behindMillis) {
        Instant stop = environment.settings().stopTimestamp();
        if (stop == null) {
            return false;
        }
        return behindMillis == 0
                ? !time.isBefore(stop)
                : !time.minusMillis(behindMillis).isBefore(stop.plus(DOUBT_ABOUT_CLOCKS));
    }

    /**
     * Sets the time of the next try.
     *
     * @throws KinesisSourceException if there have been too many, or another would be in vain
     */
    final void repeatLater(KinesisFailure failure, @Nullable Throwable cause, String what) {
        environment.metrics().failed(failure);
        long now = environment.clock().nanos();
        if (!failure.isWorthRepeating()) {
            throw failure(what, cause);
        }
        Duration pause =
                switch (failure) {
                    case THROTTLED -> pace.throttled(now);
                    case EXPIRED -> pace.expired(now);
                    case TRANSIENT, GONE, FATAL -> pace.failed(now);
                };
        if (pace.isExhausted()) {
            throw failure(what, cause);
        }
        LOG.warn(
                "{} on shard {} of stream {}, {} in a row; next call in {}: {}",
                failure,
                split.shardId(),
                split.streamArn(),
                pace.failuresInARow(),
                pause,
                what);
    }

    final KinesisSourceException failure(String what, @Nullable Throwable cause) {
        return new KinesisSourceException(
                "cannot read shard "
                        + split.shardId()
                        + " of stream "
                        + split.streamArn()
                        + " behind "
                        + position
                        + ", failures in a row: "
                        + pace.failuresInARow()
                        + "; last: "
                        + what,
                cause);
    }
}
