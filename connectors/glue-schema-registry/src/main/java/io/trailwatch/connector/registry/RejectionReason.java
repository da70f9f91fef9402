package io.trailwatch.connector.registry;

/** Why a record does not decode. Names are part of the contract: they are added, never renamed. */
public enum RejectionReason {
    /** Fewer bytes than the 18 of the header. */
    TRUNCATED_HEADER(Fault.SENDER),
    /** The first byte is not 3: these bytes were not framed by the registry's serializers. */
    UNKNOWN_HEADER_VERSION(Fault.SENDER),
    /** The second byte is neither 0 nor 5. */
    UNKNOWN_COMPRESSION(Fault.SENDER),
    /** More bytes than a record may have. */
    RECORD_TOO_LARGE(Fault.SENDER),
    /** A zlib stream that is damaged, ends early or asks for a dictionary. */
    BROKEN_ZLIB(Fault.SENDER),
    /** More inflated bytes, or a higher ratio, than the limit allows. */
    INFLATE_LIMIT(Fault.SENDER),
    /** The registry knows no such schema version. */
    UNKNOWN_VERSION(Fault.SENDER),
    /** The version is pending, has failed its compatibility check or is being deleted. */
    VERSION_NOT_AVAILABLE(Fault.SENDER),
    /** The version is of a registry other than those that are read. */
    FOREIGN_REGISTRY(Fault.SENDER),
    /** Protobuf, or a data format that is not known here. */
    UNSUPPORTED_FORMAT(Fault.SENDER),
    /** The definition does not parse, or stands for more than a schema may. */
    INVALID_SCHEMA(Fault.SENDER),
    /** The writer's schema does not resolve to the reader's. */
    INCOMPATIBLE_SCHEMA(Fault.SENDER),
    /** Bytes that do not follow their Avro schema. */
    BROKEN_AVRO(Fault.SENDER),
    /** Bytes that are no UTF-8, or break the grammar of JSON. */
    BROKEN_JSON(Fault.SENDER),
    /** A JSON document that its schema does not allow. */
    SCHEMA_VIOLATION(Fault.SENDER),
    /** Bytes follow the datum, or the zlib stream. */
    TRAILING_BYTES(Fault.SENDER),
    /** Nesting, number of values, or work of regular expressions beyond its limit. */
    PAYLOAD_LIMIT(Fault.SENDER),
    /** No answer from the registry after all attempts; the bytes may be perfectly good. */
    REGISTRY_UNAVAILABLE(Fault.REGISTRY),
    /** The registry refuses to answer us, for lack of permission most likely. */
    REGISTRY_REFUSED(Fault.REGISTRY),
    /** Our code failed on the record. */
    DECODER_BUG(Fault.OURS);

    /** Whose fault a rejection is, and so what to do about it. */
    public enum Fault {
        /** The record's or its schema's: quarantine it, count it, go on. */
        SENDER,
        /** The registry's or the network's: fail and replay, or quarantine to replay later. */
        REGISTRY,
        /** Ours. */
        OURS
    }

    private final Fault fault;

    RejectionReason(Fault fault) {
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
