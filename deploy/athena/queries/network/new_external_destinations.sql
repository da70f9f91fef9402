-- Question:   Which addresses outside are our machines calling for the first time? Those that
--             nobody called in the range before its last day, with who calls them and how much.
-- Parameters: the timestamps in WHERE: from when to remember, and until when, exclusive; the last
--             24 hours in which there are records are the day that is looked at.
-- Cost:       reads the hours of vpc_flow between the two, of each only the columns named: two weeks
--             of memory cost fourteen times the day.
WITH calls AS (
    SELECT
        dst_endpoint.ip                  AS outside,
        min(time_dt)                     AS first_called,
        max(time_dt)                     AS last_called,
        array_join(array_sort(array_agg(DISTINCT src_endpoint.ip)), ' ') AS machines,
        array_join(array_sort(array_agg(DISTINCT dst_endpoint.port)), ' ') AS ports,
        max(dst_endpoint.location.country) AS country,
        max(dst_endpoint.autonomous_system.name) AS network,
        max(dst_endpoint.svc_name)       AS aws_service,
        sum(traffic.bytes)               AS bytes_sent,
        count(*)                         AS flows
    FROM vpc_flow
    WHERE action = 'Allowed'
      AND src_endpoint.port > dst_endpoint.port  -- opened from inside
      AND any_match(
              ARRAY['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'],
              block -> contains(block, TRY_CAST(src_endpoint.ip AS ipaddress)))
      AND NOT any_match(
              ARRAY['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10',
                    '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
              block -> contains(block, TRY_CAST(dst_endpoint.ip AS ipaddress)))
      AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    GROUP BY dst_endpoint.ip
),
dated AS (
    SELECT *, max(last_called) OVER () - INTERVAL '1' DAY AS day_start
    FROM calls
)
SELECT outside, country, network, aws_service, machines, ports, first_called, last_called,
       flows, bytes_sent
FROM dated
WHERE first_called > day_start
ORDER BY bytes_sent DESC, outside
LIMIT 200;
