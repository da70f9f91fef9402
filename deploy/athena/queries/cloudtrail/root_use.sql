-- Question:   What was done with root users? Nearly nothing needs one: every row wants a reason.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive.
-- Cost:       reads the days of cloud_trail between the two, nine columns of them.
SELECT
    time_dt,
    cloud.account.uid                    AS account,
    api.service.name                     AS service,
    api.operation                        AS operation,
    coalesce(api.response.error, status) AS outcome,
    IF(api.operation = 'ConsoleLogin', is_mfa, actor.session.is_mfa) AS is_mfa,
    src_endpoint.ip                      AS address,
    src_endpoint.location.country        AS country,
    actor.user.credential_uid            AS access_key,
    http_request.user_agent              AS user_agent,
    event_key
FROM cloud_trail
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND actor.user.type = 'Root'
  -- Services that act for the account show as root, too.
  AND actor.invoked_by IS NULL
ORDER BY time_dt, event_key
LIMIT 500;
