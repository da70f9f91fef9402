-- Question:   Who may be carrying data out? Machines that opened connections to an address outside
--             and sent it far more than they received, with what the machine sent out in all and
--             whether the address was known before.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, event time; a week
--             tells whether an address is new. In the last WHERE: the bytes sent in an hour from
--             which a pair is worth a look, and how many times what came back.
-- Cost:       reads the hours of vpc_flow between the two, of each only the columns named.
WITH outward AS (
    SELECT
        date_trunc('hour', time_dt)      AS hour,
        coalesce(src_endpoint.interface_uid, dst_endpoint.interface_uid) AS interface,
        -- The higher port is the client's: answers of our servers to their visitors stay out.
        src_endpoint.port > dst_endpoint.port AS is_sent,
        if(src_endpoint.port > dst_endpoint.port, src_endpoint.ip, dst_endpoint.ip) AS machine,
        if(src_endpoint.port > dst_endpoint.port, dst_endpoint.ip, src_endpoint.ip) AS outside,
        least(src_endpoint.port, dst_endpoint.port) AS port,
        coalesce(dst_endpoint.svc_name, src_endpoint.svc_name) AS aws_service,
        coalesce(dst_endpoint.location.country, src_endpoint.location.country) AS country,
        coalesce(dst_endpoint.autonomous_system.name, src_endpoint.autonomous_system.name)
                                         AS network,
        traffic.bytes                    AS bytes
    FROM vpc_flow
    WHERE action = 'Allowed'
      AND src_endpoint.port <> dst_endpoint.port
      AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
),
hours AS (
    SELECT hour, interface, machine, outside, port, aws_service,
           max(country) AS country, max(network) AS network,
           sum(if(is_sent, bytes, 0)) AS sent, sum(if(is_sent, 0, bytes)) AS received
    FROM outward
    WHERE any_match(
              ARRAY['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'],
              block -> contains(block, TRY_CAST(machine AS ipaddress)))
      AND NOT any_match(
              ARRAY['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10',
                    '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
              block -> contains(block, TRY_CAST(outside AS ipaddress)))
    GROUP BY hour, interface, machine, outside, port, aws_service
),
compared AS (
    SELECT *,
           min(hour) OVER (PARTITION BY machine, outside) AS first_called,
           min(hour) OVER ()                              AS first_hour,
           sum(sent) OVER (PARTITION BY machine, hour)    AS sent_by_machine
    FROM hours
)
SELECT
    hour,
    machine,
    outside,
    port,
    country,
    network,
    aws_service,
    sent,
    received,
    round(CAST(sent AS double) / greatest(received, 1), 1) AS sent_per_received,
    round(100.0 * sent / sent_by_machine, 1) AS percent_of_machine,
    first_called,
    first_called > first_hour AND hour < first_called + INTERVAL '1' DAY AS is_new
FROM compared
WHERE sent >= 10000000
  AND sent >= 2 * received
ORDER BY is_new DESC, sent DESC, hour, machine, outside, port
LIMIT 100;
