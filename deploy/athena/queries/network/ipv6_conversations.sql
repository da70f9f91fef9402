-- Question:   What passes by IPv6, which rules written for IPv4 do not see? Interfaces and ports by
--             callers, with what was let in and what was refused.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, event time.
-- Cost:       reads the hours of vpc_flow between the two, of each only the columns named.
SELECT
    coalesce(src_endpoint.interface_uid, dst_endpoint.interface_uid) AS interface,
    least(src_endpoint.port, dst_endpoint.port) AS port,
    connection_info.protocol_num         AS protocol,
    count(DISTINCT if(src_endpoint.port < dst_endpoint.port, dst_endpoint.ip, src_endpoint.ip))
                                         AS callers,
    count_if(action = 'Allowed')         AS let_in,
    count_if(action = 'Denied')          AS refused,
    sum(traffic.bytes)                   AS bytes,
    min(time_dt)                         AS first_seen,
    max(time_dt)                         AS last_seen
FROM vpc_flow
WHERE (strpos(src_endpoint.ip, ':') > 0 OR strpos(dst_endpoint.ip, ':') > 0)
  AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
GROUP BY 1, 2, 3
ORDER BY bytes DESC, interface, port, protocol
LIMIT 100;
