-- Question:   Who moves the most bytes? Pairs of client and server, all their connections together,
--             by the bytes both ways. The lower of the two ports is taken for the server's.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, event time.
-- Cost:       reads the hours of vpc_flow between the two, of each only the columns named: about a
--             tenth of the table's bytes.
WITH observed AS (
    -- What one interface saw of one direction. Interfaces at both ends write the same traffic.
    SELECT
        coalesce(src_endpoint.interface_uid, dst_endpoint.interface_uid) AS interface,
        coalesce(src_endpoint.port < dst_endpoint.port, false) AS is_answer,
        src_endpoint.ip                  AS source,
        dst_endpoint.ip                  AS destination,
        least(src_endpoint.port, dst_endpoint.port) AS server_port,
        connection_info.protocol_num     AS protocol,
        max(coalesce(src_endpoint.location.country, dst_endpoint.location.country)) AS country,
        sum(traffic.bytes)               AS bytes,
        count(*)                         AS flows
    FROM vpc_flow
    WHERE action = 'Allowed'
      AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    GROUP BY 1, 2, 3, 4, 5, 6
),
directions AS (
    -- Counted once: as the interface saw it that saw the most.
    SELECT is_answer, source, destination, server_port, protocol,
           max(country) AS country, max(bytes) AS bytes, max(flows) AS flows
    FROM observed
    GROUP BY is_answer, source, destination, server_port, protocol
)
SELECT
    if(is_answer, destination, source)   AS client,
    if(is_answer, source, destination)   AS server,
    server_port,
    protocol,
    max(country)                         AS country,
    sum(bytes)                           AS bytes,
    sum(if(is_answer, 0, bytes))         AS bytes_to_server,
    sum(if(is_answer, bytes, 0))         AS bytes_to_client,
    round(100.0 * sum(bytes) / sum(sum(bytes)) OVER (), 2) AS percent_of_all,
    sum(flows)                           AS flows
FROM directions
GROUP BY 1, 2, 3, 4
ORDER BY bytes DESC, client, server, server_port, protocol
LIMIT 50;
