package io.trailwatch.connector.kinesis.reader;

import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;

/**
 * One SubscribeToShard: the epoch that its events belong to. The client's threads leave what
 * happens in the inbox, with the subscription it happened to.
 */
final class FanOutSubscription implements Subscriber<SubscribeToShardEvent> {
    private final FanOutFetch fetch;
    private final Inbox inbox;

    FanOutSubscription(FanOutFetch fetch, Inbox inbox) {
        this.fetch = fetch;
        this.inbox = inbox;
    }

    @Override
    public void onSubscribe(Subscription link) {
        inbox.put(() -> fetch.onBegun(this, link));
    }

    @Override
    public void onNext(SubscribeToShardEvent event) {
        inbox.put(() -> fetch.onEvent(this, event));
    }

    @Override
    public void onError(Throwable failure) {
        inbox.put(() -> fetch.onFailed(this, failure));
    }

    @Override
    public void onComplete() {
        inbox.put(() -> fetch.onCompleted(this));
    }
}
