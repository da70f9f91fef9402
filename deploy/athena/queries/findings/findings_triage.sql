-- Question:   What needs a look first? Findings of one rule about one entity, gathered, the most
--             severe and the latest first.
-- Parameters: the timestamp in WHERE: from when, event time.
-- Cost:       reads the table findings from that day on, without the columns that are not named.
SELECT
    severity,
    rule_title,
    entity,
    account,
    count(*)                             AS findings,
    sum("count")                         AS events,
    min(first_seen)                      AS first_seen,
    max(last_seen)                       AS last_seen,
    array_join(max_by(techniques, time_dt), ' ') AS techniques,
    max_by(message, time_dt)             AS latest,
    max_by(id, time_dt)                  AS latest_id
FROM findings
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
GROUP BY severity, severity_id, rule_id, rule_title, entity, account
ORDER BY severity_id DESC, last_seen DESC, rule_title, entity
LIMIT 100;
