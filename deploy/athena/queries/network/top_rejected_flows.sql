-- Question:   Who knocks where the doors are shut? Sources of rejected flows by the number of
--             different targets, an address and a port each: scans stand at the top. Late answers
--             of servers, from a well-known port to a high one, are no knocks and left out.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, event time.
-- Cost:       reads the hours of vpc_flow between the two; an hour is the unit of partition.
SELECT
    src_endpoint.ip                      AS source,
    max(src_endpoint.location.country)   AS country,
    max(src_endpoint.autonomous_system.name) AS network,
    count(DISTINCT ROW (dst_endpoint.ip, dst_endpoint.port)) AS targets,
    count(DISTINCT dst_endpoint.port)    AS ports,
    count(*)                             AS flows,
    sum(traffic.packets)                 AS packets,
    min(time_dt)                         AS first_seen,
    max(time_dt)                         AS last_seen
FROM vpc_flow
WHERE action = 'Denied'
  AND NOT coalesce(src_endpoint.port < 1024 AND dst_endpoint.port >= 32768, false)
  AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
GROUP BY src_endpoint.ip
ORDER BY targets DESC, flows DESC, source
LIMIT 50;
