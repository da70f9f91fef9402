package io.trailwatch.connector.registry;

import static java.util.Objects.requireNonNull;

import io.trailwatch.connector.registry.Decoding.Decoded;
import io.trailwatch.connector.registry.Decoding.Rejected;
import io.trailwatch.connector.registry.Resolved.Unusable;
import io.trailwatch.connector.registry.Resolved.Usable;
import java.util.Arrays;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes records that carry the id of their schema version in the registry. Used by several
 * threads at once; they share the cache.
 */
public final class RegistryDecoder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryDecoder.class);

    private static final byte[] NOTHING = {};

    private final SchemaVersions registry;
    private final DecoderSettings settings;
    private final VersionCache versions;

    /**
     * @param registry closed together with this decoder
     */
    public RegistryDecoder(SchemaVersions registry, DecoderSettings settings) {
        this(registry, settings, Waiting.SYSTEM);
    }

    RegistryDecoder(SchemaVersions registry, DecoderSettings settings, Waiting waiting) {
        this.registry = requireNonNull(registry, "registry");
        this.settings = requireNonNull(settings, "settings");
        this.versions =
                new VersionCache(
                        registry, this::parse, settings.cache(), settings.retry(), waiting);
    }

    /**
     * Decodes one record, header included. Asks the registry when it meets an id that is not
     * cached, and then blocks for as long as the attempts of {@link RetryPolicy} take.
     *
     * <p>Throws nothing, whatever the bytes. A thread that is interrupted while it waits gets
     * {@link RejectionReason#REGISTRY_UNAVAILABLE} and keeps its interrupt status.
     */
    public Decoding decode(byte[] record) {
        try {
            return decodeOrThrow(record);
        } catch (RejectedException e) {
            return e.rejection();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Rejected(
                    RejectionReason.REGISTRY_UNAVAILABLE,
                    "interrupted while waiting for the registry");
        } catch (RuntimeException | StackOverflowError e) {
            // Class and place only: the message may quote the payload.
            LOG.error(
                    "The decoder failed on a record with {} at {}",
                    e.getClass().getName(),
                    Arrays.stream(e.getStackTrace()).limit(10).toList());
            return new Rejected(
                    RejectionReason.DECODER_BUG, "decoder failed with " + e.getClass().getName());
        }
    }

    /** What the cache has done so far. */
    public CacheStatistics statistics() {
        return versions.statistics();
    }

    @Override
    public void close() {
        registry.close();
    }

    private Decoding decodeOrThrow(byte[] record) throws InterruptedException {
        PayloadLimits limits = settings.limits();
        Compression compression = WireFormat.compression(record);
        if (record.length > limits.maxRecordBytes()) {
            throw new RejectedException(
                    RejectionReason.RECORD_TOO_LARGE,
                    "record has %d bytes, limit %d"
                            .formatted(record.length, limits.maxRecordBytes()));
        }
        UUID id = WireFormat.versionId(record);
        Resolved resolved = versions.resolve(id);
        if (resolved instanceof Unusable unusable) {
            return unusable.rejection();
        }
        Usable usable = (Usable) resolved;
        // Inflated last: a made-up id costs no more than its look-up.
        byte[] bytes = record;
        int from = WireFormat.HEADER_BYTES;
        if (compression == Compression.ZLIB) {
            bytes = BoundedInflate.inflate(record, WireFormat.HEADER_BYTES, limits);
            from = 0;
        }
        Object value = usable.payloads().read(bytes, from, bytes.length);
        SchemaVersion version = usable.version();
        return new Decoded(
                version.schemaName(),
                id,
                version.dataFormat(),
                value,
                version.dataFormat() == DataFormat.JSON
                        ? Arrays.copyOfRange(bytes, from, bytes.length)
                        : NOTHING);
    }

    private Resolved parse(SchemaVersion version) {
        if (!settings.registries().isEmpty()
                && !settings.registries().contains(version.registryName())) {
            return unusable(
                    version,
                    RejectionReason.FOREIGN_REGISTRY,
                    "its registry is '%s', must be one of %s"
                            .formatted(version.registryName(), settings.registries()));
        }
        try {
            return switch (version.dataFormat()) {
                case AVRO -> new Usable(version, new AvroPayloads(version.definition(), settings));
                case JSON ->
                        new Usable(
                                version, new JsonPayloads(version.definition(), settings.limits()));
                case PROTOBUF, OTHER ->
                        new Unusable(
                                RejectionReason.UNSUPPORTED_FORMAT,
                                "schema %s has data format %s, must be AVRO or JSON"
                                        .formatted(version.schemaName(), version.dataFormat()));
            };
        } catch (RejectedException e) {
            return unusable(version, e.rejection().reason(), e.rejection().detail());
        } catch (StackOverflowError e) {
            return unusable(version, RejectionReason.INVALID_SCHEMA, "schema is nested too deeply");
        } catch (RuntimeException e) {
            LOG.error("Schema version {} cannot be parsed", version.id(), e);
            return unusable(
                    version,
                    RejectionReason.INVALID_SCHEMA,
                    "schema fails with " + e.getClass().getName());
        }
    }

    private static Unusable unusable(SchemaVersion version, RejectionReason reason, String detail) {
        return new Unusable(
                reason,
                "schema %s, version %s: %s".formatted(version.schemaName(), version.id(), detail));
    }
}
