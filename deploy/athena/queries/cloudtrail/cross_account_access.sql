-- Question:   Which other accounts call into ours, and may they? Accounts of our own stand in the list at
--             the end; put yours there.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive; the list of own accounts.
-- Cost:       reads the days of cloud_trail between the two, nine columns of them.
SELECT
    actor.user.account.uid               AS foreign_account,
    cloud.account.uid                    AS account,
    api.service.name                     AS service,
    api.operation                        AS operation,
    coalesce(json_extract_scalar(api.request.data, '$.roleArn'),
             json_extract_scalar(api.request.data, '$.bucketName')) AS target,
    count(*)                             AS calls,
    count(api.response.error)            AS refused_or_failed,
    array_join(array_sort(array_agg(DISTINCT src_endpoint.ip)), ' ') AS addresses,
    array_join(array_sort(array_agg(DISTINCT src_endpoint.location.country)), ' ') AS countries,
    min(time_dt)                         AS first_seen,
    max(time_dt)                         AS last_seen
FROM cloud_trail
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND actor.user.account.uid <> cloud.account.uid
  AND actor.user.account.uid NOT IN ('111122223333', '444455556666', '777788889999')
GROUP BY 1, 2, 3, 4, 5
ORDER BY last_seen DESC, foreign_account, account, service, operation, target
LIMIT 500;
