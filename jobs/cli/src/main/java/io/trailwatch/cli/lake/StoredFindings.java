package io.trailwatch.cli.lake;

import io.trailwatch.finding.Finding;
import io.trailwatch.table.Tables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The findings of a warehouse. */
public final class StoredFindings {
    private static final Comparator<Finding> BY_TIME =
            Comparator.comparing(Finding::time).thenComparing(Finding::id);

    private StoredFindings() {}

    /**
     * All findings, oldest first.
     *
     * @throws io.trailwatch.cli.CommandException if there is no warehouse at the folder
     */
    public static List<Finding> read(Path warehouse) {
        List<Finding> findings = new ArrayList<>();
        Warehouses.read(
                warehouse,
                Tables.FINDINGS,
                FindingRows.COLUMNS,
                row -> findings.add(FindingRows.finding(row)));
        findings.sort(BY_TIME);
        return findings;
    }
}
