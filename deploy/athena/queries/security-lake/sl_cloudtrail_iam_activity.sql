-- Question:   What went on in IAM? Written as the examples for Amazon Security Lake (source version 2,
--             OCSF 1.1.0) are: only the table has our name; event_key settles ties.
-- Parameters: the timestamps of BETWEEN, where an analyst has CURRENT_TIMESTAMP - INTERVAL '7' DAY.
-- Cost:       reads the days of cloud_trail between the two, all columns; raw_data is the widest.
SELECT *
FROM cloud_trail
WHERE time_dt BETWEEN TIMESTAMP '2020-01-01 00:00:00 UTC' AND TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND api.service.name = 'iam.amazonaws.com'
ORDER BY time DESC, event_key
LIMIT 5;
