-- Question:   Which connections to port 443 carry most packets? Written as the examples for Amazon
--             Security Lake (source version 2, OCSF 1.1.0) are: only the table has our name; src and dst
--             settle ties.
-- Parameters: the port; the timestamps of BETWEEN, where an analyst has CURRENT_TIMESTAMP - INTERVAL '7'
--             DAY.
-- Cost:       reads the hours of vpc_flow between the two, five columns.
SELECT
    dst_endpoint.ip AS dst,
    src_endpoint.ip AS src,
    traffic.packets
FROM vpc_flow
WHERE time_dt BETWEEN TIMESTAMP '2020-01-01 00:00:00 UTC' AND TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND dst_endpoint.port = 443
GROUP BY
    dst_endpoint.ip,
    traffic.packets,
    src_endpoint.ip
ORDER BY traffic.packets DESC, src, dst
LIMIT 25;
