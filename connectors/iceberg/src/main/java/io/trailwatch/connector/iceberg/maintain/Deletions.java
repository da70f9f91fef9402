package io.trailwatch.connector.iceberg.maintain;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.SupportsBulkOperations;

/** Deletes files a thousand at a time, where the storage can. */
final class Deletions {
    /** As many as one request to S3 takes. */
    private static final int BATCH = 1000;

    private Deletions() {}

    /** Deletes files; returns how many of them could not be deleted. A later run finds those. */
    static long delete(FileIO io, List<String> locations) {
        if (io instanceof SupportsBulkOperations bulk) {
            long failed = 0;
            for (int from = 0; from < locations.size(); from += BATCH) {
                List<String> batch =
                        new ArrayList<>(
                                locations.subList(from, Math.min(from + BATCH, locations.size())));
                try {
                    bulk.deleteFiles(batch);
                } catch (BulkDeletionFailureException e) {
                    failed += e.numberFailedObjects();
                }
            }
            return failed;
        }
        long failed = 0;
        for (String location : locations) {
            try {
                io.deleteFile(location);
            } catch (NotFoundException e) {
                // It is gone, which is what we want.
            } catch (RuntimeException e) {
                failed++;
            }
        }
        return failed;
    }
}
