-- Question:   Who stopped or narrowed what watches us: trails, flow logs, Config, GuardDuty, Security Hub,
--             log groups, alarms?
-- Parameters: the timestamps in WHERE: from when, and until when, exclusive.
-- Cost:       reads the days of cloud_trail between the two, eight columns; the request is the wide one.
SELECT
    time_dt,
    cloud.account.uid                    AS account,
    cloud.region                         AS region,
    api.service.name                     AS service,
    api.operation                        AS operation,
    substr(api.request.data, 1, 160)     AS what,
    coalesce(api.response.error, 'done') AS outcome,
    actor.user.uid                       AS who,
    src_endpoint.ip                      AS address,
    event_key
FROM cloud_trail
WHERE time_dt >= TIMESTAMP '2020-01-01 00:00:00 UTC'
  AND time_dt < TIMESTAMP '2100-01-01 00:00:00 UTC'
  AND ((api.service.name = 'cloudtrail.amazonaws.com' AND api.operation IN ('StopLogging',
            'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'DeleteEventDataStore',
            'StopEventDataStoreIngestion'))
       OR (api.service.name = 'ec2.amazonaws.com' AND api.operation = 'DeleteFlowLogs')
       OR (api.service.name = 'config.amazonaws.com' AND api.operation IN
            ('StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DeleteDeliveryChannel',
            'DeleteConfigRule'))
       OR (api.service.name = 'guardduty.amazonaws.com' AND api.operation IN ('DeleteDetector',
            'UpdateDetector', 'CreateFilter', 'CreateIPSet', 'DisassociateMembers',
            'DisassociateFromAdministratorAccount', 'StopMonitoringMembers'))
       OR (api.service.name = 'securityhub.amazonaws.com' AND api.operation IN
            ('DisableSecurityHub', 'BatchDisableStandards'))
       OR (api.service.name = 'logs.amazonaws.com' AND api.operation IN ('DeleteLogGroup',
            'DeleteLogStream', 'DeleteSubscriptionFilter', 'PutRetentionPolicy'))
       OR (api.service.name = 'monitoring.amazonaws.com' AND api.operation IN ('DeleteAlarms',
            'DisableAlarmActions')))
ORDER BY time_dt, event_key
LIMIT 500;
