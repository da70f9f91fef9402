package io.trailwatch.cli.lake;

import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.finding.Finding;
import io.trailwatch.table.TableLayout;
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
     * All findings of a local warehouse, oldest first.
     *
     * @throws io.trailwatch.cli.CommandException if there is no warehouse at the folder
     */
    public static List<Finding> read(Path warehouse) {
        return read(LakeSettings.local(warehouse));
    }

    /**
     * All findings, oldest first.
     *
     * @throws io.trailwatch.cli.CommandException if there is no such lake
     */
    public static List<Finding> read(LakeSettings lake) {
        return read(lake, Tables.FINDINGS);
    }

    /**
     * All findings of rules that are being tried, oldest first.
     *
     * @throws io.trailwatch.cli.CommandException if there is no such lake
     */
    public static List<Finding> readDryRuns(LakeSettings lake) {
        return read(lake, Tables.FINDINGS_DRY_RUN).stream().map(Finding::asDryRun).toList();
    }

    private static List<Finding> read(LakeSettings lake, TableLayout table) {
        List<Finding> findings = new ArrayList<>();
        Warehouses.read(
                lake, table, FindingRows.COLUMNS, row -> findings.add(FindingRows.finding(row)));
        findings.sort(BY_TIME);
        return findings;
    }
}
