-- Question:   How often is each table written, by which kind of commit, and how large are they? Commits
--             a day, rows and files added a commit: small ones ask for longer checkpoints.
-- Parameters: none: snapshots are kept for a few days, and all of them are counted.
-- Cost:       reads metadata alone, a small file a table; there is no partition in it.
WITH snapshots AS (
    SELECT 'cloud_trail' AS table_name, committed_at, operation, summary FROM "cloud_trail$snapshots"
    UNION ALL
    SELECT 'vpc_flow', committed_at, operation, summary FROM "vpc_flow$snapshots"
    UNION ALL
    SELECT 'app_events', committed_at, operation, summary FROM "app_events$snapshots"
    UNION ALL
    SELECT 'http_activity', committed_at, operation, summary FROM "http_activity$snapshots"
    UNION ALL
    SELECT 'dns_activity', committed_at, operation, summary FROM "dns_activity$snapshots"
    UNION ALL
    SELECT 'eks_audit', committed_at, operation, summary FROM "eks_audit$snapshots"
    UNION ALL
    SELECT 'aws_findings', committed_at, operation, summary FROM "aws_findings$snapshots"
    UNION ALL
    SELECT 'findings', committed_at, operation, summary FROM "findings$snapshots"
    UNION ALL
    SELECT 'findings_dry_run', committed_at, operation, summary FROM "findings_dry_run$snapshots"
    UNION ALL
    SELECT 'quarantine', committed_at, operation, summary FROM "quarantine$snapshots"
    UNION ALL
    SELECT 'ledger', committed_at, operation, summary FROM "ledger$snapshots"
)
SELECT
    table_name,
    date(committed_at)                   AS day,
    operation,
    count(*)                             AS commits,
    coalesce(sum(TRY_CAST(element_at(summary, 'added-records') AS bigint)), 0) AS rows_added,
    coalesce(sum(TRY_CAST(element_at(summary, 'added-data-files') AS bigint)), 0) AS files_added,
    coalesce(sum(TRY_CAST(element_at(summary, 'deleted-data-files') AS bigint)), 0)
                                         AS files_removed,
    round(avg(TRY_CAST(element_at(summary, 'added-files-size') AS double))) AS mean_bytes_added,
    min(committed_at)                    AS first_commit,
    max(committed_at)                    AS last_commit
FROM snapshots
GROUP BY 1, 2, 3
ORDER BY table_name, day DESC, operation;
