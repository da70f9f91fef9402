-- Question:   Who signed in to the application, or tried to? One row per sign-in, with what is in
--             attributes or nested put into columns, and the failures of user and address just before.
-- Parameters: none; ask with a condition on day, UTC.
-- Cost:       a condition on day reads those days of app_events alone.
-- Key:        event_key.
CREATE OR REPLACE VIEW app_sign_ins AS
SELECT
    date(time_dt)                        AS day,
    CAST(time_dt AS timestamp)           AS signed_in,
    "user",
    session,
    outcome,
    element_at(attributes, 'reason')     AS reason,
    element_at(attributes, 'method')     AS method,
    source_ip,
    location.country                     AS country,
    location.city                        AS city,
    autonomous_system.name               AS network,
    user_agent,
    count_if(outcome = 'failure') OVER (
        PARTITION BY date(time_dt), "user" ORDER BY time_dt, event_key
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS failures_of_user_before,
    count_if(outcome = 'failure') OVER (
        PARTITION BY date(time_dt), source_ip ORDER BY time_dt, event_key
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS failures_of_address_before,
    event_key
FROM app_events
WHERE type = 'auth.sign_in';
