-- Question:   What did one principal do, call by call?
-- Parameters: the literal in the first WHERE: an ARN of a user, a role or a session; a session ARN
--             gives one session, a role ARN all of them. The timestamps: from when, and until when.
-- Cost:       reads the days of cloud_trail between the two: name the days of the case.
SELECT
    time_dt,
    cloud.account.uid                    AS account,
    cloud.region                         AS region,
    api.service.name                     AS service,
    api.operation                        AS operation,
    api.response.error                   AS error,
    coalesce(src_endpoint.ip, src_endpoint.domain) AS source,
    src_endpoint.location.country        AS country,
    actor.user.uid                       AS session,
    actor.user.credential_uid            AS access_key,
    substr(api.request.data, 1, 200)     AS request,
    event_key
FROM cloud_trail
WHERE 'arn:aws:iam::444455556666:user/svc-backup' IN (actor.user.uid, actor.session.issuer)
  AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
ORDER BY time_dt, event_key
LIMIT 1000;
