-- Question:   Does any event stand in its table more than once? It never should, unless a job was
--             started from an older savepoint without 'trailwatch lake rollback'. One line a table;
--             doubled must be 0.
-- Parameters: the timestamps, the same in all branches: from when, and until when, exclusive, event
--             time.
-- Cost:       reads the column event_key of every event table between the two, the largest of the
--             small ones: ask for a day or a week.
WITH keys AS (
    SELECT 'cloud_trail' AS log, event_key, date(time_dt) AS day
    FROM cloud_trail
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    UNION ALL
    SELECT 'vpc_flow', event_key, date(time_dt)
    FROM vpc_flow
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    UNION ALL
    SELECT 'app_events', event_key, date(time_dt)
    FROM app_events
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    UNION ALL
    SELECT 'http_activity', event_key, date(time_dt)
    FROM http_activity
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    UNION ALL
    SELECT 'dns_activity', event_key, date(time_dt)
    FROM dns_activity
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    UNION ALL
    SELECT 'eks_audit', event_key, date(time_dt)
    FROM eks_audit
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    UNION ALL
    SELECT 'findings', id, date(time_dt)
    FROM findings
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
),
counted AS (
    SELECT log, event_key, min(day) AS day, count(*) AS copies
    FROM keys
    GROUP BY log, event_key
)
SELECT
    log,
    sum(copies)                          AS rows_in_all,
    count(*)                             AS events,
    count_if(copies > 1)                 AS doubled,
    max(copies)                          AS most_copies,
    min(day) FILTER (WHERE copies > 1)   AS first_day,
    max(day) FILTER (WHERE copies > 1)   AS last_day,
    min(event_key) FILTER (WHERE copies > 1) AS an_event_key
FROM counted
GROUP BY log
ORDER BY doubled DESC, log;
