-- Question:   Which domains does anybody ask for that nobody asked for before? Those first asked for in
--             the last 24 hours of the range, with who asked and what came back.
-- Parameters: the timestamps in WHERE: from when to remember, and until when, exclusive; the last 24
--             hours in which there are queries are the day that is looked at.
-- Cost:       reads the hours of dns_activity between the two, of each only the columns named.
WITH domains AS (
    SELECT
        regexp_extract(query.hostname, '([^.]+\.)?[^.]+$') AS domain,
        min(time_dt)                     AS first_asked,
        max(time_dt)                     AS last_asked,
        count(*)                         AS queries,
        count(DISTINCT query.hostname)   AS names,
        array_join(array_sort(array_agg(DISTINCT
            coalesce(src_endpoint.instance_uid, src_endpoint.ip, 'unknown'))), ' ') AS machines,
        array_join(array_sort(array_agg(DISTINCT query.type)), ' ') AS types,
        count_if(rcode = 'NXDomain')     AS not_found,
        count_if(action = 'Denied')      AS blocked
    FROM dns_activity
    WHERE query.hostname IS NOT NULL
      AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
    GROUP BY 1
),
dated AS (
    SELECT *, max(last_asked) OVER () - INTERVAL '1' DAY AS day_start
    FROM domains
)
SELECT domain, first_asked, last_asked, queries, names, machines, types, not_found, blocked
FROM dated
WHERE first_asked > day_start
ORDER BY names DESC, queries DESC, domain
LIMIT 200;
