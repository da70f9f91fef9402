package io.trailwatch.quarantine;

/**
 * Why bytes are in quarantine. Names are part of the table's contract: they are added, never
 * renamed.
 */
public enum RejectReason {
    /** A gzip stream that is damaged or ends early; what came before the damage was read. */
    BROKEN_GZIP,
    /** More inflated bytes, or a higher ratio, than the limit allows. */
    INFLATE_LIMIT,
    /** A JSON document that ends early or breaks the grammar. */
    BROKEN_JSON,
    /** A single event, file or nesting beyond its limit. */
    TOO_LARGE,
    /** Neither JSON nor a flow record nor Avro: nothing here knows the bytes. */
    UNKNOWN_FORMAT,
    /** JSON that is well-formed and of no kind known here. */
    UNKNOWN_EVENT,
    /** A field that the event cannot do without is absent. */
    MISSING_FIELD,
    /** A field holds what its type does not allow. */
    INVALID_FIELD,
    /** A flow record with more or fewer columns than its format names. */
    COLUMN_COUNT,
    /** Avro bytes that do not follow their schema, or a schema we do not have. */
    BROKEN_AVRO,
    /** A major version of the record format that is not known here. */
    UNKNOWN_VERSION,
    /** No bytes at all: the notice that the source lost records before they were read. */
    RECORDS_LOST,
    /** A Sigma document of the folder of rules that cannot run; its bytes are no log. */
    REFUSED_RULE,
    /** A fault of ours: the record is well-formed, yet our code failed on it. */
    DECODER_BUG,
    /** The schema registry gave no answer in time: the bytes may be good. */
    REGISTRY_UNAVAILABLE,
    /** The schema registry refuses to answer us, for lack of permission most likely. */
    REGISTRY_REFUSED,
    /** The registry does not know the version of the schema, or does not give it out (yet). */
    UNKNOWN_SCHEMA,
    /** A schema of the registry that cannot be used: of no format read here, or incompatible. */
    UNUSABLE_SCHEMA
}
