-- Question:   Who may be carrying data in DNS queries? Machines that ask for many different names
--             below one domain, long ones above all: each query takes some bytes out.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive, event time. In HAVING:
--             how many names of how many characters. A domain is taken for the last two labels.
-- Cost:       reads the hours of dns_activity between the two, of each only the columns named.
WITH queries AS (
    SELECT
        coalesce(src_endpoint.instance_uid, src_endpoint.ip) AS machine,
        src_endpoint.ip                  AS address,
        regexp_extract(query.hostname, '([^.]+\.)?[^.]+$') AS domain,
        query.hostname                   AS name,
        query.type                       AS type,
        rcode,
        date_trunc('hour', time_dt)      AS hour,
        time_dt
    FROM dns_activity
    WHERE query.hostname IS NOT NULL
      AND time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
)
SELECT
    hour,
    machine,
    max(address)                         AS address,
    domain,
    count(*)                             AS queries,
    count(DISTINCT name)                 AS names,
    round(avg(length(name) - length(domain)), 1) AS mean_characters_below,
    sum(length(name) - length(domain))   AS characters_below,
    array_join(array_sort(array_agg(DISTINCT type)), ' ') AS types,
    count_if(rcode = 'NXDomain')         AS not_found,
    min(name)                            AS a_name,
    min(time_dt)                         AS first_query,
    max(time_dt)                         AS last_query
FROM queries
GROUP BY hour, machine, domain
HAVING count(DISTINCT name) >= 20
   AND avg(length(name) - length(domain)) >= 20
ORDER BY characters_below DESC, hour, machine, domain
LIMIT 50;
