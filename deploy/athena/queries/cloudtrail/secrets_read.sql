-- Question:   Who read secrets: of Secrets Manager, decrypted parameters, passwords of Windows machines?
--             Many different ones in a short time are a harvest.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive.
-- Cost:       reads the days of cloud_trail between the two, eight columns; the request is the wide one.
SELECT
    cloud.account.uid                    AS account,
    CASE WHEN actor.session.issuer LIKE '%/AWSReservedSSO_%' THEN actor.user.uid
         ELSE coalesce(actor.session.issuer, actor.user.uid, actor.user.name, actor.user.type)
    END                                  AS who,
    src_endpoint.ip                      AS address,
    count(*)                             AS calls,
    count(api.response.error)            AS refused_or_failed,
    count(DISTINCT coalesce(
        json_extract_scalar(api.request.data, '$.secretId'),
        json_extract_scalar(api.request.data, '$.name'),
        json_extract_scalar(api.request.data, '$.path'),
        json_extract_scalar(api.request.data, '$.instanceId'),
        json_format(json_extract(api.request.data, '$.secretIdList')),
        json_format(json_extract(api.request.data, '$.names')))) AS different,
    date_diff('second', min(time_dt), max(time_dt)) AS seconds,
    array_join(array_sort(array_agg(DISTINCT api.operation)), ' ') AS operations,
    min(time_dt)                         AS first_seen,
    max(time_dt)                         AS last_seen
FROM cloud_trail
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND (api.operation IN ('GetSecretValue', 'BatchGetSecretValue', 'GetPasswordData')
       OR (api.operation IN ('GetParameter', 'GetParameters', 'GetParametersByPath')
           AND json_extract_scalar(api.request.data, '$.withDecryption') = 'true'))
GROUP BY 1, 2, 3
ORDER BY different DESC, calls DESC, account, who, address
LIMIT 200;
