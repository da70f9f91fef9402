package io.trailwatch.connector.kinesis.fake;

import io.trailwatch.connector.kinesis.fake.Fault.Kind;
import io.trailwatch.connector.kinesis.fake.StoredShard.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;

/**
 * One connection of SubscribeToShard. Events go out as requested, one at a time, from the service's
 * own tasks; an end needs no request. Guarded by the service; the subscriber is called without its
 * lock.
 */
final class FakeSubscription implements Subscription {
    private static final int EVENT_BYTES = 1 << 20;

    private final FakeKinesisService service;
    private final FakeKinesis client;
    private final StoredStream stream;
    private final StoredShard shard;
    private final Subscriber<SubscribeToShardEvent> subscriber;
    private final Fault fault;
    private final Instant expiry;

    private long number;
    private long demand;
    private long events;
    private boolean begun;
    private boolean cancelled;
    private boolean ended;
    private boolean pumpScheduled;
    private @Nullable RuntimeException failure;
    private @Nullable Instant lastEvent;
    private Instant nextEventFrom = Instant.EPOCH;

    FakeSubscription(
            FakeKinesisService service,
            FakeKinesis client,
            StoredStream stream,
            StoredShard shard,
            long number,
            Subscriber<SubscribeToShardEvent> subscriber,
            Fault fault) {
        this.service = service;
        this.client = client;
        this.stream = stream;
        this.shard = shard;
        this.number = number;
        this.subscriber = subscriber;
        this.fault = fault;
        this.expiry = service.time().now().plus(FakeKinesisService.SUBSCRIPTION_LIFE);
    }

    /** The answer has come: events may follow. */
    void begin() {
        synchronized (service) {
            begun = true;
        }
        subscriber.onSubscribe(this);
        pumpSoon();
        pumpIn(Duration.between(service.time().now(), expiry));
    }

    @Override
    public void request(long count) {
        synchronized (service) {
            if (count < 1) {
                failure =
                        new IllegalArgumentException("requested " + count + ", expected 1 or more");
            }
            demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
        }
        pumpSoon();
    }

    /**
     * One event may still come if it was requested: Reactive Streams 1.0.4, rule 2.8, "prepared to
     * receive one or more onNext signals after having called Subscription.cancel()".
     */
    @Override
    public void cancel() {
        synchronized (service) {
            cancelled = true;
            if (!begun) {
                end();
            }
        }
        pumpSoon();
    }

    void takenOver() {
        fail(Refusal.inUse("Another subscription took over shard " + shard.shardId));
    }

    void fail(RuntimeException cause) {
        synchronized (service) {
            failure = cause;
        }
        pumpSoon();
    }

    void pumpSoon() {
        synchronized (service) {
            if (pumpScheduled || ended) {
                return;
            }
            pumpScheduled = true;
        }
        service.time()
                .schedule(
                        Duration.ZERO,
                        () -> {
                            synchronized (service) {
                                pumpScheduled = false;
                            }
                            pump();
                        });
    }

    private void pumpIn(Duration delay) {
        service.time().schedule(delay, this::pump);
    }

    private void end() {
        ended = true;
        shard.subscriptions.remove(this);
    }

    /**
     * Sends the next thing there is to send, and sees to it that it is called for the one after.
     */
    private void pump() {
        Runnable signal;
        synchronized (service) {
            long before = events;
            if (client.isClosed()) {
                end();
            }
            if (ended || !begun) {
                return;
            }
            signal = next(service.time().now());
            if (cancelled) {
                signal = events > before ? signal : null;
                end();
            }
        }
        if (signal != null) {
            signal.run();
            pumpSoon();
        }
    }

    private @Nullable Runnable next(Instant now) {
        if (failure != null) {
            return failing(failure);
        }
        if (events == fault.events()) {
            switch (fault.kind()) {
                case DISCONNECT -> {
                    return failing(Refusal.connectionReset());
                }
                case FAILURE_EVENT -> {
                    return failing(Refusal.internalFailureEvent());
                }
                case EARLY_END -> {
                    return completing();
                }
                default -> {
                    // Nothing happens to the others here.
                }
            }
        }
        if (!now.isBefore(expiry)) {
            return completing();
        }
        if (demand == 0) {
            return null;
        }
        if (now.isBefore(nextEventFrom)) {
            pumpIn(Duration.between(now, nextEventFrom));
            return null;
        }
        shard.trim(now.minus(stream.retention));
        List<Stored> found = shard.from(number, service.behaviour().recordsPerEvent(), EVENT_BYTES);
        long next = found.isEmpty() ? number : found.get(found.size() - 1).number() + 1;
        Stored unread = shard.firstFrom(next);
        boolean atEnd =
                unread == null
                        && !shard.isOpen()
                        && (found.isEmpty() || service.behaviour().endWithRecords());
        if (found.isEmpty() && !atEnd && lastEvent != null) {
            Instant due = lastEvent.plus(service.behaviour().heartbeat());
            if (now.isBefore(due)) {
                pumpIn(Duration.between(now, due));
                return null;
            }
        }
        if (atEnd && fault.kind() == Kind.DISCONNECT_BEFORE_END) {
            return failing(Refusal.connectionReset());
        }
        return sending(found, next, unread, atEnd, now);
    }

    private Runnable sending(
            List<Stored> found, long next, @Nullable Stored unread, boolean atEnd, Instant now) {
        long continuation = found.isEmpty() ? stream.numbers.next() : next - 1;
        number = continuation + 1;
        demand = demand == Long.MAX_VALUE ? demand : demand - 1;
        events++;
        lastEvent = now;
        long bytes = found.stream().mapToLong(Stored::bytes).sum();
        if (service.behaviour().throttles()) {
            nextEventFrom =
                    now.plusNanos(bytes * 1_000_000_000L / FakeKinesisService.BYTES_PER_SECOND);
        }
        if (atEnd) {
            end();
        }
        SubscribeToShardEvent event =
                SubscribeToShardEvent.builder()
                        .records(found.stream().map(Stored::record).toList())
                        .millisBehindLatest(FakeKinesisService.millisBehind(found, unread, now))
                        .continuationSequenceNumber(
                                atEnd ? null : stream.numbers.text(continuation))
                        .childShards(atEnd ? shard.childShards() : null)
                        .build();
        return () -> {
            client.delivered(event.records());
            subscriber.onNext(event);
            if (atEnd) {
                subscriber.onComplete();
            }
        };
    }

    private Runnable failing(RuntimeException cause) {
        end();
        return () -> subscriber.onError(cause);
    }

    private Runnable completing() {
        end();
        return subscriber::onComplete;
    }
}
