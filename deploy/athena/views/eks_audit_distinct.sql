-- Question:   Which audit events are there, each once? Rows of eks_audit without the doubles that a
--             job leaves behind when it is restored from an older savepoint.
-- Parameters: none; a condition on time_dt around the view reaches the table.
-- Cost:       reads the days of eks_audit that are asked for and compares their keys; columns nobody
--             names are not read. Where there are no doubles the table itself is cheaper.
-- Key:        event_key.
CREATE OR REPLACE VIEW eks_audit_distinct AS
SELECT
    event_key, time, time_dt, class_uid, class_name, category_uid, category_name, activity_id,
    activity_name, type_uid, type_name, severity_id, severity, status_id, status, metadata, cloud,
    start_time, end_time, api, actor, src_endpoint, dst_endpoint, http_request, resources,
    enrichments, observables, unmapped, raw_data, source_log
FROM (
    SELECT
        event_key, time, time_dt, class_uid, class_name, category_uid, category_name, activity_id,
        activity_name, type_uid, type_name, severity_id, severity, status_id, status, metadata,
        cloud, start_time, end_time, api, actor, src_endpoint, dst_endpoint, http_request,
        resources, enrichments, observables, unmapped, raw_data, source_log,
        row_number() OVER (PARTITION BY event_key, time_dt ORDER BY time_dt) AS repeat
    FROM eks_audit)
WHERE repeat = 1;
