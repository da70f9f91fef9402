-- Question:   Is a rule on trial fit to be enabled? For each: findings a day, entities, the share of
--             the noisiest, and how many of its findings rest on events that an enabled rule found
--             as well: what it finds alone is what it would add.
-- Parameters: the timestamps, the same at both places: from when, event time.
-- Cost:       reads the tables findings_dry_run and findings from that day on, few columns.
WITH trial AS (
    SELECT id, rule_id, rule_title, severity, entity, evidence, date(time_dt) AS day
    FROM findings_dry_run
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
),
proven AS (
    SELECT DISTINCT event_key
    FROM findings
    CROSS JOIN UNNEST(evidence) AS proof (event_key)
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
),
overlap AS (
    SELECT trial.id, count(proven.event_key) > 0 AS is_known
    FROM trial
    CROSS JOIN UNNEST(trial.evidence) AS proof (event_key)
    LEFT JOIN proven ON proven.event_key = proof.event_key
    GROUP BY trial.id
),
of_entity AS (
    SELECT trial.rule_id, trial.entity,
           max(trial.rule_title)         AS rule_title,
           max(trial.severity)           AS severity,
           count(*)                      AS findings,
           count_if(coalesce(overlap.is_known, false)) AS known,
           array_agg(DISTINCT trial.day) AS days
    FROM trial
    LEFT JOIN overlap ON overlap.id = trial.id
    GROUP BY trial.rule_id, trial.entity
)
SELECT
    max(rule_title)                      AS rule_title,
    max(severity)                        AS severity,
    sum(findings)                        AS findings,
    count(*)                             AS entities,
    cardinality(array_distinct(flatten(array_agg(days)))) AS days_with_findings,
    round(100.0 * max(findings) / sum(findings), 1) AS percent_of_noisiest,
    sum(known)                           AS found_by_enabled_rules,
    sum(findings) - sum(known)           AS found_alone,
    rule_id
FROM of_entity
GROUP BY rule_id
ORDER BY findings DESC, rule_title, rule_id;
