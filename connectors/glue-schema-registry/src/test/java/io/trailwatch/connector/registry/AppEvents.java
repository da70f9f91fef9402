package io.trailwatch.connector.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.registry.Decoding.Decoded;
import io.trailwatch.connector.registry.Decoding.Rejected;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;

/** The product's own application events, and what tests ask of a decoding. */
final class AppEvents {
    static final Schema SCHEMA = schema();

    private AppEvents() {}

    private static Schema schema() {
        try (InputStream avsc =
                AppEvents.class.getResourceAsStream("/io/trailwatch/event/app_event.avsc")) {
            return new Schema.Parser().parse(Objects.requireNonNull(avsc));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static GenericRecord signIn() {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("attempt", "3");
        attributes.put("reason", "bad \"password\" – Zoë");
        return new GenericRecordBuilder(SCHEMA)
                .set("event_id", "e-1")
                .set("time", 1_795_161_791_123_456L)
                .set("type", "auth.sign_in")
                .set("user", "kim")
                .set("source_ip", "203.0.113.9")
                .set("outcome", "failure")
                .set("attributes", attributes)
                .build();
    }

    static Decoded decoded(Decoding decoding) {
        assertThat(decoding).isInstanceOf(Decoded.class);
        return (Decoded) decoding;
    }

    static Rejected rejected(Decoding decoding, RejectionReason reason) {
        assertThat(decoding)
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected ->
                                assertThat(rejected.reason())
                                        .as(rejected.detail())
                                        .isEqualTo(reason));
        return (Rejected) decoding;
    }
}
