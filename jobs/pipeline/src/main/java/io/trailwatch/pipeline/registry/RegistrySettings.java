package io.trailwatch.pipeline.registry;

import static java.util.Objects.requireNonNull;

import io.trailwatch.connector.registry.CacheSettings;
import io.trailwatch.connector.registry.DecoderSettings;
import io.trailwatch.connector.registry.GlueConnection;
import io.trailwatch.connector.registry.GlueSchemaVersions;
import io.trailwatch.connector.registry.PayloadLimits;
import io.trailwatch.connector.registry.RegistryDecoder;
import io.trailwatch.connector.registry.RetryPolicy;
import io.trailwatch.core.decode.AppEventAvro;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.SchemaResolver;
import java.io.Serializable;
import java.time.Duration;
import java.util.Set;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * How records of a Glue Schema Registry are read.
 *
 * @param registries names of the registries whose schemas are read; empty for all that our
 *     permissions reach
 * @param attempts calls until a registry that gives no answer counts as down, the first included
 * @param outagePause how long a registry that is down is left alone; meanwhile records of schemas
 *     that are not known yet are quarantined
 */
public record RegistrySettings(
        GlueConnection connection, Set<String> registries, int attempts, Duration outagePause)
        implements Serializable {
    public RegistrySettings {
        requireNonNull(connection, "connection");
        registries = Set.copyOf(registries);
        RetryPolicy unused = retry(attempts);
        CacheSettings alsoUnused = cache(outagePause);
    }

    /** A resolver by these settings; one that knows no registry where there are none. */
    public static SchemaResolver open(
            @Nullable RegistrySettings settings, DecodeLimits limits, @Nullable MetricGroup group) {
        return settings == null ? SchemaResolver.NONE : settings.open(limits, group);
    }

    private SchemaResolver open(DecodeLimits limits, @Nullable MetricGroup group) {
        RegistryDecoder decoder =
                new RegistryDecoder(
                        new GlueSchemaVersions(connection.open()),
                        DecoderSettings.DEFAULT
                                .withReaderByName(AppEventAvro.SCHEMA)
                                .withRegistries(registries)
                                .withLimits(limits(limits))
                                .withCache(cache(outagePause))
                                .withRetry(retry(attempts)));
        RegistryResolver resolver = new RegistryResolver(decoder);
        if (group != null) {
            resolver.report(group);
        }
        return resolver;
    }

    private static PayloadLimits limits(DecodeLimits limits) {
        return PayloadLimits.DEFAULT
                .withMaxRecordBytes(SchemaResolver.HEADER_BYTES + limits.maxEventBytes())
                .withMaxInflatedBytes(
                        (int) Math.min(limits.maxInflatedBytes(), limits.maxEventBytes()))
                .withMaxInflateRatio(
                        limits.maxInflateRatio(),
                        (int)
                                Math.max(
                                        1,
                                        Math.min(
                                                limits.inflateRatioFloorBytes(),
                                                limits.maxEventBytes())))
                .withMaxDepth(limits.maxDepth());
    }

    private static RetryPolicy retry(int attempts) {
        return new RetryPolicy(RetryPolicy.DEFAULT.base(), RetryPolicy.DEFAULT.cap(), attempts);
    }

    private static CacheSettings cache(Duration outagePause) {
        CacheSettings usual = CacheSettings.DEFAULT;
        return new CacheSettings(
                usual.maxVersions(),
                usual.maxRefusals(),
                usual.timeToLive(),
                usual.refusalTimeToLive(),
                outagePause);
    }
}
