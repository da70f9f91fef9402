-- Question:   Which snapshots and machine images were shared with other accounts, or with everyone?
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive.
-- Cost:       reads the days of cloud_trail between the two, eight columns; the request is the wide one.
SELECT
    time_dt,
    cloud.account.uid                    AS account,
    api.operation                        AS operation,
    coalesce(json_extract_scalar(api.request.data, '$.snapshotId'),
             json_extract_scalar(api.request.data, '$.imageId'),
             json_extract_scalar(api.request.data, '$.dBSnapshotIdentifier'),
             json_extract_scalar(api.request.data, '$.dBClusterSnapshotIdentifier')) AS copy,
    array_join(array_sort(array_distinct(concat(
        regexp_extract_all(
            json_format(coalesce(json_extract(api.request.data, '$.createVolumePermission.add'),
                                 json_extract(api.request.data, '$.launchPermission.add'),
                                 json_extract(api.request.data, '$.valuesToAdd'))),
            '"([0-9]{12})"', 1),
        regexp_extract_all(api.request.data, '"(all)"', 1)))), ' ') AS shared_with,
    coalesce(api.response.error, 'done') AS outcome,
    actor.user.uid                       AS who,
    src_endpoint.ip                      AS address,
    event_key
FROM cloud_trail
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND api.operation IN ('ModifySnapshotAttribute', 'ModifyImageAttribute',
      'ModifyDBSnapshotAttribute', 'ModifyDBClusterSnapshotAttribute')
  AND (json_extract(api.request.data, '$.createVolumePermission.add') IS NOT NULL
       OR json_extract(api.request.data, '$.launchPermission.add') IS NOT NULL
       OR json_extract(api.request.data, '$.valuesToAdd') IS NOT NULL)
ORDER BY time_dt, event_key
LIMIT 500;
