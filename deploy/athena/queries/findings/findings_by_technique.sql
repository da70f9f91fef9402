-- Question:   Which techniques of ATT&CK do we see, by which rules and of how many entities? A finding
--             counts for each of its techniques.
-- Parameters: the timestamp in WHERE: from when, event time.
-- Cost:       reads the table findings from that day on, without the columns that are not named.
SELECT
    technique,
    count(DISTINCT rule_id)              AS rules,
    count(DISTINCT entity)               AS entities,
    count(DISTINCT account)              AS accounts,
    count(*)                             AS findings,
    count_if(severity_id >= 4)           AS high_or_critical,
    min(first_seen)                      AS first_seen,
    max(last_seen)                       AS last_seen,
    array_join(array_sort(array_agg(DISTINCT rule_title)), '; ') AS rule_titles
FROM findings
CROSS JOIN UNNEST(techniques) AS tag (technique)
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
GROUP BY technique
ORDER BY entities DESC, findings DESC, technique;
