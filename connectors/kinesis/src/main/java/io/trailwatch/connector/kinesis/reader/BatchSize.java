package io.trailwatch.connector.kinesis.reader;

/**
 * How many records to ask one shard for, so that they have about the size wanted. Learns from what
 * came: larger records count at once, smaller ones by and by.
 */
final class BatchSize {
    /** Before anything is known: rather too large, for a first batch that is rather too small. */
    private static final double FIRST_GUESS_BYTES = 16 << 10;

    private static final double WEIGHT_OF_NEW = 0.25;

    private final int maxRecords;
    private double meanRecordBytes = FIRST_GUESS_BYTES;

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
                    Math.max(mean, meanRecordBytes + WEIGHT_OF_NEW * (mean - meanRecordBytes));
        }
    }
}
