-- Question:   Who looks for weak spots of our web servers, and what did they find? Clients most of whose
--             requests fail over many different paths, with the paths that answered them.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, event time. In HAVING: how
--             many paths, and what share of failures.
-- Cost:       reads the days of http_activity between the two, of each only the columns named.
SELECT
    src_endpoint.ip                      AS client,
    max(src_endpoint.location.country)   AS country,
    max(src_endpoint.autonomous_system.name) AS network,
    min(http_request.user_agent)         AS an_agent,
    count(DISTINCT http_request.user_agent) AS agents,
    count(*)                             AS requests,
    count(DISTINCT http_request.url.path) AS paths,
    count_if(http_response.code IN (401, 403, 404, 405)) AS refused,
    count_if(http_response.code >= 500)  AS server_errors,
    count_if(action = 'Denied')          AS blocked,
    array_join(slice(array_sort(array_agg(DISTINCT http_request.url.path)
        FILTER (WHERE http_response.code BETWEEN 200 AND 299)), 1, 20), ' ') AS answered,
    sum(if(http_response.code BETWEEN 200 AND 299, traffic.bytes_out, 0)) AS bytes_answered,
    array_join(array_sort(array_agg(DISTINCT dst_endpoint.uid)
        FILTER (WHERE dst_endpoint.uid IS NOT NULL)), ' ') AS targets,
    min(time_dt)                         AS first_seen,
    max(time_dt)                         AS last_seen
FROM http_activity
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
GROUP BY src_endpoint.ip
HAVING count(DISTINCT http_request.url.path) >= 10
   AND count_if(http_response.code IN (401, 403, 404, 405) OR action = 'Denied') * 2 >= count(*)
ORDER BY paths DESC, requests DESC, client
LIMIT 50;
