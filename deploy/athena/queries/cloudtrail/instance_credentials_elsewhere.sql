-- Question:   Which credentials of EC2 instances are used from more than one address? A machine has one way
--             out; a second one is somebody who took the credentials along.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive.
-- Cost:       reads the days of cloud_trail between the two, seven columns of them.
WITH uses AS (
    SELECT
        regexp_extract(actor.user.uid, 'i-[0-9a-f]+$') AS instance,
        actor.session.issuer             AS role,
        src_endpoint.ip                  AS address,
        min(src_endpoint.location.country) AS country,
        count(*)                         AS calls,
        count(api.response.error)        AS refused_or_failed,
        count(DISTINCT api.operation)    AS operations,
        min(time_dt)                     AS first_seen,
        max(time_dt)                     AS last_seen
    FROM cloud_trail
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
      AND actor.user.type = 'AssumedRole'
      AND regexp_like(actor.user.uid, '/i-[0-9a-f]+$')
      AND src_endpoint.ip IS NOT NULL
    GROUP BY 1, 2, 3
),
counted AS (
    SELECT *, count(*) OVER (PARTITION BY instance) AS addresses
    FROM uses
)
SELECT
    instance, role, address, country, calls, refused_or_failed, operations, first_seen, last_seen
FROM counted
WHERE addresses > 1
ORDER BY instance, calls DESC, address
LIMIT 500;
