-- Question:   Which DNS queries are there, each once? Rows of dns_activity without the doubles that
--             a job leaves behind when it is restored from an older savepoint.
-- Parameters: none; a condition on time_dt around the view reaches the table.
-- Cost:       reads the hours of dns_activity that are asked for and compares their keys; columns
--             nobody names are not read. Where there are no doubles the table itself is cheaper.
-- Key:        event_key.
CREATE OR REPLACE VIEW dns_activity_distinct AS
SELECT
    event_key, time, time_dt, class_uid, class_name, category_uid, category_name, activity_id,
    activity_name, type_uid, type_name, severity_id, severity, status_id, status, metadata, cloud,
    query_time, query, answers, rcode, rcode_id, src_endpoint, dst_endpoint, connection_info,
    action, action_id, disposition, disposition_id, firewall_rule, enrichments, observables,
    unmapped, raw_data, source_log
FROM (
    SELECT
        event_key, time, time_dt, class_uid, class_name, category_uid, category_name, activity_id,
        activity_name, type_uid, type_name, severity_id, severity, status_id, status, metadata,
        cloud, query_time, query, answers, rcode, rcode_id, src_endpoint, dst_endpoint,
        connection_info, action, action_id, disposition, disposition_id, firewall_rule, enrichments,
        observables, unmapped, raw_data, source_log,
        row_number() OVER (PARTITION BY event_key, time_dt ORDER BY time_dt) AS repeat
    FROM dns_activity)
WHERE repeat = 1;
