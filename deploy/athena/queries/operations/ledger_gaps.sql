-- Question:   In which hours did nothing arrive that should have? Runs of hours of arrival without an
--             event, per stream or folder of files, by the events that would have come at its mean
--             rate: a trail that was stopped, a producer or a job that stood still. Nights of quiet
--             accounts are among them, further down.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, time of arrival. In the
--             last WHERE: hours that are a gap.
-- Cost:       reads the ledger of these days, a row for each source and hour.
WITH hours AS (
    SELECT
        regexp_replace(source, '(/\d{4}(/\d{2}){0,3})?/[^/]*$', '') AS origin,
        hour,
        sum(received)                    AS received
    FROM ledger
    WHERE hour >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND hour < TIMESTAMP '2100-01-01 00:00:00 UTC'
    GROUP BY 1, 2
),
following AS (
    SELECT
        origin,
        hour                             AS last_hour_before,
        lead(hour) OVER (PARTITION BY origin ORDER BY hour) AS resumed,
        max(hour) OVER ()                AS newest,
        CAST(sum(received) OVER (PARTITION BY origin) AS double)
            / (date_diff('hour', min(hour) OVER (), max(hour) OVER ()) + 1) AS mean_an_hour
    FROM hours
),
pauses AS (
    SELECT *,
           date_diff('hour', last_hour_before, coalesce(resumed, newest))
               - if(resumed IS NULL, 0, 1) AS hours_missing
    FROM following
)
SELECT
    origin,
    last_hour_before,
    resumed,
    hours_missing,
    round(mean_an_hour, 1)               AS mean_an_hour,
    round(hours_missing * mean_an_hour)  AS events_expected
FROM pauses
WHERE hours_missing >= 3
ORDER BY hours_missing * mean_an_hour DESC, last_hour_before, origin
LIMIT 100;
