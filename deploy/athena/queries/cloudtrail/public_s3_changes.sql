-- Question:   Which buckets were opened, or had a lock against opening removed? A policy for everyone may
--             carry a condition that narrows it: read request before you act.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive.
-- Cost:       reads the days of cloud_trail between the two, nine columns; the request is the wide one.
SELECT
    time_dt,
    cloud.account.uid                    AS account,
    coalesce(json_extract_scalar(api.request.data, '$.bucketName'), 'all of the account') AS bucket,
    CASE
        WHEN api.operation LIKE 'Delete%PublicAccessBlock' THEN 'lock removed'
        WHEN api.operation LIKE '%PublicAccessBlock' THEN 'lock loosened'
        WHEN api.operation = 'PutBucketPolicy' THEN 'policy for everyone'
        ELSE 'list for everyone'
    END                                  AS change,
    coalesce(api.response.error, 'done') AS outcome,
    actor.user.uid                       AS who,
    src_endpoint.ip                      AS address,
    api.operation                        AS operation,
    substr(api.request.data, 1, 400)     AS request,
    event_key
FROM cloud_trail
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND api.service.name IN ('s3.amazonaws.com', 's3express.amazonaws.com')
  AND (api.operation LIKE 'Delete%PublicAccessBlock'
       OR (api.operation LIKE 'Put%PublicAccessBlock' AND api.request.data LIKE '%false%')
       OR (api.operation = 'PutBucketPolicy'
           AND regexp_like(api.request.data, '"Effect": *"Allow"')
           AND regexp_like(api.request.data,
               '"Principal": *("\*"|\{ *"AWS": *("\*"|\[[^\]]*"\*"))'))
       OR (api.operation IN ('CreateBucket', 'PutBucketAcl', 'PutObjectAcl', 'PutObject')
           AND regexp_like(api.request.data,
               'public-read|authenticated-read|global/(AllUsers|AuthenticatedUsers)')))
ORDER BY time_dt, event_key
LIMIT 500;
