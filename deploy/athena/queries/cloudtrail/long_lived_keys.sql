-- Question:   Which long-lived access keys are in use, by whom, from where and for what? Each is a secret
--             that can leak; roles need none.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive.
-- Cost:       reads the days of cloud_trail between the two, seven columns of them.
SELECT
    actor.user.credential_uid            AS access_key,
    max(actor.user.uid)                  AS owner,
    count(*)                             AS calls,
    count(api.response.error)            AS refused_or_failed,
    count(DISTINCT date_trunc('day', time_dt)) AS days,
    count(DISTINCT src_endpoint.ip)      AS addresses,
    array_join(array_sort(array_agg(DISTINCT src_endpoint.location.country)), ' ') AS countries,
    array_join(slice(array_sort(array_agg(DISTINCT
        replace(api.service.name, '.amazonaws.com'))), 1, 12), ' ') AS services,
    min(time_dt)                         AS first_seen,
    max(time_dt)                         AS last_seen
FROM cloud_trail
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND actor.user.credential_uid LIKE 'AKIA%'
GROUP BY actor.user.credential_uid
ORDER BY addresses DESC, calls DESC, access_key;
