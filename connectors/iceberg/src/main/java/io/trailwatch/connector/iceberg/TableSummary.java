package io.trailwatch.connector.iceberg;

/**
 * What a table holds now, from its metadata alone.
 *
 * @param rows of the current snapshot
 * @param files data files of the current snapshot
 * @param snapshots that the metadata still knows
 */
public record TableSummary(String table, long rows, long files, int snapshots) {}
