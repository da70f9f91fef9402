package io.trailwatch.connector.registry;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RegistryDecoder} needs to know.
 *
 * @param readerSchema Avro schema that every Avro value is brought to; null to keep the writer's
 * @param readersByName Avro schemas that values of writers of these full names are brought to; they
 *     go before the reader schema of all
 * @param registries names of the registries whose versions decode; empty for all that can be read
 */
public record DecoderSettings(
        @Nullable Schema readerSchema,
        Map<String, Schema> readersByName,
        Set<String> registries,
        PayloadLimits limits,
        CacheSettings cache,
        RetryPolicy retry)
        implements Serializable {
    public static final DecoderSettings DEFAULT =
            new DecoderSettings(
                    null,
                    Map.of(),
                    Set.of(),
                    PayloadLimits.DEFAULT,
                    CacheSettings.DEFAULT,
                    RetryPolicy.DEFAULT);

    public DecoderSettings {
        readersByName = Map.copyOf(readersByName);
        registries = Set.copyOf(registries);
        requireNonNull(limits, "limits");
        requireNonNull(cache, "cache");
        requireNonNull(retry, "retry");
    }

    /** The schema that values of this writer are brought to; the writer's own where none is set. */
    Schema readerOf(Schema writer) {
        Schema named =
                writer.getType() == Schema.Type.RECORD
                        ? readersByName.get(writer.getFullName())
                        : null;
        if (named != null) {
            return named;
        }
        return readerSchema == null ? writer : readerSchema;
    }

    public DecoderSettings withReaderSchema(Schema schema) {
        return new DecoderSettings(schema, readersByName, registries, limits, cache, retry);
    }

    /** Brings values of writers of this schema's full name to this schema. */
    public DecoderSettings withReaderByName(Schema schema) {
        return new DecoderSettings(
                readerSchema,
                Map.of(schema.getFullName(), schema),
                registries,
                limits,
                cache,
                retry);
    }

    public DecoderSettings withRegistries(Set<String> names) {
        return new DecoderSettings(readerSchema, readersByName, names, limits, cache, retry);
    }

    public DecoderSettings withLimits(PayloadLimits changed) {
        return new DecoderSettings(readerSchema, readersByName, registries, changed, cache, retry);
    }

    public DecoderSettings withCache(CacheSettings changed) {
        return new DecoderSettings(readerSchema, readersByName, registries, limits, changed, retry);
    }

    public DecoderSettings withRetry(RetryPolicy changed) {
        return new DecoderSettings(readerSchema, readersByName, registries, limits, cache, changed);
    }
}
