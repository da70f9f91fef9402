-- Question:   Who does far more of something than anybody else? Users by event type and hour whose
--             count stands far above what users of that type do in their busiest hours: scripts,
--             scraping, spam, taken sessions.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, event time. In the last
--             WHERE: how many times the median, and the least count worth a look.
-- Cost:       reads the days of app_events between the two, of each only the columns named.
WITH hours AS (
    SELECT "user", type, date_trunc('hour', time_dt) AS hour,
           count(*) AS events,
           count(DISTINCT source_ip) AS addresses,
           count(DISTINCT session) AS sessions
    FROM app_events
    WHERE "user" IS NOT NULL
      AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    GROUP BY "user", type, date_trunc('hour', time_dt)
),
ranked AS (
    SELECT *,
           row_number() OVER (PARTITION BY "user", type ORDER BY events DESC, hour) AS rank,
           sum(events) OVER (PARTITION BY "user", type) AS events_in_all
    FROM hours
),
peaks AS (
    SELECT * FROM ranked WHERE rank = 1
),
usual AS (
    SELECT type,
           approx_percentile(events, 0.5) AS median,
           approx_percentile(events, 0.99) AS percentile_99,
           count(*)                      AS users
    FROM peaks
    GROUP BY type
)
SELECT
    peaks."user",
    type,
    hour,
    events,
    usual.median,
    usual.percentile_99,
    usual.users,
    addresses,
    sessions,
    events_in_all
FROM peaks
JOIN usual USING (type)
WHERE events >= 3 * median
  AND events >= percentile_99
  AND events >= 5
ORDER BY CAST(events AS double) / median DESC, events DESC, type, peaks."user"
LIMIT 50;
