-- Question:   What listens on our machines, and who reaches it? Ports at which calls were let in and
--             answered, by machine, with callers from inside and from outside.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, event time.
-- Cost:       reads the hours of vpc_flow between the two, of each only the columns named.
WITH ends AS (
    SELECT
        src_endpoint.port < dst_endpoint.port AS is_answer,
        if(src_endpoint.port < dst_endpoint.port, dst_endpoint.ip, src_endpoint.ip) AS client,
        if(src_endpoint.port < dst_endpoint.port, src_endpoint.ip, dst_endpoint.ip) AS server,
        least(src_endpoint.port, dst_endpoint.port) AS port,
        connection_info.protocol_num     AS protocol,
        coalesce(src_endpoint.interface_uid, dst_endpoint.interface_uid) AS interface,
        traffic.bytes                    AS bytes,
        time_dt
    FROM vpc_flow
    WHERE action = 'Allowed'
      AND src_endpoint.port <> dst_endpoint.port
      AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
),
served AS (
    SELECT
        server, port, protocol, client,
        any_match(
            ARRAY['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'],
            block -> contains(block, TRY_CAST(client AS ipaddress))) AS is_inside,
        max(bytes)                       AS largest,
        min(time_dt)                     AS first_seen,
        max(time_dt)                     AS last_seen
    FROM ends
    WHERE any_match(
              ARRAY['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'],
              block -> contains(block, TRY_CAST(server AS ipaddress)))
    GROUP BY server, port, protocol, client
    HAVING bool_or(is_answer) AND bool_or(NOT is_answer)
)
SELECT
    server                               AS machine,
    port,
    protocol,
    count_if(is_inside)                  AS callers_inside,
    count_if(NOT is_inside)              AS callers_outside,
    array_join(slice(array_sort(array_agg(client)), 1, 5), ' ') AS some_callers,
    max(largest)                         AS largest_record_bytes,
    min(first_seen)                      AS first_seen,
    max(last_seen)                       AS last_seen
FROM served
GROUP BY server, port, protocol
ORDER BY callers_outside DESC, callers_inside DESC, machine, port, protocol
LIMIT 200;
