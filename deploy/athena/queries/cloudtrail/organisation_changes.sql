-- Question:   What changed in the organisation: accounts, policies, delegated administrators, Regions?
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive.
-- Cost:       reads the days of cloud_trail between the two, eight columns; the request is the wide one.
SELECT
    time_dt,
    cloud.account.uid                    AS account,
    api.service.name                     AS service,
    api.operation                        AS operation,
    api.request.data                     AS what,
    coalesce(api.response.error, 'done') AS outcome,
    actor.user.uid                       AS who,
    src_endpoint.ip                      AS address,
    event_key
FROM cloud_trail
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND api.service.name IN ('organizations.amazonaws.com', 'account.amazonaws.com')
  AND element_at(unmapped, 'readOnly') = 'false'
ORDER BY time_dt, event_key
LIMIT 500;
