-- Question:   Who from outside got through to SSH, RDP, WinRM, databases or the control ports of
--             containers? By what came back: kilobytes are a session, a packet or none a closed
--             door. A source let in among many refused is a guess that hit.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, event time; the ports.
-- Cost:       reads the hours of vpc_flow between the two, of each only the columns named.
WITH ends AS (
    SELECT
        src_endpoint.port < dst_endpoint.port AS is_answer,
        if(src_endpoint.port < dst_endpoint.port, dst_endpoint, src_endpoint) AS client,
        if(src_endpoint.port < dst_endpoint.port, src_endpoint, dst_endpoint) AS server,
        coalesce(src_endpoint.interface_uid, dst_endpoint.interface_uid) AS interface,
        traffic.bytes                    AS bytes,
        action,
        time_dt
    FROM vpc_flow
    WHERE src_endpoint.port <> dst_endpoint.port
      AND least(src_endpoint.port, dst_endpoint.port)
              IN (22, 23, 1433, 1521, 2375, 2376, 3306, 3389, 5432, 5900, 5985, 5986,
                  6379, 6443, 9200, 10250, 11211, 27017)
      AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
)
SELECT
    client.ip                            AS source,
    max(client.location.country)         AS country,
    max(client.autonomous_system.name)   AS network,
    server.ip                            AS machine,
    interface,
    server.port                          AS port,
    count_if(NOT is_answer AND action = 'Allowed') AS let_in,
    count_if(NOT is_answer AND action = 'Denied') AS refused,
    sum(if(is_answer AND action = 'Allowed', bytes, 0)) AS bytes_answered,
    min(time_dt)                         AS first_seen,
    max(time_dt)                         AS last_seen
FROM ends
WHERE NOT any_match(
          ARRAY['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10',
                '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
          block -> contains(block, TRY_CAST(client.ip AS ipaddress)))
GROUP BY client.ip, server.ip, interface, server.port
HAVING count_if(NOT is_answer AND action = 'Allowed') > 0
ORDER BY bytes_answered DESC, let_in DESC, source, machine, interface, port
LIMIT 100;
