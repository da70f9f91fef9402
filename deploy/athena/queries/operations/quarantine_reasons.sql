-- Question:   What can we not read, why, and can it be replayed? Pieces by reason and source, with an
--             example of each, and how many of them keep all their bytes.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, time of arrival.
-- Cost:       reads quarantine of these days; payload, its largest column, for the sizes and examples.
--             Leave out payload_bytes and example where there is much.
SELECT
    stage,
    reason,
    coalesce(kind, 'unknown')            AS kind,
    regexp_replace(source, '(/\d{4}(/\d{2}){0,3})?/[^/]*$', '') AS origin,
    coalesce(account, '')                AS account,
    coalesce(log_group, '')              AS log_group,
    count(*)                             AS pieces,
    count_if(total_bytes IS NULL OR total_bytes <= length(payload)) AS whole,
    sum(length(payload))                 AS payload_bytes,
    min(arrival_time)                    AS first_arrival,
    max(arrival_time)                    AS last_arrival,
    min_by(detail, payload)              AS detail,
    substr(regexp_replace(from_utf8(min(payload)), '[^ -~]', '.'), 1, 120) AS example
FROM quarantine
WHERE arrival_time >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND arrival_time < TIMESTAMP '2100-01-01 00:00:00 UTC'
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY pieces DESC, stage, reason, kind, origin, account, log_group
LIMIT 100;
