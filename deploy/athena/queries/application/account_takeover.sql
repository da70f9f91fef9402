-- Question:   Whose account may somebody else be using? Sign-ins from an address that the user never
--             else signed in from, with what makes them stranger: an agent that is not the user's,
--             other users who failed from there that day; and what was done within an hour after.
-- Parameters: the timestamps, the same at both places: from when, and until when, exclusive, event
--             time; a month knows the habits of most. In the last WHERE: how strange.
-- Cost:       reads the days of app_events between the two twice, of each only the columns named.
WITH sign_ins AS (
    SELECT
        event_key, time_dt, "user", session, source_ip, user_agent, outcome,
        location.country                 AS country,
        autonomous_system.name           AS network,
        count_if(outcome = 'success') OVER (PARTITION BY "user") AS of_user,
        count_if(outcome = 'success') OVER (PARTITION BY "user", source_ip) AS of_address,
        count_if(outcome = 'success') OVER (PARTITION BY "user", user_agent) AS of_agent,
        count_if(outcome = 'success') OVER (PARTITION BY "user", location.country) AS of_country,
        count_if(outcome = 'failure')
            OVER (PARTITION BY source_ip, date_trunc('day', time_dt)) AS failed_there,
        count_if(outcome = 'failure')
            OVER (PARTITION BY source_ip, date_trunc('day', time_dt), "user") AS failed_there_himself
    FROM app_events
    WHERE type = 'auth.sign_in'
      AND "user" IS NOT NULL
      AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
),
strange AS (
    SELECT *,
           of_agent = 1                  AS is_new_agent,
           country IS NOT NULL AND of_country = 1 AS is_new_country,
           failed_there - failed_there_himself AS failures_of_others
    FROM sign_ins
    WHERE outcome = 'success' AND of_user > 1 AND of_address = 1
)
SELECT
    strange."user",
    strange.time_dt                      AS signed_in,
    strange.source_ip,
    strange.country,
    strange.network,
    strange.user_agent,
    strange.is_new_agent,
    strange.is_new_country,
    strange.failures_of_others,
    strange.of_user - 1                  AS other_sign_ins,
    count(later.event_key)               AS events_after,
    array_join(array_sort(array_agg(DISTINCT later.type) FILTER (WHERE later.type IS NOT NULL)), ' ')
                                         AS did_after,
    strange.event_key
FROM strange
LEFT JOIN app_events AS later
  ON later."user" = strange."user"
 AND later.session = strange.session
 AND later.time_dt > strange.time_dt
 AND later.time_dt <= strange.time_dt + INTERVAL '1' HOUR
 AND later.time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
 AND later.time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
WHERE is_new_agent OR is_new_country OR failures_of_others >= 5
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, strange.event_key
ORDER BY failures_of_others DESC, is_new_country DESC, is_new_agent DESC, signed_in,
         strange.event_key
LIMIT 100;
