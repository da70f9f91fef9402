-- Question:   Who called what, from where, and did it work? CloudTrail in flat columns; who is the person
--             of IAM Identity Center, the role whatever its session, the user, or the service.
-- Parameters: none; a condition on time_dt around the view reaches the table.
-- Cost:       reads the days of cloud_trail that are asked for; columns nobody names are not read.
-- Key:        event_key.
CREATE OR REPLACE VIEW api_calls AS
SELECT
    time_dt,
    cloud.account.uid                    AS account,
    cloud.region                         AS region,
    CASE WHEN actor.session.issuer LIKE '%/AWSReservedSSO_%' THEN actor.user.uid
         ELSE coalesce(actor.session.issuer, actor.user.uid, actor.user.name, actor.user.type)
    END                                  AS who,
    actor.user.type                      AS who_type,
    actor.user.uid                       AS session,
    actor.user.credential_uid            AS access_key,
    api.service.name                     AS service,
    api.operation                        AS operation,
    element_at(unmapped, 'readOnly') = 'false' AS writes,
    api.response.error                   AS error,
    coalesce(src_endpoint.ip, src_endpoint.domain) AS source,
    src_endpoint.location.country        AS country,
    http_request.user_agent              AS user_agent,
    api.request.data                     AS request,
    event_key
FROM cloud_trail;
