-- Question:   Who signed in to the console without MFA? IAM users and root; federated people prove
--             themselves to their identity provider, where CloudTrail cannot see how.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive.
-- Cost:       reads the days of cloud_trail between the two, eight columns of them.
SELECT
    cloud.account.uid                    AS account,
    actor.user.type                      AS type,
    coalesce(actor.user.name, actor.user.uid) AS who,
    count(*)                             AS sign_ins,
    count(DISTINCT src_endpoint.ip)      AS addresses,
    array_join(array_sort(array_agg(DISTINCT src_endpoint.location.country)), ' ') AS countries,
    min(time_dt)                         AS first_seen,
    max(time_dt)                         AS last_seen,
    max_by(src_endpoint.ip, (time_dt, event_key)) AS last_address
FROM cloud_trail
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND api.service.name = 'signin.amazonaws.com'
  AND api.operation = 'ConsoleLogin'
  AND status = 'Success'
  AND actor.user.type IN ('IAMUser', 'Root')
  AND NOT coalesce(is_mfa, false)
GROUP BY 1, 2, 3
ORDER BY last_seen DESC, account, who;
