-- Question:   Which log has fallen silent? The newest event of each table, account and Region, how
--             many hours before the newest of the whole lake that is, and the longest pause between
--             hours with events that it made before: a silence far beyond it is a fault.
-- Parameters: the timestamps, the same in all branches: from when, and until when, exclusive, event
--             time; a later one keeps events with broken clocks out.
-- Cost:       reads three small columns of every event table between the two.
WITH hours AS (
    SELECT 'cloud_trail' AS log, cloud.account.uid AS account, cloud.region AS region,
           date_trunc('hour', time_dt) AS hour, max(time_dt) AS newest, count(*) AS events
    FROM cloud_trail
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT 'vpc_flow', cloud.account.uid, cloud.region, date_trunc('hour', time_dt), max(time_dt),
           count(*)
    FROM vpc_flow
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT 'app_events', schema_name, NULL, date_trunc('hour', time_dt), max(time_dt), count(*)
    FROM app_events
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT 'http_activity', cloud.account.uid, cloud.region, date_trunc('hour', time_dt),
           max(time_dt), count(*)
    FROM http_activity
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT 'dns_activity', cloud.account.uid, cloud.region, date_trunc('hour', time_dt),
           max(time_dt), count(*)
    FROM dns_activity
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT 'eks_audit', cloud.account.uid, cloud.region, date_trunc('hour', time_dt), max(time_dt),
           count(*)
    FROM eks_audit
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT 'aws_findings', cloud.account.uid, cloud.region, date_trunc('hour', time_dt),
           max(time_dt), count(*)
    FROM aws_findings
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    GROUP BY 1, 2, 3, 4
),
pauses AS (
    SELECT *, date_diff('hour', lag(hour) OVER (PARTITION BY log, account, region ORDER BY hour),
                        hour) - 1 AS pause_hours
    FROM hours
)
SELECT
    log,
    account                              AS account_or_schema,
    region,
    max(newest)                          AS newest,
    date_diff('hour', max(hour), max(max(hour)) OVER ()) AS hours_behind,
    coalesce(max(pause_hours), 0)        AS longest_pause_hours,
    count(*) >= 12 AND date_diff('hour', max(hour), max(max(hour)) OVER ())
                           > coalesce(max(pause_hours), 0) + 1 AS is_silent,
    sum(events)                          AS events,
    count(*)                             AS hours_with_events
FROM pauses
GROUP BY log, account, region
ORDER BY is_silent DESC, hours_behind DESC, log, account_or_schema, region;
