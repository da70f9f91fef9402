package io.trailwatch.connector.iceberg.maintain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.util.StructLikeWrapper;

/**
 * Which files of a table are worth writing anew together.
 *
 * <p>Only small files are. In each partition they are taken from the one with fewest rows on, as
 * long as the next has not many more than all before it: a file is written anew when there is about
 * as much beside it, so that a row is written a few times in its life and not at every run. Rows
 * count here, since a file of few is mostly footer and bloom filters. A partition with too many
 * files gives all its small ones.
 */
final class CompactionPlan {
    /** Files from this share of the target size on are left alone. */
    private static final double FULL = 0.75;

    /** Rows of the next file to those of all smaller ones. */
    private static final long MANY_MORE = 2;

    /** Sorted together, in targets; bounds temporary files and what a conflict throws away. */
    private static final int TARGETS_PER_GROUP = 4;

    private CompactionPlan() {}

    /**
     * Files of one partition that become one or a few.
     *
     * @param partition as people write it
     */
    record Group(PartitionSpec spec, String partition, List<FileScanTask> tasks) {
        long bytes() {
            return tasks.stream().mapToLong(task -> task.file().fileSizeInBytes()).sum();
        }
    }

    private record Partition(int spec, StructLikeWrapper values) {}

    static List<Group> of(
            Iterable<FileScanTask> tasks, long targetBytes, int minInputFiles, int maxFiles) {
        Map<Partition, List<FileScanTask>> partitions = new LinkedHashMap<>();
        for (FileScanTask task : tasks) {
            StructLikeWrapper values =
                    StructLikeWrapper.forType(task.spec().partitionType())
                            .set(task.file().partition());
            partitions
                    .computeIfAbsent(
                            new Partition(task.spec().specId(), values), p -> new ArrayList<>())
                    .add(task);
        }
        List<Group> groups = new ArrayList<>();
        for (List<FileScanTask> files : partitions.values()) {
            List<FileScanTask> chosen = choose(files, targetBytes, minInputFiles, maxFiles);
            PartitionSpec spec = files.get(0).spec();
            String partition = spec.partitionToPath(files.get(0).file().partition());
            for (List<FileScanTask> bin : bins(chosen, targetBytes * TARGETS_PER_GROUP)) {
                if (bin.size() > 1 || !bin.get(0).deletes().isEmpty()) {
                    groups.add(new Group(spec, partition, bin));
                }
            }
        }
        groups.sort(Comparator.comparing(Group::partition));
        return groups;
    }

    private static List<FileScanTask> choose(
            List<FileScanTask> files, long targetBytes, int minInputFiles, int maxFiles) {
        List<FileScanTask> small = new ArrayList<>();
        for (FileScanTask file : files) {
            if (file.file().fileSizeInBytes() < targetBytes * FULL || !file.deletes().isEmpty()) {
                small.add(file);
            }
        }
        boolean deleted = small.stream().anyMatch(file -> !file.deletes().isEmpty());
        if (small.size() < minInputFiles && files.size() <= maxFiles && !deleted) {
            return List.of();
        }
        small.sort(Comparator.comparingLong(file -> file.file().recordCount()));
        int taken = 0;
        long rows = 0;
        long bytes = 0;
        for (FileScanTask file : small) {
            if (taken >= minInputFiles && file.file().recordCount() > MANY_MORE * rows) {
                break;
            }
            rows += file.file().recordCount();
            bytes += file.file().fileSizeInBytes();
            taken++;
        }
        long left = files.size() - taken + 1 + bytes / targetBytes;
        return deleted || left > maxFiles ? small : small.subList(0, taken);
    }

    /** In the order of arrival, which is nearly that of time: groups overlap little. */
    private static List<List<FileScanTask>> bins(List<FileScanTask> files, long maxBytes) {
        List<FileScanTask> ordered = new ArrayList<>(files);
        ordered.sort(
                Comparator.comparing(
                        (FileScanTask task) -> sequence(task.file()), Comparator.naturalOrder()));
        List<List<FileScanTask>> bins = new ArrayList<>();
        long bytes = Long.MAX_VALUE;
        for (FileScanTask task : ordered) {
            long size = task.file().fileSizeInBytes();
            if (bytes > maxBytes - size) {
                bins.add(new ArrayList<>());
                bytes = 0;
            }
            bins.get(bins.size() - 1).add(task);
            bytes += size;
        }
        return bins;
    }

    private static long sequence(DataFile file) {
        Long sequence = file.fileSequenceNumber();
        return sequence == null ? 0 : sequence;
    }
}
