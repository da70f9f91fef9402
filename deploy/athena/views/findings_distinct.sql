-- Question:   Which findings are there, each once? Rows of findings without the doubles that a job
--             leaves behind when it is restored from an older savepoint.
-- Parameters: none; a condition on time_dt around the view reaches the table.
-- Cost:       reads the days of findings that are asked for and compares their keys; columns nobody
--             names are not read. Where there are no doubles the table itself is cheaper.
-- Key:        id.
CREATE OR REPLACE VIEW findings_distinct AS
SELECT
    id, time, time_dt, rule_id, rule_title, rule_version, rule_author, severity, severity_id,
    entity_type, entity, account, region, techniques, evidence, first_seen, last_seen, "count",
    message, class_uid, class_name, category_uid, category_name, activity_id, activity_name,
    type_uid, type_name, finding_info, metadata, cloud, status_id, status, observables
FROM (
    SELECT
        id, time, time_dt, rule_id, rule_title, rule_version, rule_author, severity, severity_id,
        entity_type, entity, account, region, techniques, evidence, first_seen, last_seen, "count",
        message, class_uid, class_name, category_uid, category_name, activity_id, activity_name,
        type_uid, type_name, finding_info, metadata, cloud, status_id, status, observables,
        row_number() OVER (PARTITION BY id, time_dt ORDER BY time_dt) AS repeat
    FROM findings)
WHERE repeat = 1;
