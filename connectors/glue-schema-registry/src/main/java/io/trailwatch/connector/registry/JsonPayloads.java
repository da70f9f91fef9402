package io.trailwatch.connector.registry;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.Dialects;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** JSON documents by a JSON schema; draft 7 unless the schema names another. */
final class JsonPayloads implements Payloads {
    private static final int MAX_NUMBER_CHARS = 1_000;
    private static final int MAX_NAME_CHARS = 10_000;
    private static final int MAX_DEFINITION_CHARS = 1 << 20;
    private static final PayloadLimits DEFINITION_LIMITS =
            PayloadLimits.DEFAULT.withMaxInflatedBytes(MAX_DEFINITION_CHARS);

    private final Schema schema;
    private final JsonMapper mapper;
    private final PayloadLimits limits;

    /**
     * @throws RejectedException if the definition does not parse or refers to another document
     */
    JsonPayloads(String definition, PayloadLimits limits) {
        this.limits = limits;
        this.mapper = mapper(limits);
        this.schema = schema(definition);
    }

    @Override
    public Object read(byte[] bytes, int from, int to) {
        JsonNode document = parse(mapper, utf8(bytes, from, to));
        List<Error> errors;
        try {
            errors =
                    BoundedPattern.within(
                            limits.maxPatternSteps(), () -> schema.validate(document));
        } catch (BoundedPattern.PatternLimitException e) {
            throw new RejectedException(
                    RejectionReason.PAYLOAD_LIMIT,
                    "patterns of the schema took more than %d steps"
                            .formatted(limits.maxPatternSteps()),
                    e);
        } catch (SchemaException e) {
            throw new RejectedException(
                    RejectionReason.INVALID_SCHEMA, "JSON schema fails: " + e.getMessage(), e);
        } catch (StackOverflowError e) {
            // Documents are shallow by their own limit, so a reference that leads to itself or a
            // pattern that recurses over a long text is left.
            throw new RejectedException(
                    RejectionReason.PAYLOAD_LIMIT,
                    "validation against the JSON schema exhausts the stack");
        }
        if (!errors.isEmpty()) {
            throw new RejectedException(RejectionReason.SCHEMA_VIOLATION, describe(errors.get(0)));
        }
        return document;
    }

    private static Schema schema(String definition) {
        JsonNode document;
        try {
            document = parse(mapper(DEFINITION_LIMITS), definition);
        } catch (RejectedException e) {
            throw new RejectedException(
                    RejectionReason.INVALID_SCHEMA,
                    "JSON schema does not parse: " + e.getMessage(),
                    e);
        }
        try {
            // A validator registry of its own for each version: they share no ids, so that none
            // can stand in for the parts of another.
            return SchemaRegistry.withDefaultDialect(
                            SpecificationVersion.DRAFT_7,
                            registry ->
                                    registry.schemaRegistryConfig(
                                                    SchemaRegistryConfig.builder()
                                                            .failFast(true)
                                                            .preloadSchema(true)
                                                            // Formats are annotations: their
                                                            // patterns run without allowance.
                                                            .formatAssertionsEnabled(false)
                                                            .locale(Locale.ROOT)
                                                            .regularExpressionFactory(
                                                                    BoundedPattern::new)
                                                            .build())
                                            .schemaLoader(
                                                    loader ->
                                                            loader.allow(
                                                                    iri ->
                                                                            isDialect(
                                                                                    iri
                                                                                            .toString()))))
                    .getSchema(document);
        } catch (RuntimeException e) {
            throw new RejectedException(
                    RejectionReason.INVALID_SCHEMA,
                    "JSON schema is not usable: " + e.getMessage(),
                    e);
        }
    }

    /** Only what the validator brings along: nothing is fetched, no resource of ours is read. */
    private static boolean isDialect(String iri) {
        return List.of(
                        Dialects.getDraft4(),
                        Dialects.getDraft6(),
                        Dialects.getDraft7(),
                        Dialects.getDraft201909(),
                        Dialects.getDraft202012())
                .stream()
                .anyMatch(dialect -> stripFragment(dialect.getId()).equals(stripFragment(iri)));
    }

    private static String stripFragment(String iri) {
        return iri.endsWith("#") ? iri.substring(0, iri.length() - 1) : iri;
    }

    private static JsonMapper mapper(PayloadLimits limits) {
        return JsonMapper.builder(
                        new JsonFactoryBuilder()
                                .streamReadConstraints(
                                        StreamReadConstraints.builder()
                                                .maxNestingDepth(limits.maxDepth())
                                                .maxNumberLength(MAX_NUMBER_CHARS)
                                                .maxNameLength(MAX_NAME_CHARS)
                                                .maxStringLength(limits.maxInflatedBytes())
                                                .maxDocumentLength(limits.maxInflatedBytes())
                                                .maxTokenCount(limits.maxValues())
                                                .build())
                                // Messages would quote the source otherwise, which is untrusted.
                                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                                .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .nodeFactory(new FiniteNumbers())
                .build();
    }

    private static JsonNode parse(JsonMapper mapper, String text) {
        try {
            JsonNode document = mapper.readTree(text);
            if (document.isMissingNode()) {
                throw new RejectedException(
                        RejectionReason.BROKEN_JSON, "payload holds no JSON value");
            }
            return document;
        } catch (StreamConstraintsException e) {
            throw new RejectedException(RejectionReason.PAYLOAD_LIMIT, describe(e), e);
        } catch (JsonProcessingException e) {
            throw new RejectedException(RejectionReason.BROKEN_JSON, describe(e), e);
        }
    }

    /** Only UTF-8: Jackson would guess among five encodings. */
    private static String utf8(byte[] bytes, int from, int to) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RejectedException(
                    RejectionReason.BROKEN_JSON, "payload is no UTF-8: " + e.getMessage(), e);
        }
    }

    private static String describe(JsonProcessingException broken) {
        JsonLocation location = broken.getLocation();
        return location == null
                ? broken.getOriginalMessage()
                : "%s at character %d"
                        .formatted(broken.getOriginalMessage(), location.getCharOffset());
    }

    /** Where and which keyword; not the validator's message, which quotes the document. */
    private static String describe(Error error) {
        String property = error.getProperty() == null ? "" : " (" + error.getProperty() + ")";
        return "%s violates %s%s of %s"
                .formatted(
                        error.getInstanceLocation().getNameCount() == 0
                                ? "document"
                                : error.getInstanceLocation(),
                        error.getKeyword(),
                        property,
                        error.getSchemaLocation());
    }

    /** {@code 1e999} would become infinity, which no rule expects and no schema can exclude. */
    private static final class FiniteNumbers extends JsonNodeFactory {
        private static final long serialVersionUID = 1L;

        @Override
        public NumericNode numberNode(double value) {
            if (!Double.isFinite(value)) {
                throw new RejectedException(
                        RejectionReason.PAYLOAD_LIMIT,
                        "a number is beyond the range of a 64-bit float");
            }
            return super.numberNode(value);
        }
    }
}
