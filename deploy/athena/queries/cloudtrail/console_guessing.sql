-- Question:   Whose console password is being guessed, and was it found? Failed sign-ins of a day by user
--             and address, and the first success from that address after the first failure.
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive; the least number of
--             failures in HAVING.
-- Cost:       reads the days of cloud_trail between the two, eight columns of them.
WITH sign_ins AS (
    SELECT
        time_dt,
        cloud.account.uid                AS account,
        coalesce(user.name, actor.user.name, actor.user.type) AS who,
        src_endpoint.ip                  AS address,
        src_endpoint.location.country    AS country,
        status
    FROM cloud_trail
    WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
      AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
      AND api.operation = 'ConsoleLogin'
),
failures AS (
    SELECT
        account, who, address, date_trunc('day', time_dt) AS day,
        min(country)                     AS country,
        count(*)                         AS failures,
        min(time_dt)                     AS first_failure,
        max(time_dt)                     AS last_failure
    FROM sign_ins
    WHERE status = 'Failure'
    GROUP BY account, who, address, date_trunc('day', time_dt)
    HAVING count(*) >= 3
)
SELECT
    failures.account, failures.who, failures.address, failures.country,
    failures.failures, failures.first_failure, failures.last_failure,
    min(success.time_dt)                 AS success_after
FROM failures
LEFT JOIN sign_ins AS success
  ON success.status = 'Success'
 AND success.account = failures.account
 AND success.who = failures.who
 AND success.address = failures.address
 AND success.time_dt > failures.first_failure
 AND success.time_dt < failures.day + INTERVAL '1' DAY
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY success_after NULLS LAST, failures DESC, who, address, first_failure;
