-- Question:   Who tries passwords on many users, and whom did it catch? Addresses at which the
--             sign-ins of many users failed within an hour, with the users who then got in from
--             there: their passwords are known to somebody else.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, event time. In HAVING:
--             how many users.
-- Cost:       reads the days of app_events between the two, of each only the columns named.
WITH tries AS (
    SELECT *, count_if(outcome = 'failure') OVER (
                  PARTITION BY source_ip, "user", date_trunc('hour', time_dt)) AS failures_of_user
    FROM app_events
    WHERE type = 'auth.sign_in'
      AND source_ip IS NOT NULL
      AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
)
SELECT
    source_ip,
    max(location.country)                AS country,
    max(autonomous_system.name)          AS network,
    max(user_agent)                      AS an_agent,
    date_trunc('hour', time_dt)          AS hour,
    count(DISTINCT "user")               AS users,
    count_if(outcome = 'failure')        AS failures,
    round(CAST(count_if(outcome = 'failure') AS double)
        / count(DISTINCT if(outcome = 'failure', "user")), 1) AS failures_per_user,
    array_join(array_sort(array_agg(DISTINCT "user")
        FILTER (WHERE outcome = 'success' AND failures_of_user = 0)), ' ') AS got_in_at_once,
    array_join(array_sort(array_agg(DISTINCT "user")
        FILTER (WHERE outcome = 'success' AND failures_of_user > 0)), ' ') AS got_in_after_failing,
    min(time_dt)                         AS first_try,
    max(time_dt)                         AS last_try
FROM tries
GROUP BY source_ip, date_trunc('hour', time_dt)
HAVING count(DISTINCT if(outcome = 'failure', "user")) >= 5
ORDER BY users DESC, failures DESC, source_ip, hour
LIMIT 50;
