package io.trailwatch.connector.iceberg.maintain;

import io.trailwatch.connector.iceberg.maintain.CompactionPlan.Group;
import io.trailwatch.connector.iceberg.maintain.MaintenanceReport.Compacted;
import io.trailwatch.connector.iceberg.maintain.SortedRewrite.Rewritten;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.PropertyUtil;

/**
 * Merges small files. Writers go on meanwhile: their appends do not touch the files that are
 * merged. Where another commit has taken such a file out, the partition is skipped.
 */
final class Compaction {
    /** Said in the summary of each snapshot that maintenance makes. */
    static final String MARK = "trailwatch.maintenance";

    /** So much work at most is lost with one conflict, or one crash. */
    private static final int GROUPS_PER_COMMIT = 32;

    private static final long BYTES_PER_COMMIT = 1L << 30;

    private final Table table;
    private final MaintenanceSettings settings;
    private final Runnable beforeCommit;
    private final long targetBytes;

    private final Set<String> partitions = new HashSet<>();
    private final List<String> skipped = new ArrayList<>();
    private long filesRead;
    private long filesWritten;
    private long bytesRead;
    private long bytesWritten;
    private long rows;

    Compaction(Table table, MaintenanceSettings settings, Runnable beforeCommit) {
        this.table = table;
        this.settings = settings;
        this.beforeCommit = beforeCommit;
        this.targetBytes =
                PropertyUtil.propertyAsLong(
                        table.properties(),
                        TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
                        TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT);
    }

    /** A group and the files that take its place. */
    private record Change(Group group, Rewritten rewritten) {}

    Compacted run() {
        Snapshot from = table.currentSnapshot();
        if (from == null) {
            return Compacted.NONE;
        }
        List<Group> groups = plan(from);
        if (settings.dryRun()) {
            for (Group group : groups) {
                count(group);
                filesWritten += Math.max(1, group.bytes() / targetBytes);
            }
            return compacted();
        }
        if (groups.isEmpty()) {
            return Compacted.NONE;
        }
        Path folder = temporaryFolder();
        try {
            SortedRewrite rewrite =
                    new SortedRewrite(table, targetBytes, settings.sortBytes(), folder);
            List<Change> changes = new ArrayList<>();
            long bytes = 0;
            for (Group group : groups) {
                try {
                    changes.add(new Change(group, rewrite.rewrite(group)));
                    bytes += group.bytes();
                } catch (NotFoundException e) {
                    skip(group, "a file was removed meanwhile");
                }
                if (changes.size() >= GROUPS_PER_COMMIT || bytes >= BYTES_PER_COMMIT) {
                    commit(from, changes);
                    changes.clear();
                    bytes = 0;
                }
            }
            commit(from, changes);
        } finally {
            delete(folder);
        }
        return compacted();
    }

    private List<Group> plan(Snapshot from) {
        try (CloseableIterable<FileScanTask> tasks =
                table.newScan().useSnapshot(from.snapshotId()).planFiles()) {
            return CompactionPlan.of(
                    tasks, targetBytes, settings.minInputFiles(), settings.maxFiles());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the plan of table " + table.name(), e);
        }
    }

    /**
     * All at once; if that meets a conflict, each alone, so that only those in its way are left.
     */
    private void commit(Snapshot from, List<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        try {
            replace(from, changes);
            changes.forEach(this::count);
        } catch (ValidationException | CommitFailedException e) {
            if (changes.size() == 1) {
                Change only = changes.get(0);
                Deletions.delete(
                        table.io(),
                        only.rewritten().files().stream().map(DataFile::location).toList());
                skip(only.group(), String.valueOf(e.getMessage()));
                return;
            }
            for (Change change : changes) {
                commit(from, List.of(change));
            }
        }
    }

    private void replace(Snapshot from, List<Change> changes) {
        beforeCommit.run();
        // Rows that are deleted from now on by their values must be found in the new files too.
        RewriteFiles replace =
                table.newRewrite()
                        .validateFromSnapshot(from.snapshotId())
                        .dataSequenceNumber(from.sequenceNumber());
        for (Change change : changes) {
            change.group().tasks().forEach(task -> replace.deleteFile(task.file()));
            change.rewritten().files().forEach(replace::addFile);
        }
        replace.set(MARK, MaintenanceStep.COMPACT.label()).commit();
    }

    private void count(Change change) {
        count(change.group());
        for (DataFile file : change.rewritten().files()) {
            filesWritten++;
            bytesWritten += file.fileSizeInBytes();
        }
    }

    private void count(Group group) {
        partitions.add(group.spec().specId() + "/" + group.partition());
        filesRead += group.tasks().size();
        bytesRead += group.bytes();
        rows += group.tasks().stream().mapToLong(task -> task.file().recordCount()).sum();
    }

    private void skip(Group group, String why) {
        skipped.add(group.partition() + ": " + why);
    }

    private Compacted compacted() {
        return new Compacted(
                partitions.size(),
                filesRead,
                filesWritten,
                bytesRead,
                bytesWritten,
                rows,
                List.copyOf(skipped));
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("trailwatch-sort");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder for temporary files", e);
        }
    }

    private static void delete(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }
}
