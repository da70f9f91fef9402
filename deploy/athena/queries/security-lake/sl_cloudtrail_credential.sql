-- Question:   Where was one credential used? Written as the examples for Amazon Security Lake (source
--             version 2, OCSF 1.1.0) are: only the table has our name; event_key settles ties.
-- Parameters: the access key; the timestamps of BETWEEN, where an analyst has CURRENT_TIMESTAMP -
--             INTERVAL '7' DAY.
-- Cost:       reads the days of cloud_trail between the two, the columns that are named.
SELECT
    actor.user.uid,
    actor.user.uid_alt,
    actor.user.account.uid AS account_uid,
    cloud.region
FROM cloud_trail
WHERE time_dt BETWEEN TIMESTAMP '2020-01-01 00:00:00 UTC' AND TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND actor.user.credential_uid = 'AKIA5HUCM4DISGWBNF5R'
ORDER BY time DESC, event_key
LIMIT 25;
