-- Question:   Who changed what? Calls that write, by caller, service and operation; people of IAM
--             Identity Center by name, other roles without their sessions.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive. For one caller add a
--             condition on actor.user.uid or actor.session.issuer.
-- Cost:       reads the days of cloud_trail between the two, seven columns of them.
SELECT
    cloud.account.uid                    AS account,
    CASE WHEN actor.session.issuer LIKE '%/AWSReservedSSO_%' THEN actor.user.uid
         ELSE coalesce(actor.session.issuer, actor.user.uid, actor.user.name, actor.user.type)
    END                                  AS who,
    api.service.name                     AS service,
    api.operation                        AS operation,
    count(*)                             AS calls,
    count(api.response.error)            AS refused_or_failed,
    count(DISTINCT coalesce(src_endpoint.ip, src_endpoint.domain)) AS sources,
    min(time_dt)                         AS first_seen,
    max(time_dt)                         AS last_seen
FROM cloud_trail
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND element_at(unmapped, 'readOnly') = 'false'
  AND actor.user.type <> 'AWSService'
GROUP BY 1, 2, 3, 4
ORDER BY account, who, calls DESC, service, operation
LIMIT 1000;
