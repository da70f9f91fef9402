-- Question:   Who signed in to the console, or tried to, from where, and with MFA? Also switches of roles.
-- Parameters: none; a condition on time_dt around the view reaches the table.
-- Cost:       reads the days of cloud_trail that are asked for; columns nobody names are not read.
-- Key:        event_key.
CREATE OR REPLACE VIEW console_sign_ins AS
SELECT
    time_dt,
    cloud.account.uid                    AS account,
    api.operation                        AS operation,
    actor.user.type                      AS who_type,
    coalesce(user.name, actor.user.name, actor.user.uid,
             json_extract_scalar(element_at(unmapped, 'additionalEventData'), '$.UserName'),
             actor.user.type)            AS who,
    status = 'Success'                   AS succeeded,
    -- Of federated people only their identity provider knows.
    IF(actor.user.type IN ('IAMUser', 'Root'), coalesce(is_mfa, false)) AS with_mfa,
    api.response.message                 AS message,
    src_endpoint.ip                      AS address,
    src_endpoint.location.country        AS country,
    http_request.user_agent              AS user_agent,
    event_key
FROM cloud_trail
WHERE api.service.name = 'signin.amazonaws.com'
  AND api.operation IN ('ConsoleLogin', 'SwitchRole', 'CheckMfa', 'UserAuthentication');
