-- Question:   Which calls fill the lake? Events and their bytes as received by account, service and
--             operation: what to leave out of a trail's event selectors before it is paid for.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, event time.
-- Cost:       reads raw_data, the largest column of cloud_trail: ask for a day.
SELECT
    cloud.account.uid                    AS account,
    api.service.name                     AS service,
    api.operation                        AS operation,
    metadata.product.feature.name        AS category,
    count(*)                             AS events,
    sum(length(raw_data))                AS characters,
    round(100.0 * sum(length(raw_data)) / sum(sum(length(raw_data))) OVER (), 2) AS percent,
    round(100.0 * sum(sum(length(raw_data))) OVER (
              ORDER BY sum(length(raw_data)) DESC, cloud.account.uid, api.service.name,
                       api.operation, metadata.product.feature.name
              ROWS UNBOUNDED PRECEDING)
          / sum(sum(length(raw_data))) OVER (), 2) AS percent_running,
    count(DISTINCT actor.user.uid)       AS callers,
    round(100.0 * count_if(status = 'Failure') / count(*), 1) AS percent_failed
FROM cloud_trail
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
GROUP BY 1, 2, 3, 4
ORDER BY characters DESC, account, service, operation, category
LIMIT 100;
