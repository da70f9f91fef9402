-- Question:   Whose password is being guessed? Users by failed sign-ins in a row: how many stand
--             between two that work, from how many addresses, and whether one of these got in at last.
--             The user who mistypes is among them: few failures, one address, seconds apart.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, event time. In HAVING:
--             failures in a row that are more than mistyping.
-- Cost:       reads the days of app_events between the two, of each only the columns named.
WITH numbered AS (
    -- A run is what lies between two successes; the success that ends it belongs to it.
    SELECT *,
           count_if(outcome = 'success') OVER (
               PARTITION BY "user" ORDER BY time_dt, event_key
               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
               - if(outcome = 'success', 1, 0) AS run
    FROM app_events
    WHERE type = 'auth.sign_in'
      AND "user" IS NOT NULL
      AND outcome IN ('success', 'failure')
      AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
)
SELECT
    "user",
    count_if(outcome = 'failure')        AS failures,
    count(DISTINCT if(outcome = 'failure', source_ip)) AS addresses,
    array_join(array_sort(array_agg(DISTINCT location.country)
        FILTER (WHERE outcome = 'failure' AND location.country IS NOT NULL)), ' ') AS countries,
    array_join(array_sort(array_agg(DISTINCT element_at(attributes, 'reason'))
        FILTER (WHERE element_at(attributes, 'reason') IS NOT NULL)), ' ') AS reasons,
    min(time_dt) FILTER (WHERE outcome = 'failure') AS first_failure,
    max(time_dt) FILTER (WHERE outcome = 'failure') AS last_failure,
    max(time_dt) FILTER (WHERE outcome = 'success') AS signed_in,
    coalesce(
        contains(array_agg(source_ip) FILTER (WHERE outcome = 'failure'),
                 max(if(outcome = 'success', source_ip))),
        false)                           AS got_in_from_there
FROM numbered
GROUP BY "user", run
HAVING count_if(outcome = 'failure') >= 2
ORDER BY failures DESC, first_failure, "user"
LIMIT 100;
