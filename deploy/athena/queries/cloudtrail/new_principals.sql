-- Question:   Which principals called for the first time on the last day of the table? Roles count
--             as one whatever their sessions, people of IAM Identity Center each.
-- Parameters: the timestamp: how far back a principal is looked for. With days.latest in place of
--             the day of the newest event, another day is looked at.
-- Cost:       reads the days of cloud_trail from the timestamp on, seven columns; 30 days are enough
--             for most.
WITH days AS (
    SELECT date_trunc('day', max(time_dt)) AS latest
    FROM cloud_trail
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
),
calls AS (
    SELECT
        CASE WHEN actor.session.issuer LIKE '%/AWSReservedSSO_%' THEN actor.user.uid
             ELSE coalesce(actor.session.issuer, actor.user.uid)
        END                              AS principal,
        actor.user.type                  AS type,
        cloud.account.uid                AS account,
        api.operation                    AS operation,
        coalesce(src_endpoint.ip, src_endpoint.domain) AS source,
        src_endpoint.location.country    AS country,
        time_dt
    FROM cloud_trail
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
)
SELECT
    principal,
    min(type)                            AS type,
    min(time_dt)                         AS first_seen,
    count(*)                             AS calls,
    array_join(array_sort(array_agg(DISTINCT account)), ' ') AS accounts,
    array_join(array_sort(array_agg(DISTINCT source)), ' ')  AS sources,
    array_join(array_sort(array_agg(DISTINCT country)), ' ') AS countries,
    array_join(slice(array_sort(array_agg(DISTINCT operation)), 1, 10), ' ') AS operations
FROM calls
WHERE principal IS NOT NULL
GROUP BY principal
HAVING min(time_dt) >= (SELECT latest FROM days)
ORDER BY first_seen, principal
LIMIT 200;
