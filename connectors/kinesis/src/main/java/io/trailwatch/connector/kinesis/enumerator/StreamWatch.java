package io.trailwatch.connector.kinesis.enumerator;

import io.trailwatch.connector.kinesis.config.KinesisSourceSettings;
import io.trailwatch.connector.kinesis.config.ReaderType;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is known of one stream, and when to ask again. */
final class StreamWatch {
    final String arn;
    final boolean needsConsumer;
    final CallPace listing;
    final CallPace description;
    final CallPace consumer;

    private @Nullable Instant listedAt;
    private @Nullable Duration retention;
    private @Nullable String consumerArn;

    StreamWatch(KinesisSourceSettings.Stream stream, Instant now) {
        this.arn = stream.arn();
        this.needsConsumer = stream.readerType() == ReaderType.EFO;
        this.listing = new CallPace(now);
        this.description = new CallPace(now);
        this.consumer = new CallPace(now);
    }

    /** When the last list that came was asked for; null before the first. */
    @Nullable Instant listedAt() {
        return listedAt;
    }

    void listedAt(Instant time) {
        listedAt = time;
    }

    @Nullable Duration retention() {
        return retention;
    }

    void retention(Duration retention) {
        this.retention = retention;
    }

    /**
     * @param arn the consumer that is active; null when there is none
     */
    void consumerArn(@Nullable String arn) {
        consumerArn = arn;
    }

    /** What readers must know; null while not all of it is known. */
    @Nullable StreamFacts facts() {
        if (retention == null || (needsConsumer && consumerArn == null)) {
            return null;
        }
        return new StreamFacts(arn, retention, consumerArn);
    }
}
