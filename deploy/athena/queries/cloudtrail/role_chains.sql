-- Question:   Which roles were assumed with the session of another role, and whereto does the chain go?
--             One row per role assumed that way, with the roles before the caller's own where there are some.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive.
-- Cost:       reads the days of cloud_trail between the two, nine columns; request and response are wide.
WITH hops AS (
    SELECT
        actor.session.issuer             AS from_role,
        json_extract_scalar(api.request.data, '$.roleArn') AS to_role,
        actor.user.credential_uid        AS key_used,
        json_extract_scalar(api.response.data, '$.credentials.accessKeyId') AS key_given,
        src_endpoint.ip                  AS address,
        time_dt
    FROM cloud_trail
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
      AND api.operation = 'AssumeRole'
      AND actor.user.type = 'AssumedRole'
      AND api.response.error IS NULL
)
SELECT
    array_join(array_sort(array_agg(DISTINCT earlier.from_role)), ' ') AS before,
    hop.from_role,
    hop.to_role,
    regexp_extract(hop.from_role, '::([0-9]{12}):', 1)
        <> regexp_extract(hop.to_role, '::([0-9]{12}):', 1) AS leaves_account,
    count(DISTINCT hop.key_given)        AS sessions,
    array_join(array_sort(array_agg(DISTINCT hop.address)), ' ') AS addresses,
    min(hop.time_dt)                     AS first_seen,
    max(hop.time_dt)                     AS last_seen
FROM hops AS hop
LEFT JOIN hops AS earlier ON earlier.key_given = hop.key_used
GROUP BY hop.from_role, hop.to_role
ORDER BY before DESC, hop.from_role, hop.to_role
LIMIT 500;
