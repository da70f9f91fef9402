package io.trailwatch.connector.registry;

/** Data format of a schema, as the registry names it. */
public enum DataFormat {
    AVRO,
    JSON,
    /** Known by name and refused. */
    PROTOBUF,
    /** A format that this version does not know. */
    OTHER
}
