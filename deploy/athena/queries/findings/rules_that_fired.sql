-- Question:   Which rules, correlations and detectors ever found something, and when last? What is
--             not here has found nothing: compare with ./trailwatch rules list.
-- Parameters: the timestamps, the same at both places: from when, event time.
-- Cost:       reads the tables findings and findings_dry_run from that day on, few columns.
SELECT
    mode,
    severity,
    rule_title,
    rule_version,
    count(*)                             AS findings,
    count(DISTINCT entity)               AS entities,
    count(DISTINCT account)              AS accounts,
    sum("count")                         AS events,
    min(first_seen)                      AS first_seen,
    max(last_seen)                       AS last_seen,
    rule_author,
    rule_id
FROM (
    SELECT 'enabled' AS mode, severity, severity_id, rule_title, rule_version, rule_author, rule_id,
           entity, account, "count", first_seen, last_seen
    FROM findings
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
    UNION ALL
    SELECT 'dry-run', severity, severity_id, rule_title, rule_version, rule_author, rule_id,
           entity, account, "count", first_seen, last_seen
    FROM findings_dry_run
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
)
GROUP BY mode, severity, severity_id, rule_title, rule_version, rule_author, rule_id
ORDER BY mode DESC, severity_id DESC, last_seen DESC, rule_title, rule_id, rule_version;
