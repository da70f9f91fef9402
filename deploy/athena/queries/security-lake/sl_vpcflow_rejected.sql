-- Question:   Which traffic was rejected? Written as the examples for Amazon Security Lake (source version
--             2, OCSF 1.1.0) are: only the table has our name; event_key settles ties.
-- Parameters: the timestamps of BETWEEN, where an analyst has CURRENT_TIMESTAMP - INTERVAL '7' DAY.
-- Cost:       reads the hours of vpc_flow between the two, all columns.
SELECT *
FROM vpc_flow
WHERE time_dt BETWEEN TIMESTAMP '2020-01-01 00:00:00 UTC' AND TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND action = 'Denied'
ORDER BY time DESC, event_key
LIMIT 10;
