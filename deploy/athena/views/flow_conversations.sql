-- Question:   Who talks to whom? One row per hour, interface, client, server, port and outcome, with the
--             bytes of both directions side by side. The lower of the two ports is the server's.
--             Interfaces at both ends of a conversation each have a row of it: group by interface, or
--             take the larger.
-- Parameters: none; ask with a condition on day, UTC. One on hour narrows the answer, not the reading.
-- Cost:       a condition on day reads those days of vpc_flow alone.
-- Key:        hour, account, interface, client, server, server_port, protocol, action.
CREATE OR REPLACE VIEW flow_conversations AS
SELECT
    date(time_dt)                        AS day,
    CAST(date_trunc('hour', time_dt) AS timestamp) AS hour,
    cloud.account.uid                    AS account,
    coalesce(src_endpoint.interface_uid, dst_endpoint.interface_uid) AS interface,
    if(src_endpoint.port < dst_endpoint.port, dst_endpoint.ip, src_endpoint.ip) AS client,
    if(src_endpoint.port < dst_endpoint.port, src_endpoint.ip, dst_endpoint.ip) AS server,
    least(src_endpoint.port, dst_endpoint.port) AS server_port,
    connection_info.protocol_num         AS protocol,
    action,
    any_match(
        ARRAY['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16',
              'fc00::/7', 'fe80::/10'],
        block -> contains(block, TRY_CAST(
            if(src_endpoint.port < dst_endpoint.port, dst_endpoint.ip, src_endpoint.ip)
            AS ipaddress)))              AS is_client_inside,
    any_match(
        ARRAY['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16',
              'fc00::/7', 'fe80::/10'],
        block -> contains(block, TRY_CAST(
            if(src_endpoint.port < dst_endpoint.port, src_endpoint.ip, dst_endpoint.ip)
            AS ipaddress)))              AS is_server_inside,
    max(coalesce(src_endpoint.location.country, dst_endpoint.location.country)) AS country,
    sum(if(src_endpoint.port < dst_endpoint.port, 0, traffic.bytes)) AS bytes_to_server,
    sum(if(src_endpoint.port < dst_endpoint.port, traffic.bytes, 0)) AS bytes_to_client,
    sum(traffic.packets)                 AS packets,
    count(*)                             AS flows,
    CAST(min(time_dt) AS timestamp)      AS first_seen,
    CAST(max(time_dt) AS timestamp)      AS last_seen
FROM vpc_flow
WHERE src_endpoint.ip IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11;
