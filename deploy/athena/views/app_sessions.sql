-- Question:   Which sessions did users of the application have? One row per day, user and session, as the
--             events tell it. A session that goes on past midnight UTC has a row for each day.
-- Parameters: none; ask with a condition on day, UTC.
-- Cost:       a condition on day reads those days of app_events alone.
-- Key:        day, "user", session.
CREATE OR REPLACE VIEW app_sessions AS
SELECT
    date(time_dt)                        AS day,
    "user",
    session,
    CAST(min(time_dt) AS timestamp)      AS started,
    CAST(max(time_dt) AS timestamp)      AS ended,
    date_diff('second', min(time_dt), max(time_dt)) AS seconds,
    count(*)                             AS events,
    count_if(type = 'auth.sign_in' AND outcome = 'failure') AS failed_sign_ins,
    count_if(type = 'auth.sign_in' AND outcome = 'success') AS sign_ins,
    count(DISTINCT source_ip)            AS addresses,
    count(DISTINCT user_agent)           AS agents,
    array_sort(array_agg(DISTINCT source_ip) FILTER (WHERE source_ip IS NOT NULL)) AS source_ips,
    array_sort(array_agg(DISTINCT type)) AS types
FROM app_events
WHERE session IS NOT NULL
GROUP BY date(time_dt), "user", session;
