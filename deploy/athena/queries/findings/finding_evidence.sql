-- Question:   Which events prove a finding? The events whose keys it names, from whichever table
--             holds them, in order and as they were received.
-- Parameters: the subquery takes the high finding that rests on most events; put the id of another in
--             its place, as findings_triage.sql gives it. The timestamp, the same in all branches:
--             from when events are read; name the day of the finding.
-- Cost:       reads five event tables from the timestamp on; within, files whose bloom filter of
--             event_key knows none of the keys are skipped where the table has one.
WITH proof AS (
    SELECT rule_title, event_key
    FROM findings
    CROSS JOIN UNNEST(evidence) AS key (event_key)
    WHERE id = (
        SELECT id FROM findings
        WHERE severity = 'high'
        ORDER BY cardinality(evidence) DESC, time_dt, id
        LIMIT 1)
),
events AS (
    SELECT 'cloud_trail' AS log, event_key, time_dt, actor.user.uid AS who,
           coalesce(src_endpoint.ip, src_endpoint.domain) AS source,
           api.operation AS what, status AS outcome, raw_data
    FROM cloud_trail
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
    UNION ALL
    SELECT 'vpc_flow', event_key, time_dt,
           coalesce(src_endpoint.interface_uid, dst_endpoint.interface_uid), src_endpoint.ip,
           concat(dst_endpoint.ip, ' port ', CAST(dst_endpoint.port AS varchar)), action, raw_data
    FROM vpc_flow
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
    UNION ALL
    SELECT 'app_events', event_key, time_dt, "user", source_ip, type, outcome, raw_data
    FROM app_events
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
    UNION ALL
    SELECT 'http_activity', event_key, time_dt, http_request.user_agent, src_endpoint.ip,
           concat(http_request.http_method, ' ', http_request.url.url_string), status, raw_data
    FROM http_activity
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
    UNION ALL
    SELECT 'dns_activity', event_key, time_dt, src_endpoint.instance_uid, src_endpoint.ip,
           concat(query.type, ' ', query.hostname), rcode, raw_data
    FROM dns_activity
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
)
SELECT proof.rule_title, log, time_dt, who, source, what, outcome, event_key, raw_data
FROM proof
JOIN events USING (event_key)
ORDER BY time_dt, event_key
LIMIT 1000;
