package io.trailwatch.pipeline.registry;

import io.trailwatch.connector.registry.DataFormat;
import io.trailwatch.connector.registry.Decoding;
import io.trailwatch.connector.registry.Decoding.Decoded;
import io.trailwatch.connector.registry.Decoding.Rejected;
import io.trailwatch.connector.registry.RegistryDecoder;
import io.trailwatch.connector.registry.RejectionReason;
import io.trailwatch.core.decode.RegisteredSchema;
import io.trailwatch.core.decode.SchemaResolver;
import io.trailwatch.quarantine.RejectReason;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** {@link SchemaResolver} by the decoder of the Glue Schema Registry. */
final class RegistryResolver implements SchemaResolver {
    private final RegistryDecoder decoder;
    private long decoded;
    private long rejected;

    RegistryResolver(RegistryDecoder decoder) {
        this.decoder = decoder;
    }

    /** Shows what it does as metrics {@code registry.*}. */
    void report(MetricGroup group) {
        MetricGroup visible = group.addGroup("kinesisanalytics");
        gauge(visible, "decoded", () -> decoded);
        gauge(visible, "rejected", () -> rejected);
        gauge(visible, "calls", () -> decoder.statistics().registryCalls());
        gauge(visible, "failures", () -> decoder.statistics().registryFailures());
        gauge(visible, "stale", () -> decoder.statistics().staleServed());
        gauge(visible, "versions", () -> (long) decoder.statistics().versions());
    }

    private static void gauge(MetricGroup group, String name, Gauge<Long> value) {
        group.gauge("registry." + name, value);
    }

    @Override
    public Resolution resolve(byte[] record) {
        Decoding decoding = decoder.decode(record);
        if (decoding instanceof Rejected refused) {
            rejected++;
            return new Refused(reason(refused.reason()), refused.detail());
        }
        decoded++;
        Decoded value = (Decoded) decoding;
        RegisteredSchema schema =
                new RegisteredSchema(value.schemaName(), value.schemaVersionId().toString());
        if (value.dataFormat() == DataFormat.JSON) {
            return new JsonObject(schema, value.jsonText());
        }
        return value.avroRecord()
                .<Resolution>map(avro -> new AvroValue(schema, avro))
                .orElseGet(
                        () ->
                                new Refused(
                                        RejectReason.UNKNOWN_EVENT,
                                        "value of schema %s is no Avro record"
                                                .formatted(schema.name())));
    }

    @Override
    public void close() {
        decoder.close();
    }

    /** Where each reason stands in the quarantine table. */
    static RejectReason reason(RejectionReason reason) {
        return switch (reason) {
            case TRUNCATED_HEADER, UNKNOWN_HEADER_VERSION, UNKNOWN_COMPRESSION ->
                    RejectReason.UNKNOWN_FORMAT;
            case RECORD_TOO_LARGE, PAYLOAD_LIMIT -> RejectReason.TOO_LARGE;
            case INFLATE_LIMIT -> RejectReason.INFLATE_LIMIT;
            case UNKNOWN_VERSION, VERSION_NOT_AVAILABLE, FOREIGN_REGISTRY ->
                    RejectReason.UNKNOWN_SCHEMA;
            case UNSUPPORTED_FORMAT, INVALID_SCHEMA, INCOMPATIBLE_SCHEMA ->
                    RejectReason.UNUSABLE_SCHEMA;
            case BROKEN_ZLIB, BROKEN_AVRO, TRAILING_BYTES -> RejectReason.BROKEN_AVRO;
            case BROKEN_JSON -> RejectReason.BROKEN_JSON;
            case SCHEMA_VIOLATION -> RejectReason.INVALID_FIELD;
            case REGISTRY_UNAVAILABLE -> RejectReason.REGISTRY_UNAVAILABLE;
            case REGISTRY_REFUSED -> RejectReason.REGISTRY_REFUSED;
            case DECODER_BUG -> RejectReason.DECODER_BUG;
        };
    }
}
