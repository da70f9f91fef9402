-- Question:   What happened in each session of the application? Sessions put together from their
--             events, the most unusual first: those used from several addresses or agents, then
--             the longest.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, event time. For the
--             sessions of one user add: AND "user" = 'NAME'.
-- Cost:       reads the days of app_events between the two, of each only the columns named.
SELECT
    "user",
    session,
    min(time_dt)                         AS started,
    date_diff('second', min(time_dt), max(time_dt)) AS seconds,
    count(*)                             AS events,
    count_if(type = 'auth.sign_in' AND outcome = 'failure') AS failed_sign_ins,
    count(DISTINCT source_ip)            AS addresses,
    count(DISTINCT location.country)     AS countries,
    count(DISTINCT user_agent)           AS agents,
    min_by(source_ip, time_dt)           AS first_address,
    max_by(source_ip, time_dt)           AS last_address,
    array_join(array_sort(array_agg(DISTINCT type)), ' ') AS did
FROM app_events
WHERE session IS NOT NULL
  AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
GROUP BY "user", session
ORDER BY addresses DESC, agents DESC, seconds DESC, started, "user", session
LIMIT 100;
