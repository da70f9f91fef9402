-- Question:   Who is refused most, and over how many different operations? Many different ones of one
--             caller in a short time is somebody finding out what a key may do.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive.
-- Cost:       reads the days of cloud_trail between the two, eight columns of them.
SELECT
    cloud.account.uid                    AS account,
    CASE WHEN actor.session.issuer LIKE '%/AWSReservedSSO_%' THEN actor.user.uid
         ELSE coalesce(actor.session.issuer, actor.user.uid, actor.user.name, actor.user.type)
    END                                  AS who,
    count(*)                             AS refused,
    count(DISTINCT (api.service.name, api.operation)) AS operations,
    count(DISTINCT api.service.name)     AS services,
    count(DISTINCT src_endpoint.ip)      AS addresses,
    date_diff('second', min(time_dt), max(time_dt)) AS seconds,
    min(time_dt)                         AS first_seen,
    max(time_dt)                         AS last_seen,
    array_join(slice(array_sort(array_agg(DISTINCT
        replace(api.service.name, '.amazonaws.com') || ':' || api.operation)), 1, 10), ' ') AS examples
FROM cloud_trail
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND regexp_like(api.response.error, 'AccessDenied|UnauthorizedOperation|Forbidden|NotAuthorized')
GROUP BY 1, 2
ORDER BY operations DESC, refused DESC, account, who
LIMIT 100;
