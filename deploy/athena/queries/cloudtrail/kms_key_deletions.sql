-- Question:   Which KMS keys are disabled, about to be deleted, or had their policy changed, and until when
--             can a deletion be cancelled?
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive.
-- Cost:       reads the days of cloud_trail between the two, nine columns of them.
SELECT
    time_dt,
    cloud.account.uid                    AS account,
    cloud.region                         AS region,
    api.operation                        AS operation,
    coalesce(json_extract_scalar(api.request.data, '$.keyId'), resources[1].uid) AS kms_key,
    json_extract_scalar(api.response.data, '$.deletionDate') AS deletion,
    coalesce(api.response.error, 'done') AS outcome,
    actor.user.uid                       AS who,
    src_endpoint.ip                      AS address,
    event_key
FROM cloud_trail
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND api.service.name = 'kms.amazonaws.com'
  AND api.operation IN ('ScheduleKeyDeletion', 'DisableKey', 'DeleteImportedKeyMaterial',
      'DisconnectCustomKeyStore', 'DeleteCustomKeyStore', 'PutKeyPolicy', 'CancelKeyDeletion',
      'DisableKeyRotation')
ORDER BY time_dt, event_key
LIMIT 500;
