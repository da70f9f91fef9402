package io.trailwatch.connector.kinesis.reader;

/**
 * How many records to ask one shard for, so that they have about the size wanted. Learns from what
 * came: larger records count at once, smaller ones by and by.
 */
final class BatchSize {
    /**
     * Before anything is known: the largest record that a stream takes unless it was set to take
     * larger ones. The first calls of all shards go out together, and a guess too small would bring
     * 10 MiB of each.
     */
    private static final double FIRST_GUESS_BYTES = 1 << 20;

    private static final double WEIGHT_OF_NEW = 0.25;

    private final int maxRecords;
    private double meanRecordBytes = FIRST_GUESS_BYTES;
    private boolean guessed = true;

    /**
     * @param maxRecords limit of one call, 1 to 10000
     */
    BatchSize(int maxRecords) {
        this.maxRecords = maxRecords;
    }

    int records(long wantedBytes) {
        return (int) Math.max(1, Math.min(maxRecords, wantedBytes / meanRecordBytes));
    }

    /** What so many records are expected to have. */
    long bytes(int records) {
        return (long) Math.min(ByteBudget.MAX_ANSWER_BYTES, Math.ceil(records * meanRecordBytes));
    }

    void seen(int records, long bytes) {
        if (records > 0) {
            double mean = Math.max(1, (double) bytes / records);
            meanRecordBytes =
                    guessed
                            ? mean
                            : Math.max(
                                    mean,
                                    meanRecordBytes + WEIGHT_OF_NEW * (mean - meanRecordBytes));
            guessed = false;
        }
    }
}
