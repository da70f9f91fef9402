-- Question:   Who looks for open doors? Sources that within ten minutes tried many ports of one
--             machine, or one port on many machines, and what answered them. Inside and outside.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, event time. In HAVING:
--             how many ports or machines make a scan.
-- Cost:       reads the hours of vpc_flow between the two, of each only the columns named.
WITH tried AS (
    SELECT
        date_add('minute', -(minute(time_dt) % 10), date_trunc('minute', time_dt)) AS window_start,
        src_endpoint.ip                  AS source,
        dst_endpoint.ip                  AS target,
        dst_endpoint.port                AS port,
        src_endpoint.location.country    AS country,
        -- the sender's interface may let out what that of the target refuses
        bool_and(action = 'Allowed')     AS is_let_in
    FROM vpc_flow
    WHERE connection_info.protocol_num IN (6, 17)
      -- no answers, neither those let in nor those that came too late
      AND (dst_endpoint.port < src_endpoint.port
           OR (action = 'Denied'
               AND NOT (src_endpoint.port < 1024 AND dst_endpoint.port >= 32768)))
      AND traffic.packets <= 3  -- a scan says little; a conversation is none
      AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    GROUP BY 1, 2, 3, 4, 5
)
SELECT
    'many ports of one machine'          AS kind,
    window_start,
    source,
    max(country)                         AS country,
    target                               AS tried,
    count(DISTINCT port)                 AS tries,
    count(DISTINCT if(is_let_in, port))  AS let_in,
    array_join(slice(array_sort(array_agg(DISTINCT port) FILTER (WHERE is_let_in)), 1, 20), ' ')
                                         AS let_in_where
FROM tried
GROUP BY window_start, source, target
HAVING count(DISTINCT port) >= 10
UNION ALL
SELECT
    'one port on many machines',
    window_start,
    source,
    max(country),
    CAST(port AS varchar),
    count(DISTINCT target),
    count(DISTINCT if(is_let_in, target)),
    array_join(slice(array_sort(array_agg(DISTINCT target) FILTER (WHERE is_let_in)), 1, 20), ' ')
FROM tried
GROUP BY window_start, source, port
HAVING count(DISTINCT target) >= 10
ORDER BY tries DESC, window_start, source, tried, kind
LIMIT 100;
