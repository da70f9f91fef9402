-- Question:   What is there to look at, whoever found it? Our findings, and those of GuardDuty and
--             Security Hub in their newest state, without what is archived, suppressed or resolved.
-- Parameters: none; ask with a condition on day, UTC, of the newest state.
-- Cost:       a condition on day reads those days of findings alone, but of aws_findings, whose states
--             must be compared, the small columns of all days.
-- Key:        found_by, id.
CREATE OR REPLACE VIEW findings_open AS
SELECT
    date(time_dt)                        AS day,
    'trailwatch'                         AS found_by,
    id,
    severity_id,
    severity,
    rule_title                           AS title,
    entity,
    account,
    region,
    "count"                              AS events,
    CAST(first_seen AS timestamp)        AS first_seen,
    CAST(last_seen AS timestamp)         AS last_seen,
    message
FROM findings
UNION ALL
SELECT
    date(time_dt),
    lower(product),
    id,
    severity_id,
    lower(severity),
    title,
    entity,
    account,
    region,
    CAST(NULL AS bigint),
    CAST(first_seen AS timestamp),
    CAST(last_seen AS timestamp),
    message
FROM (
    SELECT
        time_dt,
        metadata.product.name            AS product,
        finding_info.uid                 AS id,
        severity_id,
        severity,
        finding_info.title               AS title,
        element_at(resources, 1).uid     AS entity,
        cloud.account.uid                AS account,
        cloud.region                     AS region,
        from_unixtime(finding_info.first_seen_time / 1e3) AS first_seen,
        from_unixtime(finding_info.last_seen_time / 1e3) AS last_seen,
        message,
        status,
        row_number() OVER (
            PARTITION BY finding_info.uid ORDER BY time_dt DESC, event_key DESC) AS newest
    FROM aws_findings
)
WHERE newest = 1
  AND coalesce(status, 'New') IN ('New', 'In Progress', 'Unknown', 'Other');
