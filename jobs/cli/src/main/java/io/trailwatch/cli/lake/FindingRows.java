package io.trailwatch.cli.lake;

import io.trailwatch.finding.Finding;
import io.trailwatch.finding.Severity;
import io.trailwatch.table.Row;
import java.util.List;

/** Findings read back from rows of the table {@code findings}. */
public final class FindingRows {
    public static final List<String> COLUMNS =
            List.of(
                    "id",
                    "time_dt",
                    "rule_id",
                    "rule_title",
                    "rule_version",
                    "rule_author",
                    "severity",
                    "entity_type",
                    "entity",
                    "account",
                    "region",
                    "techniques",
                    "evidence",
                    "first_seen",
                    "last_seen",
                    "count",
                    "message");

    private static final RowReader READER = new RowReader(COLUMNS);

    private FindingRows() {}

    /** The finding of a row read with {@link #COLUMNS}. */
    public static Finding finding(Row row) {
        return new Finding(
                READER.text(row, "id"),
                READER.instant(row, "time_dt"),
                READER.text(row, "rule_id"),
                READER.text(row, "rule_title"),
                READER.text(row, "rule_version"),
                READER.text(row, "rule_author"),
                Severity.ofLabel(READER.text(row, "severity")),
                READER.text(row, "entity_type"),
                READER.text(row, "entity"),
                READER.textOrNull(row, "account"),
                READER.textOrNull(row, "region"),
                READER.texts(row, "techniques"),
                READER.texts(row, "evidence"),
                READER.instant(row, "first_seen"),
                READER.instant(row, "last_seen"),
                READER.number(row, "count"),
                READER.text(row, "message"));
    }
}
