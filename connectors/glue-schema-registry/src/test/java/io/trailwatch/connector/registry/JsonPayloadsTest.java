package io.trailwatch.connector.registry;

import static io.trailwatch.connector.registry.AppEvents.decoded;
import static io.trailwatch.connector.registry.AppEvents.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.registry.Decoding.Decoded;
import io.trailwatch.connector.registry.Decoding.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPayloadsTest {
    private static final String USER =
            """
            {"$schema":"http://json-schema.org/draft-07/schema#",
             "type":"object","required":["user"],"additionalProperties":false,
             "className":"java.lang.ProcessBuilder",
             "properties":{"user":{"type":"string","maxLength":5},
                           "age":{"type":"integer","minimum":0,"multipleOf":0.5}}}\
            """;

    private final FakeVersions registry = new FakeVersions();

    private Decoding decode(PayloadLimits limits, String schema, byte[] payload) {
        UUID id = registry.add(DataFormat.JSON, schema);
        return new RegistryDecoder(
                        registry, DecoderSettings.DEFAULT.withLimits(limits), new ManualWaiting())
                .decode(RegistryEncoder.frame(id, Compression.ZLIB, payload));
    }

    private Decoding decode(String schema, String payload) {
        return decode(PayloadLimits.DEFAULT, schema, payload.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aDocumentThatFollowsItsSchemaIsATreeWhateverClassTheSchemaNames() {
        Decoded decoded = decoded(decode(USER, "{\"user\":\"Zoë\",\"age\":3}"));

        assertThat(decoded.json().orElseThrow().toString())
                .isEqualTo("{\"user\":\"Zoë\",\"age\":3}");
        assertThat(decoded.dataFormat()).isEqualTo(DataFormat.JSON);
        assertThat(decoded.avroRecord()).isEmpty();
    }

    @Test
    void namesPlaceAndKeywordOfAViolationAndNotTheValue() {
        Rejected rejected =
                rejected(decode(USER, "{\"user\":\"secret\"}"), RejectionReason.SCHEMA_VIOLATION);
        assertThat(rejected.detail())
                .contains("user", "violates maxLength")
                .doesNotContain("secret");
        assertThat(rejected(decode(USER, "{}"), RejectionReason.SCHEMA_VIOLATION).detail())
                .contains("required", "(user)");
        assertThat(
                        rejected(
                                        decode(USER, "{\"user\":\"a\",\"x\":1}"),
                                        RejectionReason.SCHEMA_VIOLATION)
                                .detail())
                .contains("additionalProperties", "(x)");
        rejected(decode(USER, "{\"user\":\"a\",\"age\":-1}"), RejectionReason.SCHEMA_VIOLATION);
        rejected(decode(USER, "[]"), RejectionReason.SCHEMA_VIOLATION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://json-schema.org/draft-04/schema#",
                "http://json-schema.org/draft-06/schema#",
                "http://json-schema.org/draft-07/schema#",
                "https://json-schema.org/draft/2019-09/schema",
                "https://json-schema.org/draft/2020-12/schema"
            })
    void readsTheDraftsByTheirName(String draft) {
        String schema = "{\"$schema\":\"%s\",\"type\":\"string\"}".formatted(draft);

        decoded(decode(schema, "\"a\""));
        rejected(decode(schema, "1"), RejectionReason.SCHEMA_VIOLATION);
    }

    @Test
    void refusesWhatIsNoJson() {
        for (String broken :
                List.of(
                        "",
                        " ",
                        "{",
                        "{\"user\":}",
                        "{\"user\":\"a\"} x",
                        "nul",
                        "{\"user\":\"a\",\"user\":\"b\"}",
                        "{'user':'a'}",
                        "NaN")) {
            assertThat(rejected(decode(USER, broken), RejectionReason.BROKEN_JSON).detail())
                    .doesNotContain("\"a\"");
        }
    }

    @Test
    void refusesOtherEncodingsThanUtf8() {
        for (byte[] payload :
                List.of(
                        "{\"user\":\"a\"}".getBytes(StandardCharsets.UTF_16),
                        "{\"user\":\"a\"}".getBytes(StandardCharsets.UTF_16LE),
                        "{\"user\":\"ë\"}".getBytes(StandardCharsets.ISO_8859_1))) {
            rejected(decode(PayloadLimits.DEFAULT, USER, payload), RejectionReason.BROKEN_JSON);
        }
    }

    @Test
    void boundsDepthNumbersAndTokens() {
        String any = "{}";
        decoded(decode(any, "[".repeat(64) + "]".repeat(64)));
        assertThat(
                        rejected(
                                        decode(any, "[".repeat(65) + "]".repeat(65)),
                                        RejectionReason.PAYLOAD_LIMIT)
                                .detail())
                .contains("64");
        rejected(decode(any, "[".repeat(1_000_000)), RejectionReason.PAYLOAD_LIMIT);
        decoded(decode(any, "1".repeat(1_000)));
        rejected(decode(any, "1".repeat(1_001)), RejectionReason.PAYLOAD_LIMIT);
        rejected(decode(any, "[1e999]"), RejectionReason.PAYLOAD_LIMIT);
        PayloadLimits fourTokens = PayloadLimits.DEFAULT.withMaxValues(4);
        decoded(decode(fourTokens, any, "[1,2]".getBytes(StandardCharsets.UTF_8)));
        rejected(
                decode(fourTokens, any, "[1,2,3]".getBytes(StandardCharsets.UTF_8)),
                RejectionReason.PAYLOAD_LIMIT);
    }

    @Test
    void patternsStopAtTheirAllowance() {
        String schema = "{\"type\":\"string\",\"pattern\":\"^(a+)+\\\\1$\"}";

        decoded(decode(schema, "\"" + "a".repeat(40) + "\""));
        assertThat(
                        rejected(
                                        decode(schema, "\"" + "a".repeat(60) + "b\""),
                                        RejectionReason.PAYLOAD_LIMIT)
                                .detail())
                .isEqualTo("patterns of the schema took more than 10000000 steps");
    }

    @Test
    void patternsThatExhaustTheStackAreRefused() {
        String schema = "{\"type\":\"string\",\"pattern\":\"^(a|b)*$\"}";

        decoded(decode(schema, "\"" + "a".repeat(100) + "\""));
        rejected(decode(schema, "\"" + "ab".repeat(500_000) + "\""), RejectionReason.PAYLOAD_LIMIT);
    }

    @Test
    void patternsKeepTheMeaningOfTheirSpecification() {
        String schema = "{\"type\":\"string\",\"pattern\":\"b$\"}";

        decoded(decode(schema, "\"ab\""));
        rejected(decode(schema, "\"ab\\n\""), RejectionReason.SCHEMA_VIOLATION);
    }

    @Test
    void referencesWithinTheSchemaWork() {
        String tree =
                """
                {"type":"object","properties":{"child":{"$ref":"#"}},
                 "additionalProperties":false}\
                """;

        decoded(decode(tree, "{\"child\":{\"child\":{}}}"));
        rejected(decode(tree, "{\"child\":{\"x\":1}}"), RejectionReason.SCHEMA_VIOLATION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:1/schema.json",
                "file:///etc/hostname",
                "classpath:io/trailwatch/samples/cloudtrail-file.json",
                "resource:io/trailwatch/samples/cloudtrail-file.json"
            })
    void nothingIsFetchedForAReference(String reference) {
        Rejected rejected =
                rejected(
                        decode("{\"$ref\":\"%s\"}".formatted(reference), "{}"),
                        RejectionReason.INVALID_SCHEMA);

        assertThat(rejected.detail()).contains(reference);
    }

    @Test
    void refusesDefinitionsThatAreNoSchema() {
        for (String definition :
                List.of(
                        "",
                        "{",
                        "{\"$schema\":\"http://example.org/own\"}",
                        "{\"pattern\":\"(\"}",
                        "{\"$ref\":\"#/definitions/none\"}",
                        "[".repeat(100_000))) {
            rejected(decode(definition, "{}"), RejectionReason.INVALID_SCHEMA);
        }
    }

    @Test
    void aReferenceToItselfDoesNotEndTheJob() {
        String loop =
                "{\"definitions\":{\"a\":{\"allOf\":[{\"$ref\":\"#/definitions/a\"}]}},\"$ref\":\"#/definitions/a\"}";

        assertThat(decode(loop, "{}"))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected ->
                                assertThat(rejected.reason())
                                        .isIn(
                                                RejectionReason.INVALID_SCHEMA,
                                                RejectionReason.PAYLOAD_LIMIT));
    }

    @Test
    void versionsWithTheSameIdDoNotShareParts() {
        String first = "{\"$id\":\"urn:x\",\"type\":\"string\"}";
        String second = "{\"$id\":\"urn:x\",\"type\":\"integer\"}";
        UUID one = registry.add(DataFormat.JSON, first);
        UUID two = registry.add(DataFormat.JSON, second);
        RegistryDecoder decoder =
                new RegistryDecoder(registry, DecoderSettings.DEFAULT, new ManualWaiting());
        byte[] number = "1".getBytes(StandardCharsets.UTF_8);

        rejected(
                decoder.decode(RegistryEncoder.frame(one, Compression.NONE, number)),
                RejectionReason.SCHEMA_VIOLATION);
        decoded(decoder.decode(RegistryEncoder.frame(two, Compression.NONE, number)));
    }
}
