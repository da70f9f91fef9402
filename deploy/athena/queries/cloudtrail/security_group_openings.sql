-- Question:   Which security groups were opened to the whole Internet, for which ports?
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive.
-- Cost:       reads the days of cloud_trail between the two, eight columns; the request is the wide one.
WITH rules AS (
    SELECT
        time_dt, event_key, cloud, actor, src_endpoint, api,
        -- Rules stand in a list; old clients have one beside it, changes of a rule their own form.
        concat(
            coalesce(CAST(json_extract(api.request.data, '$.ipPermissions.items') AS array(json)),
                     ARRAY[]),
            IF(json_extract(api.request.data, '$.cidrIp') IS NULL, ARRAY[],
               ARRAY[json_extract(api.request.data, '$')]),
            IF(api.operation = 'ModifySecurityGroupRules', ARRAY[json_extract(api.request.data,
               '$.ModifySecurityGroupRulesRequest.SecurityGroupRule.SecurityGroupRule')],
               ARRAY[]))                 AS opened
    FROM cloud_trail
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
      AND api.operation IN ('AuthorizeSecurityGroupIngress', 'ModifySecurityGroupRules')
)
SELECT
    time_dt,
    cloud.account.uid                    AS account,
    cloud.region                         AS region,
    coalesce(json_extract_scalar(api.request.data, '$.groupId'),
             json_extract_scalar(api.request.data, '$.groupName'),
             json_extract_scalar(api.request.data, '$.ModifySecurityGroupRulesRequest.GroupId'))
                                         AS security_group,
    CASE WHEN coalesce(json_extract_scalar(rule, '$.ipProtocol'),
                       json_extract_scalar(rule, '$.IpProtocol')) = '-1' THEN 'all'
         ELSE concat(
             coalesce(json_extract_scalar(rule, '$.ipProtocol'),
                      json_extract_scalar(rule, '$.IpProtocol'), '?'), ' ',
             coalesce(json_extract_scalar(rule, '$.fromPort'),
                      json_extract_scalar(rule, '$.FromPort'), 'any'), '-',
             coalesce(json_extract_scalar(rule, '$.toPort'),
                      json_extract_scalar(rule, '$.ToPort'), 'any'))
    END                                  AS ports,
    IF(json_format(rule) LIKE '%"::/0"%',
       IF(json_format(rule) LIKE '%"0.0.0.0/0"%', 'IPv4 and IPv6', 'IPv6'), 'IPv4') AS opened_to,
    coalesce(api.response.error, 'done') AS outcome,
    actor.user.uid                       AS who,
    src_endpoint.ip                      AS address,
    event_key
FROM rules
CROSS JOIN UNNEST(opened) AS opening (rule)
WHERE json_format(rule) LIKE '%"0.0.0.0/0"%' OR json_format(rule) LIKE '%"::/0"%'
ORDER BY time_dt, event_key, ports
LIMIT 500;
