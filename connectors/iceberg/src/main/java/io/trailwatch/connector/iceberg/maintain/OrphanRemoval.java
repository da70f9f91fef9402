package io.trailwatch.connector.iceberg.maintain;

import io.trailwatch.connector.iceberg.maintain.MaintenanceReport.Orphans;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.PartitionStatisticsFile;
import org.apache.iceberg.ReachableFileUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StatisticsFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * Deletes files below a table that none of its snapshots refers to: what writers left that were
 * killed, and commits that failed.
 *
 * <p>A checkpoint's files are of that kind until the commit after it; a job that stands still may
 * commit them when it comes back. So the age of files does not count from now, but from the last
 * commit of the writer that has stood still longest ({@link WriterMark}): while a job is down, no
 * file grows old.
 */
final class OrphanRemoval {
    private OrphanRemoval() {}

    /**
     * @throws MaintenanceException if the storage cannot list files, or lists them under names
     *     other than the table's
     */
    static Orphans run(
            Table table, MaintenanceSettings settings, Instant now, Runnable beforeDelete) {
        if (!(table.io() instanceof SupportsPrefixOperations storage)) {
            throw new MaintenanceException(
                    "storage %s cannot list files, so orphans are not found"
                            .formatted(table.io().getClass().getSimpleName()));
        }
        Instant before = oldestWriter(table, settings, now).minus(settings.orphanAge());
        String location = table.location();
        String metadata = metadata(table).metadataFileLocation();
        Map<String, FileInfo> candidates = new HashMap<>();
        Set<String> young = new HashSet<>();
        boolean metadataListed = false;
        // First the files, then what is referred to: what is committed between is referred to.
        for (FileInfo file :
                storage.listPrefix(location.endsWith("/") ? location : location + "/")) {
            String name = normal(file.location());
            metadataListed |= name.equals(normal(metadata));
            if (Instant.ofEpochMilli(file.createdAtMillis()).isBefore(before)) {
                candidates.put(name, file);
            } else {
                young.add(name);
            }
        }
        if (!metadataListed) {
            throw new MaintenanceException(
                    "the files below %s do not contain %s, which the table has: nothing is deleted"
                            .formatted(location, metadata));
        }
        table.refresh();
        forEachReachable(
                table,
                reachable -> {
                    String name = normal(reachable);
                    candidates.remove(name);
                    young.remove(name);
                });
        long bytes = candidates.values().stream().mapToLong(FileInfo::size).sum();
        if (candidates.isEmpty() || settings.dryRun()) {
            return new Orphans(candidates.size(), bytes, young.size(), before);
        }
        beforeDelete.run();
        List<String> locations =
                new ArrayList<>(candidates.values().stream().map(FileInfo::location).toList());
        long failed = Deletions.delete(table.io(), locations);
        return new Orphans(candidates.size() - failed, bytes, young.size(), before);
    }

    private static Instant oldestWriter(Table table, MaintenanceSettings settings, Instant now) {
        Instant oldest = now;
        for (WriterMark mark : WriterMark.needed(table, now.minus(settings.longestOutage()))) {
            oldest = mark.time().isBefore(oldest) ? mark.time() : oldest;
        }
        return oldest;
    }

    /** One name for one file, whichever of its ways a program writes it in. */
    static String normal(String location) {
        if (location.startsWith("s3a://") || location.startsWith("s3n://")) {
            return "s3://" + location.substring("s3a://".length());
        }
        if (location.startsWith("file:")) {
            return "/" + location.substring("file:".length()).replaceFirst("^/+", "");
        }
        return location;
    }

    private static TableMetadata metadata(Table table) {
        return ((HasTableOperations) table).operations().current();
    }

    /** Told of every file that the table knows, some more than once. */
    interface Reachable {
        void file(String location);
    }

    static void forEachReachable(Table table, Reachable reachable) {
        TableMetadata metadata = metadata(table);
        reachable.file(metadata.metadataFileLocation());
        metadata.previousFiles().forEach(previous -> reachable.file(previous.file()));
        reachable.file(ReachableFileUtil.versionHintLocation(table));
        metadata.statisticsFiles().stream().map(StatisticsFile::path).forEach(reachable::file);
        metadata.partitionStatisticsFiles().stream()
                .map(PartitionStatisticsFile::path)
                .forEach(reachable::file);
        Set<String> seen = new HashSet<>();
        for (Snapshot snapshot : metadata.snapshots()) {
            if (snapshot.manifestListLocation() != null) {
                reachable.file(snapshot.manifestListLocation());
            }
            for (ManifestFile manifest : snapshot.allManifests(table.io())) {
                if (seen.add(manifest.path())) {
                    reachable.file(manifest.path());
                    forEachFile(table, manifest, reachable);
                }
            }
        }
    }

    private static void forEachFile(Table table, ManifestFile manifest, Reachable reachable) {
        if (manifest.content() == ManifestContent.DELETES) {
            try (CloseableIterable<org.apache.iceberg.DeleteFile> files =
                    ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
                files.forEach(file -> reachable.file(file.location()));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close " + manifest.path(), e);
            }
            return;
        }
        try (CloseableIterable<String> paths =
                ManifestFiles.readPaths(manifest, table.io(), table.specs())) {
            paths.forEach(reachable::file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + manifest.path(), e);
        }
    }
}
