package io.trailwatch.connector.kinesis.fake;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.ConsumerDescription;
import software.amazon.awssdk.services.kinesis.model.ConsumerStatus;

/** A registered consumer and its subscriptions. Guarded by the service. */
final class StoredConsumer {
    final String name;
    final String arn;
    final String streamArn;
    final Instant createdAt;
    final Instant activeFrom;
    final Map<String, Slot> slots = new HashMap<>();

    /** The one subscription that a shard may have. */
    static final class Slot {
        final Deque<Instant> lastCalls = new ArrayDeque<>();
        @Nullable Instant lastSuccess;
        @Nullable FakeSubscription active;
    }

    StoredConsumer(String name, String streamArn, Instant createdAt, Instant activeFrom) {
        this.name = name;
        this.arn = streamArn + "/consumer/" + name + ":" + createdAt.getEpochSecond();
        this.streamArn = streamArn;
        this.createdAt = createdAt;
        this.activeFrom = activeFrom;
    }

    boolean isActive(Instant now) {
        return !activeFrom.isAfter(now);
    }

    ConsumerDescription description(Instant now) {
        return ConsumerDescription.builder()
                .consumerName(name)
                .consumerARN(arn)
                .streamARN(streamArn)
                .consumerStatus(isActive(now) ? ConsumerStatus.ACTIVE : ConsumerStatus.CREATING)
                .consumerCreationTimestamp(createdAt)
                .build();
    }
}
