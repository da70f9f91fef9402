package io.trailwatch.connector.registry;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RegistryDecoder} needs to know.
 *
 * @param readerSchema Avro schema that every Avro value is brought to; null to keep the writer's
 */
public record DecoderSettings(
        @Nullable Schema readerSchema, PayloadLimits limits, CacheSettings cache, RetryPolicy retry)
        implements Serializable {
    public static final DecoderSettings DEFAULT =
            new DecoderSettings(
                    null, PayloadLimits.DEFAULT, CacheSettings.DEFAULT, RetryPolicy.DEFAULT);

    public DecoderSettings {
        requireNonNull(limits, "limits");
        requireNonNull(cache, "cache");
        requireNonNull(retry, "retry");
    }

    public DecoderSettings withReaderSchema(Schema schema) {
        return new DecoderSettings(schema, limits, cache, retry);
    }

    public DecoderSettings withLimits(PayloadLimits changed) {
        return new DecoderSettings(readerSchema, changed, cache, retry);
    }

    public DecoderSettings withCache(CacheSettings changed) {
        return new DecoderSettings(readerSchema, limits, changed, retry);
    }

    public DecoderSettings withRetry(RetryPolicy changed) {
        return new DecoderSettings(readerSchema, limits, cache, changed);
    }
}
