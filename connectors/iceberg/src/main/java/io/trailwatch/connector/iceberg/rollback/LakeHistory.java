package io.trailwatch.connector.iceberg.rollback;

import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeException;
import io.trailwatch.table.TableLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * The commits of several tables, and which checkpoints of which jobs they belong to.
 *
 * @param tables by name
 * @param runs of streaming jobs, newest first
 */
public record LakeHistory(Map<String, TableHistory> tables, List<JobRun> runs) {
    public LakeHistory {
        tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
        runs = List.copyOf(runs);
    }

    /**
     * What the metadata of tables still knows.
     *
     * @param layouts those that do not exist are left out
     */
    public static LakeHistory of(Lake lake, Collection<TableLayout> layouts) {
        Map<String, TableHistory> tables = new LinkedHashMap<>();
        for (TableLayout layout : layouts) {
            if (lake.exists(layout)) {
                tables.put(layout.name(), history(layout.name(), lake.table(layout)));
            }
        }
        return of(tables.values());
    }

    static LakeHistory of(Collection<TableHistory> histories) {
        Map<String, TableHistory> tables = new LinkedHashMap<>();
        Map<String, List<TableCommit>> byJob = new LinkedHashMap<>();
        for (TableHistory history : histories) {
            tables.put(history.table(), history);
            for (TableCommit commit : history.line()) {
                String job = commit.job();
                if (job != null && commit.ofCheckpoint()) {
                    byJob.computeIfAbsent(job, absent -> new ArrayList<>()).add(commit);
                }
            }
        }
        List<JobRun> runs =
                byJob.values().stream()
                        .map(JobRun::of)
                        .sorted(
                                Comparator.comparing(JobRun::first)
                                        .thenComparing(JobRun::oldest)
                                        .reversed())
                        .toList();
        return new LakeHistory(tables, runs);
    }

    static TableHistory history(String name, Table table) {
        List<TableCommit> line = new ArrayList<>();
        Map<Long, Snapshot> left = new LinkedHashMap<>();
        table.snapshots().forEach(snapshot -> left.put(snapshot.snapshotId(), snapshot));
        Snapshot snapshot = table.currentSnapshot();
        while (snapshot != null) {
            line.add(TableCommit.of(snapshot, true));
            left.remove(snapshot.snapshotId());
            Long parent = snapshot.parentId();
            snapshot = parent == null ? null : table.snapshot(parent);
        }
        List<TableCommit> aside = new ArrayList<>();
        left.values().forEach(dropped -> aside.add(TableCommit.of(dropped, false)));
        return new TableHistory(name, line, aside);
    }

    /**
     * A checkpoint of a certain job.
     *
     * @param run null when no job ever committed to the tables
     */
    public record Checkpoint(long id, @Nullable JobRun run) {}

    /**
     * Which job took a checkpoint. Ids of checkpoints go on from job to job along the savepoints
     * they were started from, so an id alone tells, unless a job was started without state, or from
     * an older savepoint.
     *
     * @param jobPrefix beginning of the id of the job that took it, where it is known
     * @throws LakeException if there is no such job, or several jobs have such a checkpoint
     */
    public Checkpoint checkpoint(long id, @Nullable String jobPrefix) {
        if (id < 1) {
            throw new LakeException("checkpoint is %d, must be at least 1".formatted(id));
        }
        if (jobPrefix != null) {
            List<JobRun> named =
                    runs.stream().filter(run -> run.job().startsWith(jobPrefix)).toList();
            if (named.size() != 1) {
                throw new LakeException(
                        "%s job whose id begins with %s has committed to these tables; jobs that have: %s"
                                .formatted(
                                        named.isEmpty() ? "no" : "more than one",
                                        jobPrefix,
                                        runs.isEmpty() ? "none" : describe(runs)));
            }
            return new Checkpoint(
                    id, owner(id, runs.subList(runs.indexOf(named.get(0)), runs.size())));
        }
        if (runs.isEmpty()) {
            return new Checkpoint(id, null);
        }
        JobRun owner = owner(id, runs);
        List<JobRun> older = runs.subList(runs.indexOf(owner) + 1, runs.size());
        List<JobRun> candidates = new ArrayList<>();
        candidates.add(owner);
        older.stream().filter(run -> run.newest() >= id).forEach(candidates::add);
        if (candidates.size() > 1) {
            throw new LakeException(
                    "several jobs have taken a checkpoint %d: %s; say which one is meant"
                            .formatted(id, describe(candidates)));
        }
        return new Checkpoint(id, owner);
    }

    private static JobRun owner(long checkpoint, List<JobRun> newestFirst) {
        for (JobRun run : newestFirst) {
            if (run.mayOwn(checkpoint)) {
                return run;
            }
        }
        // Older than all that is known: each table says whether it still has what was before.
        return newestFirst.get(newestFirst.size() - 1);
    }

    private static String describe(List<JobRun> runs) {
        return String.join(
                ", ",
                runs.stream()
                        .map(
                                run ->
                                        "%s (checkpoints %d to %d, commits from %s to %s)"
                                                .formatted(
                                                        run.job(),
                                                        run.oldest(),
                                                        run.newest(),
                                                        run.first(),
                                                        run.last()))
                        .toList());
    }

    /** Time of the newest commit of a streaming job; empty when there is none. */
    public Optional<Instant> newestCommit() {
        return runs.stream().map(JobRun::last).max(Comparator.naturalOrder());
    }

    /**
     * The snapshot of a table that holds the rows up to a checkpoint, and what others have
     * committed before the rows of the next one: for all tables together this is one consistent
     * state.
     *
     * @return empty when the table then had no snapshot
     * @throws LakeException if that snapshot has expired, or the table is none of these
     */
    public Optional<Long> snapshotAt(String table, Checkpoint checkpoint) {
        TableHistory history = tables.get(table);
        if (history == null) {
            throw new LakeException("no table " + table);
        }
        TableRollback rollback = plan(history, checkpoint);
        rollback.problem()
                .ifPresent(
                        problem -> {
                            throw new LakeException(problem);
                        });
        return Optional.ofNullable(rollback.target());
    }

    /** What going back to a checkpoint means to each table. */
    public List<TableRollback> plan(Checkpoint checkpoint) {
        return tables.values().stream().map(history -> plan(history, checkpoint)).toList();
    }

    private TableRollback plan(TableHistory history, Checkpoint checkpoint) {
        List<TableCommit> line = history.line();
        JobRun run = checkpoint.run();
        int dropped = 0;
        for (int i = 0; run != null && i < line.size(); i++) {
            if (isAfter(line.get(i), checkpoint.id(), run)) {
                dropped = i + 1;
            }
        }
        List<TableCommit> drop = line.subList(0, dropped);
        List<TableCommit> others = new ArrayList<>();
        for (TableCommit commit : drop) {
            if (run != null && !commit.keepsRows() && !isAfter(commit, checkpoint.id(), run)) {
                others.add(commit);
            }
        }
        return TableRollback.of(history, drop, others, checkpoint.id());
    }

    /** Whether a job restored from the checkpoint would write the rows of the commit once more. */
    private boolean isAfter(TableCommit commit, long checkpoint, JobRun run) {
        Long of = commit.checkpoint();
        if (of == null) {
            return false;
        }
        if (run.job().equals(commit.job())) {
            return of > checkpoint;
        }
        return runs.stream()
                .anyMatch(other -> other.job().equals(commit.job()) && other.mayFollow(run));
    }
}
