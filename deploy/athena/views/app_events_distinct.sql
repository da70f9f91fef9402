-- Question:   Which application events are there, each once? Rows of app_events without the doubles
--             that a job leaves behind when it is restored from an older savepoint.
-- Parameters: none; a condition on time_dt around the view reaches the table.
-- Cost:       reads the days of app_events that are asked for and compares their keys; columns
--             nobody names are not read. Where there are no doubles the table itself is cheaper.
-- Key:        event_key.
CREATE OR REPLACE VIEW app_events_distinct AS
SELECT
    event_key, time, time_dt, event_id, type, user, session, source_ip, location, autonomous_system,
    user_agent, outcome, attributes, schema_name, schema_version_id, enrichments, raw_data,
    source_log
FROM (
    SELECT
        event_key, time, time_dt, event_id, type, user, session, source_ip, location,
        autonomous_system, user_agent, outcome, attributes, schema_name, schema_version_id,
        enrichments, raw_data, source_log,
        row_number() OVER (PARTITION BY event_key, time_dt ORDER BY time_dt) AS repeat
    FROM app_events)
WHERE repeat = 1;
