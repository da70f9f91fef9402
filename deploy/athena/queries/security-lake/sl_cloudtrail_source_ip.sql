-- Question:   What came from one address? Written as the examples for Amazon Security Lake (source version
--             2, OCSF 1.1.0) are: only the table has our name; event_key settles ties.
-- Parameters: the address; the timestamps of BETWEEN, where an analyst has CURRENT_TIMESTAMP - INTERVAL
--             '7' DAY.
-- Cost:       reads the days of cloud_trail between the two, the columns that are named.
SELECT
    api.request.uid,
    time_dt,
    api.service.name,
    api.operation,
    cloud.region,
    actor.user.uid AS user_uid,
    src_endpoint.ip,
    http_request.user_agent
FROM cloud_trail
WHERE time_dt BETWEEN TIMESTAMP '2020-01-01 00:00:00 UTC' AND TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND src_endpoint.ip = '198.51.100.200'
ORDER BY time DESC, event_key
LIMIT 25;
