-- Question:   Which rules cry wolf, and what would silence them? Rules with the entity that has most
--             of their findings, the days it has them on, and whether any other rule found something
--             of the same entities: what a filter in the rules folder should name. Sessions of a role
--             are one entity, those of people in IAM Identity Center one each.
-- Parameters: the timestamp in WHERE: from when, event time. In HAVING: findings from which a rule is
--             worth it.
-- Cost:       reads the table findings from that day on, without the columns that are not named.
WITH named AS (
    SELECT *,
           if(strpos(entity, ':assumed-role/AWSReservedSSO_') > 0,
              entity,
              regexp_replace(entity, '^(arn:[^:]+:sts::\d+:assumed-role/[^/]+)/.*$', '$1')) AS who
    FROM findings
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
),
of_entity AS (
    SELECT
        rule_id, who,
        max_by(rule_title, time_dt)      AS rule_title,
        max_by(severity, time_dt)        AS severity,
        count(*)                         AS findings,
        count(DISTINCT date(time_dt))    AS days
    FROM named
    GROUP BY rule_id, who
),
company AS (
    SELECT *, count(*) OVER (PARTITION BY who) - 1 AS other_rules,
           row_number() OVER (PARTITION BY rule_id ORDER BY findings DESC, days DESC, who) AS rank
    FROM of_entity
)
SELECT
    max(rule_title)                      AS rule_title,
    max(severity)                        AS severity,
    sum(findings)                        AS findings,
    count(*)                             AS entities,
    max(who) FILTER (WHERE rank = 1)  AS noisiest_entity,
    max(findings) FILTER (WHERE rank = 1) AS of_noisiest,
    max(days) FILTER (WHERE rank = 1)    AS days_of_noisiest,
    round(100.0 * max(findings) FILTER (WHERE rank = 1) / sum(findings), 1) AS percent_of_noisiest,
    count_if(other_rules > 0)            AS entities_with_other_rules,
    rule_id
FROM company
GROUP BY rule_id
HAVING sum(findings) >= 2
-- alone with its claim, day after day: the first to look at
ORDER BY CAST(count_if(other_rules > 0) AS double) / count(*), days_of_noisiest DESC,
         findings DESC, rule_title, rule_id
LIMIT 50;
