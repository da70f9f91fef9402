package io.trailwatch.core.normalise;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The schemas of the versions we write, read once. */
final class OcsfSchemas {
    private static final Map<OcsfVersion, OcsfSchema> SCHEMAS = new ConcurrentHashMap<>();

    private OcsfSchemas() {}

    /** Skips a test where the system property {@code trailwatch.shared.data} names no schemas. */
    static void assumePresent() {
        assumeThat(OcsfSchema.isPresent()).as("sources of the OCSF schema").isTrue();
    }

    static OcsfSchema of(OcsfVersion version) {
        return SCHEMAS.computeIfAbsent(version, v -> OcsfSchema.of(v.label()));
    }

    /** What is wrong with a row, and from 1.5.0 on what of it is deprecated. */
    static List<String> problems(OcsfVersion version, String table, Map<String, Object> row) {
        OcsfSchema schema = of(version);
        List<String> problems = new ArrayList<>(schema.problems(table, row));
        if (version != OcsfVersion.V1_1_0) {
            schema.deprecated(table, row).forEach(d -> problems.add("deprecated: " + d));
        }
        return problems;
    }

    @SuppressWarnings("unchecked") // rows are read by the names of their columns
    static Map<String, Object> row(Map<?, ?> row) {
        return (Map<String, Object>) row;
    }
}
