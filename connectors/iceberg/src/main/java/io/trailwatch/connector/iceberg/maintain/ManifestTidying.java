package io.trailwatch.connector.iceberg.maintain;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.util.PropertyUtil;

/**
 * Writes small manifests anew, grouped by time. Each commit adds one, and late rows make it span
 * many partitions: a query would have to open nearly all of them.
 */
final class ManifestTidying {
    /** Fewer are not worth a commit. */
    private static final int MIN_SMALL = 10;

    /** Of the target size. */
    private static final double SMALL = 0.5;

    /** Partitions that share a manifest: a day of hours, about a month of days. */
    private static final int PARTITIONS_PER_MANIFEST = 24;

    private ManifestTidying() {}

    /** How many manifests would be written anew. */
    static long run(Table table, MaintenanceSettings settings, Runnable beforeCommit) {
        Snapshot current = table.currentSnapshot();
        if (current == null) {
            return 0;
        }
        long targetBytes =
                PropertyUtil.propertyAsLong(
                        table.properties(),
                        TableProperties.MANIFEST_TARGET_SIZE_BYTES,
                        TableProperties.MANIFEST_TARGET_SIZE_BYTES_DEFAULT);
        Set<String> small = new HashSet<>();
        List<ManifestFile> manifests = current.dataManifests(table.io());
        for (ManifestFile manifest : manifests) {
            if (manifest.length() < targetBytes * SMALL) {
                small.add(manifest.path());
            }
        }
        if (small.size() < MIN_SMALL) {
            return 0;
        }
        if (!settings.dryRun()) {
            beforeCommit.run();
            table.rewriteManifests()
                    .rewriteIf(manifest -> small.contains(manifest.path()))
                    .clusterBy(ManifestTidying::cluster)
                    .set(Compaction.MARK, MaintenanceStep.MANIFESTS.label())
                    .commit();
        }
        return small.size();
    }

    private static Object cluster(DataFile file) {
        StructLike partition = file.partition();
        Object first = partition.size() == 0 ? null : partition.get(0, Object.class);
        int value = first instanceof Integer number ? number : 0;
        return file.specId() + "/" + Math.floorDiv(value, PARTITIONS_PER_MANIFEST);
    }
}
