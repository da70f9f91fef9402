-- Question:   Whom do different findings point at? Entities by the kinds of behaviour found of them:
--             many rules about one entity weigh more than many findings of one rule.
-- Parameters: the timestamp in WHERE: from when, event time.
-- Cost:       reads the table findings from that day on, without the columns that are not named.
WITH of_rule AS (
    SELECT
        entity_type, entity, account, rule_id, rule_title, severity_id,
        count(*)                         AS findings,
        min(first_seen)                  AS first_seen,
        max(last_seen)                   AS last_seen,
        flatten(array_agg(techniques))   AS techniques
    FROM findings
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
    GROUP BY entity_type, entity, account, rule_id, rule_title, severity_id
)
SELECT
    entity_type,
    entity,
    account,
    -- each rule counts once, by its severity: low 2, medium 3, high 4, critical 5, squared
    sum(severity_id * severity_id)       AS weight,
    count(*)                             AS rules,
    sum(findings)                        AS findings,
    max(severity_id)                     AS highest_severity_id,
    cardinality(array_distinct(flatten(array_agg(techniques)))) AS technique_count,
    array_join(array_sort(array_distinct(flatten(array_agg(techniques)))), ' ') AS techniques,
    array_join(array_sort(array_agg(rule_title)), '; ') AS rule_titles,
    min(first_seen)                      AS first_seen,
    max(last_seen)                       AS last_seen
FROM of_rule
GROUP BY entity_type, entity, account
ORDER BY weight DESC, findings DESC, entity_type, entity, account
LIMIT 100;
