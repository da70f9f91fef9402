-- Question:   Who gave rights to whom? Policies, keys, passwords, group members and trust, with what
--             makes a row urgent: administrator rights, everything allowed, or somebody outside.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive.
-- Cost:       reads the days of cloud_trail between the two, nine columns; the request is the wide one.
SELECT
    time_dt,
    cloud.account.uid                    AS account,
    api.operation                        AS operation,
    coalesce(json_extract_scalar(api.request.data, '$.userName'),
             json_extract_scalar(api.request.data, '$.roleName'),
             json_extract_scalar(api.request.data, '$.groupName'),
             json_extract_scalar(api.request.data, '$.policyArn'),
             'the caller')               AS given_to,
    coalesce(json_extract_scalar(api.request.data, '$.policyArn'),
             json_extract_scalar(api.request.data, '$.policyName'),
             json_extract_scalar(api.response.data, '$.accessKey.accessKeyId')) AS what,
    CASE
        WHEN json_extract_scalar(api.request.data, '$.policyArn') LIKE '%/AdministratorAccess'
            THEN 'administrator'
        WHEN regexp_like(json_extract_scalar(api.request.data, '$.policyDocument'),
             '"Effect"\s*:\s*"Allow"')
         AND regexp_like(json_extract_scalar(api.request.data, '$.policyDocument'),
             '"Action"\s*:\s*(\[\s*)?"\*"')
            THEN 'everything allowed'
        WHEN regexp_like(coalesce(
                 json_extract_scalar(api.request.data, '$.assumeRolePolicyDocument'),
                 json_extract_scalar(api.request.data, '$.policyDocument')),
             'arn:aws[a-z-]*:iam::(?!' || cloud.account.uid || ')[0-9]{12}:|"AWS"\s*:\s*"\*"')
            THEN 'another account'
    END                                  AS urgent,
    coalesce(api.response.error, 'done') AS outcome,
    actor.user.uid                       AS who,
    src_endpoint.ip                      AS address,
    event_key
FROM cloud_trail
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND api.service.name = 'iam.amazonaws.com'
  AND (api.operation LIKE 'Attach%Policy'
       OR api.operation LIKE 'Put%Policy'
       OR api.operation LIKE '%PermissionsBoundary'
       OR api.operation IN ('CreateUser', 'CreateRole', 'CreateAccessKey', 'UpdateAccessKey',
           'CreateLoginProfile', 'UpdateLoginProfile', 'AddUserToGroup', 'UpdateAssumeRolePolicy',
           'CreatePolicyVersion', 'SetDefaultPolicyVersion', 'AddRoleToInstanceProfile',
           'DeactivateMFADevice', 'CreateSAMLProvider', 'UpdateSAMLProvider',
           'CreateOpenIDConnectProvider', 'UploadSSHPublicKey'))
ORDER BY time_dt, event_key
LIMIT 1000;
