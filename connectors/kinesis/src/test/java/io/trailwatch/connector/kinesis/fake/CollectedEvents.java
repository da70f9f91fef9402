package io.trailwatch.connector.kinesis.fake;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;

/** A subscriber that keeps what it is sent. */
final class CollectedEvents implements Subscriber<SubscribeToShardEvent> {
    private final long firstRequest;
    private final List<SubscribeToShardEvent> events = new ArrayList<>();
    private @Nullable Subscription subscription;
    private @Nullable Throwable failure;
    private boolean completed;

    /**
     * @param firstRequest events to request at once; 0 for none
     */
    CollectedEvents(long firstRequest) {
        this.firstRequest = firstRequest;
    }

    @Override
    public synchronized void onSubscribe(Subscription subscription) {
        this.subscription = subscription;
        if (firstRequest > 0) {
            subscription.request(firstRequest);
        }
    }

    @Override
    public synchronized void onNext(SubscribeToShardEvent event) {
        events.add(event);
    }

    @Override
    public synchronized void onError(Throwable failure) {
        this.failure = failure;
    }

    @Override
    public synchronized void onComplete() {
        completed = true;
    }

    synchronized Subscription subscription() {
        return requireNonNull(subscription, "no answer yet");
    }

    synchronized List<SubscribeToShardEvent> events() {
        return List.copyOf(events);
    }

    synchronized List<String> payloads() {
        List<String> payloads = new ArrayList<>();
        for (SubscribeToShardEvent event : events) {
            for (Record record : event.records()) {
                payloads.add(record.data().asUtf8String());
            }
        }
        return payloads;
    }

    synchronized SubscribeToShardEvent last() {
        return events.get(events.size() - 1);
    }

    synchronized @Nullable Throwable failure() {
        return failure;
    }

    synchronized boolean isCompleted() {
        return completed;
    }
}
