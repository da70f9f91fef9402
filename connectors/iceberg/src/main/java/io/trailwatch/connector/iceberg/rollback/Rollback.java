package io.trailwatch.connector.iceberg.rollback;

import io.trailwatch.connector.iceberg.CommitSummary;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeException;
import io.trailwatch.connector.iceberg.maintain.TableLock;
import io.trailwatch.table.TableLayout;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;

/**
 * Takes tables back to a checkpoint, before a job is restored from it. Such a job reads again what
 * came after the checkpoint and writes it again; Iceberg's committer knows checkpoints by the id of
 * the job and takes those of a new job for new. The job must not run meanwhile.
 */
public final class Rollback {
    private Rollback() {}

    /**
     * Refuses what cannot be undone as planned.
     *
     * @param force whether commits of others may be lost
     * @throws LakeException if a target has expired, or commits of others would be lost; names
     *     every table and snapshot
     */
    public static void check(List<TableRollback> plan, boolean force) {
        List<String> problems = plan.stream().flatMap(table -> table.problem().stream()).toList();
        if (!problems.isEmpty()) {
            throw new LakeException(String.join("\n", problems));
        }
        List<String> losses = plan.stream().flatMap(Rollback::losses).toList();
        if (!losses.isEmpty() && !force) {
            throw new LakeException(String.join("\n", losses));
        }
    }

    private static Stream<String> losses(TableRollback table) {
        return table.others().stream()
                .map(
                        commit ->
                                "table %s: %s of snapshot %d at %s (%d rows added, %d removed) is of %s and would be lost"
                                        .formatted(
                                                table.table(),
                                                commit.operation(),
                                                commit.snapshot(),
                                                commit.time(),
                                                commit.rowsAdded(),
                                                commit.rowsRemoved(),
                                                who(commit)));
    }

    private static String who(TableCommit commit) {
        if (commit.ofCheckpoint()) {
            return "another job, " + commit.job() + ", at checkpoint " + commit.checkpoint();
        }
        return commit.job() != null ? "a bounded run, job " + commit.job() : "no streaming job";
    }

    /**
     * Takes one table back. The metadata changes in one step: who reads sees all or nothing.
     *
     * <p>The snapshots that are dropped stay known until they expire; until then the table can be
     * read as of them.
     *
     * @param clock to tell whether maintenance still holds the table
     * @throws LakeException if the table has changed since the plan was made, is being maintained,
     *     or could not be changed; the table is then as it was, unless the message says that this
     *     is unknown
     */
    public static void apply(Lake lake, TableLayout layout, TableRollback plan, Clock clock) {
        if (!plan.changes()) {
            return;
        }
        Table table = lake.table(layout);
        TableLock.holder(table, clock)
                .ifPresent(
                        holder -> {
                            throw new LakeException(
                                    "table %s is being maintained by %s, at most until %s; wait and try again"
                                            .formatted(
                                                    plan.table(), holder.owner(), holder.until()));
                        });
        TableOperations operations = ((HasTableOperations) table).operations();
        TableMetadata base = operations.current();
        Snapshot current = base.currentSnapshot();
        if (!Objects.equals(current == null ? null : current.snapshotId(), plan.current())) {
            throw new LakeException(changed(plan));
        }
        TableMetadata.Builder next = TableMetadata.buildFrom(base);
        Long target = plan.target();
        if (target == null) {
            next.removeRef(SnapshotRef.MAIN_BRANCH);
        } else {
            next.setBranchSnapshot(target, SnapshotRef.MAIN_BRANCH);
        }
        if (plan.marksDropped()) {
            String mark = plan.mark();
            if (mark == null) {
                next.removeProperties(Set.of(CommitSummary.MARK));
            } else {
                next.setProperties(Map.of(CommitSummary.MARK, mark));
            }
        }
        try {
            operations.commit(base, next.build());
        } catch (CommitFailedException e) {
            throw new LakeException(changed(plan), e);
        } catch (CommitStateUnknownException e) {
            throw new LakeException(
                    "table %s: the catalog did not say whether it went back to snapshot %s; look, and try again: %s"
                            .formatted(plan.table(), target, e.getMessage()),
                    e);
        }
    }

    private static String changed(TableRollback plan) {
        return "table %s has changed since snapshot %s was looked at; a job or maintenance still runs: stop it and try again"
                .formatted(plan.table(), plan.current());
    }
}
