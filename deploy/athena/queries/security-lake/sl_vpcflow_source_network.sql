-- Question:   What comes from one network? Written as the examples for Amazon Security Lake (source version
--             2, OCSF 1.1.0) are: only the table has our name; event_key settles ties.
-- Parameters: the first two numbers of the network; the timestamps of BETWEEN, where an analyst has
--             CURRENT_TIMESTAMP - INTERVAL '7' DAY.
-- Cost:       reads the hours of vpc_flow between the two, the columns that are named.
SELECT
    time_dt,
    src_endpoint.ip AS src,
    dst_endpoint.ip AS dst,
    dst_endpoint.port,
    connection_info.protocol_num,
    connection_info.direction,
    traffic.bytes,
    action,
    cloud.account.uid
FROM vpc_flow
WHERE time_dt BETWEEN TIMESTAMP '2020-01-01 00:00:00 UTC' AND TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND split_part(src_endpoint.ip, '.', 1) = '198'
  AND split_part(src_endpoint.ip, '.', 2) = '51'
ORDER BY time DESC, event_key
LIMIT 25;
