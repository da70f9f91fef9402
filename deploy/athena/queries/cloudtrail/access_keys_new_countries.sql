-- Question:   Which access keys were used from a country they had not been used from before? Long-lived
--             keys (AKIA); the first country of a key is no news.
-- Parameters: the timestamps in WHERE: how far back a key is looked at, and until when.
-- Cost:       reads the days of cloud_trail between the two, eight columns. Needs rows with countries: the
--             job needs a GeoIP database.
WITH countries AS (
    SELECT
        actor.user.credential_uid        AS access_key,
        max(actor.user.uid)              AS owner,
        src_endpoint.location.country    AS country,
        count(*)                         AS calls,
        count(api.response.error)        AS refused_or_failed,
        count(DISTINCT api.operation)    AS operations,
        array_join(array_sort(array_agg(DISTINCT src_endpoint.ip)), ' ') AS addresses,
        min(time_dt)                     AS first_seen,
        max(time_dt)                     AS last_seen
    FROM cloud_trail
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
      AND actor.user.credential_uid LIKE 'AKIA%'
      AND src_endpoint.location.country IS NOT NULL
    GROUP BY actor.user.credential_uid, src_endpoint.location.country
),
ranked AS (
    SELECT
        *,
        min_by(country, (first_seen, country)) OVER (PARTITION BY access_key) AS home_country,
        min(first_seen) OVER (PARTITION BY access_key) AS key_first_seen
    FROM countries
)
SELECT
    access_key, owner, home_country, country, first_seen, last_seen,
    calls, refused_or_failed, operations, addresses
FROM ranked
WHERE country <> home_country
ORDER BY first_seen DESC, access_key, country;
