-- Question:   Which buckets were opened to everyone, or lost a lock against it? A policy whose condition may
--             narrow it is told apart.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive.
-- Cost:       reads the days of cloud_trail between the two, nine columns; the request is the wide one.
WITH calls AS (
    SELECT
        *,
        -- A policy of one statement may have it without a list around it.
        filter(
            coalesce(
                try(CAST(json_extract(api.request.data, '$.bucketPolicy.Statement') AS array(json))),
                ARRAY[json_extract(api.request.data, '$.bucketPolicy.Statement')]),
            statement -> json_extract_scalar(statement, '$.Effect') = 'Allow'
                AND (json_extract_scalar(statement, '$.Principal') = '*'
                     OR json_extract_scalar(statement, '$.Principal.AWS') = '*'
                     OR json_format(json_extract(statement, '$.Principal.AWS')) LIKE '%"*"%'))
                                         AS for_everyone
    FROM cloud_trail
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
      AND api.service.name IN ('s3.amazonaws.com', 's3express.amazonaws.com')
)
SELECT
    time_dt,
    cloud.account.uid                    AS account,
    coalesce(json_extract_scalar(api.request.data, '$.bucketName'), 'all of the account') AS bucket,
    CASE
        WHEN api.operation LIKE 'Delete%PublicAccessBlock' THEN 'lock removed'
        WHEN api.operation LIKE '%PublicAccessBlock' THEN 'lock loosened'
        WHEN api.operation <> 'PutBucketPolicy' THEN 'access list for everyone'
        WHEN any_match(for_everyone, s -> json_extract(s, '$.Condition') IS NULL)
            THEN 'policy for everyone'
        ELSE 'policy for everyone, on a condition'
    END                                  AS change,
    coalesce(api.response.error, 'done') AS outcome,
    actor.user.uid                       AS who,
    src_endpoint.ip                      AS address,
    api.operation                        AS operation,
    substr(api.request.data, 1, 400)     AS request,
    event_key
FROM calls
WHERE api.operation LIKE 'Delete%PublicAccessBlock'
   OR (api.operation LIKE 'Put%PublicAccessBlock' AND api.request.data LIKE '%false%')
   OR (api.operation = 'PutBucketPolicy' AND cardinality(for_everyone) > 0)
   OR (api.operation IN ('CreateBucket', 'PutBucketAcl', 'PutObjectAcl', 'PutObject')
       AND regexp_like(api.request.data,
           'public-read|authenticated-read|global/(AllUsers|AuthenticatedUsers)'))
ORDER BY time_dt, event_key
LIMIT 500;
