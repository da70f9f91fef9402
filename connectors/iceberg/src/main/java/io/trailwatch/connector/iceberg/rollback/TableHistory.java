package io.trailwatch.connector.iceberg.rollback;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The commits of a table that its metadata knows.
 *
 * @param line the current snapshot and those it builds on, newest first, as far as they have not
 *     expired; empty for an empty table
 * @param aside snapshots that nothing builds on, such as those rolled back; they expire in time
 */
public record TableHistory(String table, List<TableCommit> line, List<TableCommit> aside) {
    public TableHistory {
        requireNonNull(table, "table");
        line = List.copyOf(line);
        aside = List.copyOf(aside);
    }

    /** All commits, newest first. */
    public List<TableCommit> all() {
        List<TableCommit> all = new ArrayList<>(line);
        all.addAll(aside);
        // The sort is stable: commits of one instant stay in the order of the line.
        all.sort(Comparator.comparing(TableCommit::time).reversed());
        return List.copyOf(all);
    }
}
