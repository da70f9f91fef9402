-- Question:   How many different destinations are there? Written as the examples for Amazon Security Lake
--             (source version 2, OCSF 1.1.0) are: only the table has our name.
-- Parameters: the timestamps of BETWEEN, where an analyst has CURRENT_TIMESTAMP - INTERVAL '7' DAY.
-- Cost:       reads the hours of vpc_flow between the two, two columns.
SELECT
    COUNT(DISTINCT dst_endpoint.ip) AS "Total"
FROM vpc_flow
WHERE time_dt BETWEEN TIMESTAMP '2020-01-01 00:00:00 UTC' AND TIMESTAMP '2100-01-01 00:00:00 UTC'
ORDER BY 1;
