package io.trailwatch.connector.registry;

import static java.util.Objects.requireNonNull;

import java.util.UUID;

/**
 * One version of a schema. The registry never changes the definition under an id; only the status
 * moves.
 *
 * @param schemaName name within its registry
 * @param definition the schema's text; empty where the registry gives none
 */
public record SchemaVersion(
        UUID id,
        String registryName,
        String schemaName,
        DataFormat dataFormat,
        SchemaVersionStatus status,
        String definition) {
    public SchemaVersion {
        requireNonNull(id, "id");
        requireNonNull(registryName, "registryName");
        requireNonNull(schemaName, "schemaName");
        requireNonNull(dataFormat, "dataFormat");
        requireNonNull(status, "status");
        requireNonNull(definition, "definition");
    }
}
