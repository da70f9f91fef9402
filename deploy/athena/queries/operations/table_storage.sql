-- Question:   What does each table take, and does it need compaction? Rows, files and bytes, bytes a
--             row, and partitions made of many small files.
-- Parameters: in the SELECT: from how many files below 32 MB on average a partition is fragmented.
-- Cost:       reads metadata alone, the manifests of each table; no partition filter would help.
WITH partitions AS (
    SELECT 'cloud_trail' AS table_name, record_count, file_count, total_size
    FROM "cloud_trail$partitions"
    UNION ALL
    SELECT 'vpc_flow', record_count, file_count, total_size FROM "vpc_flow$partitions"
    UNION ALL
    SELECT 'app_events', record_count, file_count, total_size FROM "app_events$partitions"
    UNION ALL
    SELECT 'http_activity', record_count, file_count, total_size FROM "http_activity$partitions"
    UNION ALL
    SELECT 'dns_activity', record_count, file_count, total_size FROM "dns_activity$partitions"
    UNION ALL
    SELECT 'eks_audit', record_count, file_count, total_size FROM "eks_audit$partitions"
    UNION ALL
    SELECT 'aws_findings', record_count, file_count, total_size FROM "aws_findings$partitions"
    UNION ALL
    SELECT 'findings', record_count, file_count, total_size FROM "findings$partitions"
    UNION ALL
    SELECT 'findings_dry_run', record_count, file_count, total_size FROM "findings_dry_run$partitions"
    UNION ALL
    SELECT 'quarantine', record_count, file_count, total_size FROM "quarantine$partitions"
    UNION ALL
    SELECT 'ledger', record_count, file_count, total_size FROM "ledger$partitions"
)
SELECT
    table_name,
    sum(record_count)                    AS rows_in_all,
    count(*)                             AS partitions,
    sum(file_count)                      AS files,
    sum(total_size)                      AS bytes,
    round(CAST(sum(total_size) AS double) / sum(record_count), 1) AS bytes_per_row,
    sum(total_size) / sum(file_count)    AS mean_file_bytes,
    max(file_count)                      AS most_files_in_a_partition,
    count_if(file_count > 16 AND total_size / file_count < 33554432) AS fragmented_partitions
FROM partitions
GROUP BY table_name
ORDER BY table_name;
