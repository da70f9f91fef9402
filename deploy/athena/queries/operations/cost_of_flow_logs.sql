-- Question:   Which interfaces write most flow records, and what of it could be left out? Records and
--             bytes as received by account, network interface and kind of record.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, event time.
-- Cost:       reads raw_data, the largest column of vpc_flow: ask for an hour or a day.
SELECT
    cloud.account.uid                    AS account,
    coalesce(src_endpoint.interface_uid, dst_endpoint.interface_uid) AS interface,
    count(*)                             AS records,
    count_if(action = 'Denied')          AS refused,
    count_if(status_code = 'NODATA')     AS without_traffic,
    count_if(status_code = 'SKIPDATA')   AS skipped_by_aws,
    count_if(traffic.packets <= 2)       AS of_one_or_two_packets,
    sum(length(raw_data))                AS characters,
    round(100.0 * sum(length(raw_data)) / sum(sum(length(raw_data))) OVER (), 2) AS percent,
    sum(traffic.bytes)                   AS traffic_bytes
FROM vpc_flow
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
GROUP BY 1, 2
ORDER BY characters DESC, account, interface
LIMIT 100;
