package io.trailwatch.connector.iceberg.rollback;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What going back to a checkpoint means to one table.
 *
 * @param current id of the current snapshot; null for an empty table
 * @param target id of the snapshot to go back to; null for none, by which the table is emptied. The
 *     current one when nothing is dropped.
 * @param targetCheckpoint newest checkpoint whose rows stay; null when none does, or its snapshot
 *     has expired
 * @param targetKnown whether the target has not expired
 * @param rowsBefore rows of the current snapshot
 * @param rowsAfter rows of the target; 0 when it has expired
 * @param dropped commits that are undone, newest first
 * @param others of those dropped, what no job writes again: rows, deletions and changes of others
 * @param marksDropped whether one of those dropped was an append by hand, whose mark the table
 *     keeps as a property
 * @param mark what that property must become then; null for none
 * @param checkpoint asked for
 */
public record TableRollback(
        String table,
        @Nullable Long current,
        @Nullable Long target,
        @Nullable Long targetCheckpoint,
        boolean targetKnown,
        long rowsBefore,
        long rowsAfter,
        List<TableCommit> dropped,
        List<TableCommit> others,
        boolean marksDropped,
        @Nullable String mark,
        long checkpoint) {
    public TableRollback {
        requireNonNull(table, "table");
        dropped = List.copyOf(dropped);
        others = List.copyOf(others);
    }

    static TableRollback of(
            TableHistory history,
            List<TableCommit> dropped,
            List<TableCommit> others,
            long checkpoint) {
        List<TableCommit> line = history.line();
        List<TableCommit> kept = line.subList(dropped.size(), line.size());
        TableCommit current = line.isEmpty() ? null : line.get(0);
        TableCommit target = kept.isEmpty() ? null : kept.get(0);
        Long targetId =
                dropped.isEmpty()
                        ? current == null ? null : Long.valueOf(current.snapshot())
                        : dropped.get(dropped.size() - 1).parent();
        return new TableRollback(
                history.table(),
                current == null ? null : current.snapshot(),
                targetId,
                kept.stream()
                        .filter(TableCommit::ofCheckpoint)
                        .findFirst()
                        .map(TableCommit::checkpoint)
                        .orElse(null),
                targetId == null || target != null,
                current == null ? 0 : current.rowsTotal(),
                target == null ? 0 : target.rowsTotal(),
                dropped,
                others,
                dropped.stream().anyMatch(commit -> commit.appendMark() != null),
                kept.stream()
                        .map(TableCommit::appendMark)
                        .filter(mark -> mark != null)
                        .findFirst()
                        .orElse(null),
                checkpoint);
    }

    /** Whether anything is to be done. */
    public boolean changes() {
        return !dropped.isEmpty();
    }

    /** Why it cannot be done at all; empty when it can. */
    public Optional<String> problem() {
        if (targetKnown) {
            return Optional.empty();
        }
        TableCommit oldest = dropped.get(dropped.size() - 1);
        return Optional.of(
                "table %s: the snapshot of checkpoint %d has expired; the oldest commit it knows, %d of %s, is of checkpoint %d"
                        .formatted(
                                table,
                                checkpoint,
                                oldest.snapshot(),
                                oldest.time(),
                                oldest.checkpoint()));
    }
}
