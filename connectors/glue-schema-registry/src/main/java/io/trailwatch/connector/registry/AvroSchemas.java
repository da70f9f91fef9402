package io.trailwatch.connector.registry;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/** Parses Avro schemas and refuses those under which few bytes stand for much. */
final class AvroSchemas {
    // Avro writes a schema out, with every use of a named type, to resolve it against another.
    private static final int MAX_NODES = 10_000;

    // Glue takes definitions of up to 170 kB (AWS General Reference, "AWS Glue quotas").
    private static final int MAX_DEFINITION_CHARS = 1 << 20;

    private AvroSchemas() {}

    /**
     * @throws RejectedException with {@link RejectionReason#INVALID_SCHEMA}
     */
    static Schema parse(String definition) {
        if (definition.length() > MAX_DEFINITION_CHARS) {
            throw invalid(
                    "schema definition has %d characters, limit %d"
                            .formatted(definition.length(), MAX_DEFINITION_CHARS));
        }
        Schema schema;
        try {
            schema = new Schema.Parser().parse(definition);
        } catch (SchemaParseException e) {
            throw new RejectedException(
                    RejectionReason.INVALID_SCHEMA,
                    "Avro schema does not parse: " + e.getMessage(),
                    e);
        }
        requireBounded(schema);
        return schema;
    }

    private static void requireBounded(Schema schema) {
        long nodes = nodes(schema, new HashMap<>());
        if (nodes > MAX_NODES) {
            throw invalid(
                    "Avro schema has %s nodes when written out, limit %d"
                            .formatted(
                                    nodes == Long.MAX_VALUE ? "2^63 or more" : nodes, MAX_NODES));
        }
        requireItemsWithBytes(schema, new HashSet<>());
    }

    /** Nodes when each use of a named type is written out, a type within itself once. */
    private static long nodes(Schema schema, Map<String, Long> named) {
        return switch (schema.getType()) {
            case RECORD -> {
                Long known = named.get(schema.getFullName());
                if (known != null) {
                    yield known;
                }
                named.put(schema.getFullName(), 1L);
                long sum = 1;
                for (Schema.Field field : schema.getFields()) {
                    sum = saturatedSum(sum, nodes(field.schema(), named));
                }
                named.put(schema.getFullName(), sum);
                yield sum;
            }
            case ARRAY -> saturatedSum(1, nodes(schema.getElementType(), named));
            case MAP -> saturatedSum(1, nodes(schema.getValueType(), named));
            case UNION -> {
                long sum = 1;
                for (Schema branch : schema.getTypes()) {
                    sum = saturatedSum(sum, nodes(branch, named));
                }
                yield sum;
            }
            default -> 1;
        };
    }

    private static long saturatedSum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private static void requireItemsWithBytes(Schema schema, Set<String> seen) {
        switch (schema.getType()) {
            case RECORD -> {
                if (seen.add(schema.getFullName())) {
                    schema.getFields().forEach(f -> requireItemsWithBytes(f.schema(), seen));
                }
            }
            case ARRAY -> {
                if (takesNoBytes(schema.getElementType(), new HashSet<>())) {
                    throw invalid("Avro schema has an array of items that take no bytes");
                }
                requireItemsWithBytes(schema.getElementType(), seen);
            }
            case MAP -> requireItemsWithBytes(schema.getValueType(), seen);
            case UNION -> schema.getTypes().forEach(b -> requireItemsWithBytes(b, seen));
            default -> {}
        }
    }

    private static boolean takesNoBytes(Schema schema, Set<String> seen) {
        return switch (schema.getType()) {
            case NULL -> true;
            case FIXED -> schema.getFixedSize() == 0;
            // A type met before adds nothing that its first meeting does not count.
            case RECORD ->
                    !seen.add(schema.getFullName())
                            || schema.getFields().stream()
                                    .allMatch(field -> takesNoBytes(field.schema(), seen));
            default -> false;
        };
    }

    private static RejectedException invalid(String detail) {
        return new RejectedException(RejectionReason.INVALID_SCHEMA, detail);
    }
}
