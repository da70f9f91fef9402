-- Question:   Who opened which session of a role, with which credentials, and which did it get? Follow
--             access_key to the calls that were made with it.
-- Parameters: none; a condition on time_dt around the view reaches the table.
-- Cost:       reads the days of cloud_trail that are asked for; request and response are wide columns.
-- Key:        event_key.
CREATE OR REPLACE VIEW role_sessions AS
SELECT
    time_dt,
    cloud.account.uid                    AS account,
    api.operation                        AS operation,
    json_extract_scalar(api.request.data, '$.roleArn') AS role,
    json_extract_scalar(api.request.data, '$.roleSessionName') AS session_name,
    json_extract_scalar(api.response.data, '$.assumedRoleUser.arn') AS session,
    json_extract_scalar(api.response.data, '$.credentials.accessKeyId') AS access_key,
    coalesce(actor.session.issuer, actor.user.uid, actor.user.name, actor.user.account.uid,
             actor.user.type)            AS opened_by,
    actor.user.credential_uid            AS opened_with,
    api.response.error                   AS error,
    coalesce(src_endpoint.ip, src_endpoint.domain) AS source,
    event_key
FROM cloud_trail
WHERE api.service.name = 'sts.amazonaws.com'
  AND api.operation LIKE 'AssumeRole%';
