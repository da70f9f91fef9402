-- Question:   Which machine calls the same address outside like a clock? Pairs whose calls come at
--             even intervals: the middle half of the intervals lies close around their median, which
--             a night's pause does not disturb. Time servers, agents and health checks do so too:
--             country, network and bytes help to tell them from an implant.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, event time. In the last
--             WHERE: calls needed, hours they must span, and spread allowed.
-- Cost:       reads the hours of vpc_flow between the two, of each only the columns named.
WITH calls AS (
    -- A call is a new source port. A connection that stays open has a record for each capture
    -- window, as even as a clock, and is no beacon.
    SELECT
        src_endpoint.ip                  AS machine,
        dst_endpoint.ip                  AS outside,
        dst_endpoint.port                AS port,
        src_endpoint.port                AS source_port,
        max(dst_endpoint.location.country) AS country,
        max(dst_endpoint.autonomous_system.name) AS network,
        min(time_dt)                     AS called,
        max(traffic.bytes)               AS bytes
    FROM vpc_flow
    WHERE action = 'Allowed'
      AND src_endpoint.port > dst_endpoint.port
      AND any_match(
              ARRAY['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'],
              block -> contains(block, TRY_CAST(src_endpoint.ip AS ipaddress)))
      AND NOT any_match(
              ARRAY['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10',
                    '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
              block -> contains(block, TRY_CAST(dst_endpoint.ip AS ipaddress)))
      AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    GROUP BY 1, 2, 3, 4
),
intervals AS (
    SELECT *,
           date_diff('second',
                     lag(called) OVER (PARTITION BY machine, outside, port ORDER BY called),
                     called) AS seconds
    FROM calls
),
pairs AS (
    SELECT
        machine, outside, port,
        max(country)                     AS country,
        max(network)                     AS network,
        count(*)                         AS calls,
        min(called)                      AS first_call,
        max(called)                      AS last_call,
        approx_percentile(seconds, ARRAY[0.25, 0.5, 0.75]) AS quartiles,
        approx_percentile(bytes, 0.5)    AS median_bytes
    FROM intervals
    GROUP BY machine, outside, port
)
SELECT
    machine,
    outside,
    port,
    country,
    network,
    calls,
    quartiles[2]                         AS median_seconds,
    round(CAST(quartiles[3] - quartiles[1] AS double) / quartiles[2], 3) AS unevenness,
    median_bytes,
    first_call,
    last_call
FROM pairs
WHERE calls >= 12
  AND last_call >= first_call + INTERVAL '1' HOUR
  AND quartiles[2] > 0
  AND quartiles[3] - quartiles[1] <= 0.2 * quartiles[2]
ORDER BY unevenness, machine, outside, port
LIMIT 50;
