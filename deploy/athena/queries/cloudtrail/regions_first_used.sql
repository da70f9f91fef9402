-- Question:   Which Regions does an account use that it did not use on its first day in the table? An
--             attacker likes Regions where nobody looks.
-- Parameters: the timestamp: how far back; and until when, exclusive.
-- Cost:       reads the days of cloud_trail between the two, seven columns of them.
WITH regions AS (
    SELECT
        cloud.account.uid                AS account,
        cloud.region                     AS region,
        count(*)                         AS calls,
        count(api.response.error)        AS refused_or_failed,
        array_join(slice(array_sort(array_agg(DISTINCT
            coalesce(actor.session.issuer, actor.user.uid, actor.user.type))), 1, 5), ' ') AS who,
        array_join(slice(array_sort(array_agg(DISTINCT api.operation)), 1, 10), ' ') AS operations,
        min(time_dt)                     AS first_seen
    FROM cloud_trail
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    GROUP BY 1, 2
),
known AS (
    SELECT *, min(first_seen) OVER (PARTITION BY account) AS account_first_seen
    FROM regions
)
SELECT account, region, first_seen, calls, refused_or_failed, who, operations
FROM known
WHERE first_seen >= account_first_seen + INTERVAL '1' DAY
ORDER BY first_seen DESC, account, region;
