-- Question:   What did a role, such as that of the build, do on the last day of the table that it had not
--             done before? Only roles that were there before; people are left out.
-- Parameters: the timestamp: how far back the usual is learnt. With a condition on actor.session.issuer
--             one role is looked at.
-- Cost:       reads the days of cloud_trail from the timestamp on, seven columns; 30 days are enough for
--             most.
WITH days AS (
    SELECT date_trunc('day', max(time_dt)) AS latest
    FROM cloud_trail
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
),
uses AS (
    SELECT
        actor.session.issuer             AS role,
        api.service.name                 AS service,
        api.operation                    AS operation,
        count(*)                         AS calls,
        count(api.response.error)        AS refused_or_failed,
        array_join(array_sort(array_agg(DISTINCT src_endpoint.ip)), ' ') AS addresses,
        min(time_dt)                     AS first_seen
    FROM cloud_trail
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND actor.user.type = 'AssumedRole'
      AND actor.session.issuer NOT LIKE '%/AWSReservedSSO_%'
    GROUP BY 1, 2, 3
),
known AS (
    SELECT *, min(first_seen) OVER (PARTITION BY role) AS role_first_seen
    FROM uses
)
SELECT role, service, operation, calls, refused_or_failed, addresses, first_seen
FROM known
WHERE first_seen >= (SELECT latest FROM days)
  AND role_first_seen < (SELECT latest FROM days)
ORDER BY role, first_seen, service, operation
LIMIT 500;
