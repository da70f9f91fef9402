-- Question:   What else did the entity of a finding do, from an hour before its first event to an
--             hour after its last? The events that prove the finding are marked.
-- Parameters: 1  id of the finding, such as findings_triage.sql gives it: '0f3c...'
--             2  from when CloudTrail is read: TIMESTAMP '2026-03-01 00:00:00 UTC'
-- Cost:       reads the days of cloud_trail from parameter 2 on: name the day before the finding.
SELECT
    call.time_dt,
    contains(finding.evidence, call.event_key) AS is_evidence,
    call.api.service.name                AS service,
    call.api.operation                   AS operation,
    call.status                          AS status,
    call.api.response.error              AS error,
    call.actor.user.uid                  AS actor,
    call.actor.user.credential_uid       AS access_key,
    coalesce(call.src_endpoint.ip, call.src_endpoint.domain) AS source,
    call.cloud.region                    AS region,
    call.http_request.user_agent         AS user_agent,
    call.event_key                       AS event_key
FROM findings AS finding
JOIN cloud_trail AS call
  ON call.time_dt BETWEEN finding.first_seen - INTERVAL '1' HOUR
                      AND finding.last_seen + INTERVAL '1' HOUR
 AND (contains(finding.evidence, call.event_key)
      OR finding.entity IN (call.actor.user.uid, call.actor.session.issuer, call.src_endpoint.ip))
WHERE finding.id = ?
  AND call.time_dt >= ?
ORDER BY call.time_dt, call.event_key
LIMIT 1000;
