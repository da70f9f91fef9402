-- Question:   Which rules find more, or less, than they used to? Findings of each rule and day beside
--             the mean of the days before it, days without findings counted as none.
-- Parameters: the timestamps, the same at both places: from when, and until when, exclusive, event
--             time; two weeks make a fair mean.
-- Cost:       reads the table findings between the two, five of its columns, twice.
WITH days AS (
    SELECT day
    FROM (
        SELECT min(date(time_dt)) AS first_day, max(date(time_dt)) AS last_day
        FROM findings
        WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
          AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    )
    CROSS JOIN UNNEST(sequence(first_day, last_day)) AS calendar (day)
),
of_day AS (
    SELECT rule_id, rule_title, severity, severity_id, date(time_dt) AS day,
           count(*) AS findings, count(DISTINCT entity) AS entities
    FROM findings
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    GROUP BY rule_id, rule_title, severity, severity_id, date(time_dt)
),
rules AS (
    SELECT rule_id, max_by(rule_title, day) AS rule_title, max_by(severity, day) AS severity,
           max_by(severity_id, day) AS severity_id
    FROM of_day
    GROUP BY rule_id
),
series AS (
    SELECT
        days.day, rules.severity, rules.severity_id, rules.rule_title, rules.rule_id,
        coalesce(sum(of_day.findings), 0) AS findings,
        coalesce(sum(of_day.entities), 0) AS entities
    FROM rules
    CROSS JOIN days
    LEFT JOIN of_day ON of_day.rule_id = rules.rule_id AND of_day.day = days.day
    GROUP BY 1, 2, 3, 4, 5
),
compared AS (
    SELECT *,
           avg(CAST(findings AS double)) OVER (
               PARTITION BY rule_id ORDER BY day
               ROWS BETWEEN 14 PRECEDING AND 1 PRECEDING) AS mean_before
    FROM series
)
SELECT
    day,
    severity,
    rule_title,
    findings,
    entities,
    round(mean_before, 2)                AS mean_before,
    round(findings - mean_before, 2)     AS change
FROM compared
WHERE findings > 0 OR mean_before > 0
ORDER BY day DESC, abs(findings - coalesce(mean_before, 0)) DESC, severity_id DESC, rule_title,
         rule_id
LIMIT 200;
