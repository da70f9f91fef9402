-- Question:   Which states of findings of AWS services are there, each once? Rows of aws_findings
--             without the doubles that a job leaves behind when it is restored from an older
--             savepoint.
-- Parameters: none; a condition on time_dt around the view reaches the table.
-- Cost:       reads the days of aws_findings that are asked for and compares their keys; columns
--             nobody names are not read. Where there are no doubles the table itself is cheaper.
-- Key:        event_key.
CREATE OR REPLACE VIEW aws_findings_distinct AS
SELECT
    event_key, time, time_dt, class_uid, class_name, category_uid, category_name, activity_id,
    activity_name, type_uid, type_name, severity_id, severity, status_id, status, metadata, cloud,
    message, comment, finding_info, confidence_score, resources, evidences, remediation,
    enrichments, observables, unmapped, raw_data, source_log
FROM (
    SELECT
        event_key, time, time_dt, class_uid, class_name, category_uid, category_name, activity_id,
        activity_name, type_uid, type_name, severity_id, severity, status_id, status, metadata,
        cloud, message, comment, finding_info, confidence_score, resources, evidences, remediation,
        enrichments, observables, unmapped, raw_data, source_log,
        row_number() OVER (PARTITION BY event_key, time_dt ORDER BY time_dt) AS repeat
    FROM aws_findings)
WHERE repeat = 1;
