package io.trailwatch.connector.registry;

/** Status of a schema version; only an available one decodes. */
public enum SchemaVersionStatus {
    AVAILABLE,
    /** The registry is still checking its compatibility. */
    PENDING,
    /** The registry found it incompatible. */
    FAILURE,
    DELETING,
    /** A status that this version does not know. */
    OTHER
}
