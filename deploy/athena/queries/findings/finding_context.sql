-- Question:   What else did the entity of a finding do, from an hour before its first event to an
--             hour after its last? The events that prove the finding are marked.
-- Parameters: the subquery in WHERE takes the most severe finding about a principal; put the id of
--             another in its place, as findings_triage.sql gives it. The timestamp: from when
--             CloudTrail is read.
-- Cost:       reads the days of cloud_trail from the timestamp on: name the day before the finding.
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
WHERE finding.id = (
        SELECT id FROM findings
        WHERE entity_type = 'principal'
        ORDER BY severity_id DESC, time_dt, id
        LIMIT 1)
  AND call.time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
ORDER BY call.time_dt, call.event_key
LIMIT 1000;
