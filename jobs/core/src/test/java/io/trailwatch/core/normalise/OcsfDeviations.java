package io.trailwatch.core.normalise;

import java.util.List;

/** Where our tables differ from OCSF on purpose; all of it stands here. */
final class OcsfDeviations {
    /** What about an attribute may differ. */
    enum Deviation {
        /** A column that OCSF does not have, with all that is below it. */
        EXTENSION,
        /** A value that OCSF requires and that is not always known. */
        ABSENT,
        TYPE,
        LENGTH,
        VALUE,
        SIBLING
    }

    /**
     * A difference and its reason.
     *
     * @param table name of the table, or {@code *}
     * @param version version of OCSF, or {@code *}
     * @param path the column, or its last part with {@code *.} before it
     */
    private record Allowed(
            String table, String version, String path, Deviation kind, String reason) {
        boolean covers(String itsTable, String itsVersion, String itsPath, Deviation itsKind) {
            return kind == itsKind
                    && (table.equals("*") || table.equals(itsTable))
                    && (version.equals("*") || version.equals(itsVersion))
                    && (path.equals(itsPath)
                            || path.startsWith("*.") && itsPath.endsWith(path.substring(1)));
        }
    }

    private static final List<Allowed> ALLOWED =
            List.of(
                    new Allowed(
                            "*",
                            "*",
                            "event_key",
                            Deviation.EXTENSION,
                            "repeats are known by it; metadata.uid is not always told"),
                    new Allowed(
                            "*",
                            "*",
                            "source_log",
                            Deviation.EXTENSION,
                            "raw_data alone does not tell by which format it is read again"),
                    new Allowed(
                            "*",
                            "1.1.0",
                            "*.autonomous_system",
                            Deviation.EXTENSION,
                            "an attribute of endpoints since 1.2.0; the columns are of all"
                                    + " versions"),
                    new Allowed(
                            "*",
                            "*",
                            "*.autonomous_system.number",
                            Deviation.TYPE,
                            "AS numbers have 32 bits without sign (RFC 6793)"),
                    new Allowed(
                            "*",
                            "1.1.0",
                            "raw_data",
                            Deviation.LENGTH,
                            "records are up to 1 MiB long; 1.5.0 has no limit any more"),
                    new Allowed(
                            "http_activity",
                            "1.1.0",
                            "http_response",
                            Deviation.ABSENT,
                            "of a request that was never answered, or whose answer the log does"
                                    + " not tell"),
                    new Allowed(
                            "http_activity",
                            "*",
                            "http_request.http_method",
                            Deviation.VALUE,
                            "PATCH and the methods of WebDAV have no value"),
                    new Allowed(
                            "dns_activity",
                            "1.1.0",
                            "query.hostname",
                            Deviation.VALUE,
                            "names of records may have underscores and asterisks"),
                    ofFindings("id"),
                    ofFindings("rule_id"),
                    ofFindings("rule_title"),
                    ofFindings("rule_version"),
                    ofFindings("rule_author"),
                    ofFindings("entity_type"),
                    ofFindings("entity"),
                    ofFindings("account"),
                    ofFindings("region"),
                    ofFindings("techniques"),
                    ofFindings("evidence"),
                    ofFindings("first_seen"),
                    ofFindings("last_seen"),
                    new Allowed(
                            "findings",
                            "*",
                            "count",
                            Deviation.TYPE,
                            "released as a long; more than 2^31 events can be counted"),
                    new Allowed(
                            "findings",
                            "*",
                            "severity",
                            Deviation.SIBLING,
                            "released in lower case, as Sigma writes levels"));

    private OcsfDeviations() {}

    private static Allowed ofFindings(String column) {
        return new Allowed(
                "findings",
                "*",
                column,
                Deviation.EXTENSION,
                "a flat column for queries; finding_info, cloud and observables say it in OCSF");
    }

    static boolean isAllowed(String table, String version, String path, Deviation kind) {
        return ALLOWED.stream().anyMatch(allowed -> allowed.covers(table, version, path, kind));
    }
}
