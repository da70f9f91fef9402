-- Question:   Is all that arrived accounted for? One row per day of arrival and origin, a stream or a
--             folder without its date: received beside what became of it; holds says whether nothing is
--             missing.
-- Parameters: none; ask with a condition on day, UTC.
-- Cost:       a condition on day reads those days of the ledger alone.
-- Key:        day, origin.
CREATE OR REPLACE VIEW ledger_balance_by_origin AS
SELECT
    date(hour)                           AS day,
    regexp_replace(source, '(/\d{4}(/\d{2}){0,3})?/[^/]*$', '') AS origin,
    count(DISTINCT source)               AS sources,
    sum(received)                        AS received,
    sum(written)                         AS written,
    sum(quarantined)                     AS quarantined,
    sum(deduplicated)                    AS deduplicated,
    sum(control)                         AS control,
    sum(late)                            AS late,
    sum(lost)                            AS lost,
    sum(received) - sum(written) - sum(quarantined) - sum(deduplicated) - sum(control)
                                         AS difference,
    sum(received) = sum(written) + sum(quarantined) + sum(deduplicated) + sum(control)
        AND sum(lost) = 0                AS holds
FROM ledger
GROUP BY 1, 2;
