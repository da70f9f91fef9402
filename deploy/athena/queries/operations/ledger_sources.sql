-- Question:   Which source brings trouble: repeats, late events, bytes that cannot be read, gaps?
--             Streams with all their shards; files by folder, without the date at its end.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, time of arrival.
-- Cost:       reads the ledger of these days, a row for each source and hour.
SELECT
    regexp_replace(source, '(/\d{4}(/\d{2}){0,3})?/[^/]*$', '') AS origin,
    count(DISTINCT source)               AS sources,
    count(DISTINCT hour)                 AS hours,
    min(hour)                            AS first_hour,
    max(hour)                            AS last_hour,
    sum(received)                        AS received,
    sum(quarantined)                     AS quarantined,
    sum(deduplicated)                    AS deduplicated,
    sum(late)                            AS late,
    sum(lost)                            AS lost,
    round(100.0 * sum(quarantined) / nullif(sum(received), 0), 3) AS percent_quarantined,
    round(100.0 * sum(deduplicated) / nullif(sum(received), 0), 3) AS percent_deduplicated,
    round(100.0 * sum(late) / nullif(sum(written), 0), 3) AS percent_late
FROM ledger
WHERE hour >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND hour < TIMESTAMP '2100-01-01 00:00:00 UTC'
GROUP BY 1
ORDER BY lost DESC, quarantined DESC, late DESC, deduplicated DESC, received DESC, origin
LIMIT 200;
