-- Question:   Is anything lost between arrival and table? Each day of arrival: what was received
--             beside what became of it. The difference must be 0, and lost must be 0.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, time of arrival.
-- Cost:       reads the ledger of these days, a row for each source and hour.
SELECT
    date(hour)                           AS day,
    count(DISTINCT source)               AS sources,
    sum(received)                        AS received,
    sum(written)                         AS written,
    sum(quarantined)                     AS quarantined,
    sum(deduplicated)                    AS deduplicated,
    sum(control)                         AS control,
    sum(received) - sum(written) - sum(quarantined) - sum(deduplicated) - sum(control)
                                         AS difference,
    sum(lost)                            AS lost,
    round(100.0 * sum(quarantined) / nullif(sum(received), 0), 3) AS percent_quarantined,
    round(100.0 * sum(deduplicated) / nullif(sum(received), 0), 3) AS percent_deduplicated,
    round(100.0 * sum(late) / nullif(sum(written), 0), 3) AS percent_late
FROM ledger
WHERE hour >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND hour < TIMESTAMP '2100-01-01 00:00:00 UTC'
GROUP BY date(hour)
ORDER BY day DESC;
