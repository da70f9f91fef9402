package io.trailwatch.connector.registry;

import java.util.Optional;
import java.util.UUID;

/** Where schema versions come from. Used by several threads at once. */
public interface SchemaVersions extends AutoCloseable {
    /**
     * Asks once, without retries: the caller paces and bounds them.
     *
     * @return empty if the registry knows no such version
     * @throws SchemaRegistryException if the registry gave no answer
     */
    Optional<SchemaVersion> fetch(UUID versionId);

    @Override
    void close();
}
