package io.trailwatch.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.unwrap.Unwrapped;
import io.trailwatch.quarantine.RejectReason;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Notifications of S3, records of other services, events of EventBridge, alarms. */
class ServiceEventsTest {
    private static final String PUT =
            """
            {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1",
             "eventTime":"2026-11-20T08:00:00.123Z","eventName":"ObjectCreated:Put","userIdentity":{"principalId":"AWS:AIDAEX"},
             "requestParameters":{"sourceIPAddress":"198.51.100.7"},
             "responseElements":{"x-amz-request-id":"R1","x-amz-id-2":"x2"},
             "s3":{"s3SchemaVersion":"1.0","configurationId":"%s","bucket":{"name":"invoices","ownerIdentity":{"principalId":"A1"},
              "arn":"arn:aws:s3:::invoices"},"object":{"key":"in+box/%%E2%%82%%AC.pdf","size":1024,"eTag":"e7","sequencer":"%s"}}}]}
            """;

    @Test
    void anObjectThatIsPutIsAnEvent() {
        AppEvent put = AppEventReading.only(PUT.formatted("all", "0055"));

        assertThat(put.schemaName()).isEqualTo("aws.s3.notification");
        assertThat(put.type()).isEqualTo("s3.ObjectCreated:Put");
        assertThat(put.time()).isEqualTo(Instant.parse("2026-11-20T08:00:00.123Z"));
        assertThat(put.user()).isEqualTo("AWS:AIDAEX");
        assertThat(put.sourceAddress()).isEqualTo("198.51.100.7");
        assertThat(put.attributes())
                .containsEntry("bucket", "invoices")
                .containsEntry("key", "in box/\u20ac.pdf")
                .containsEntry("size", "1024")
                .containsEntry("eTag", "e7")
                .containsEntry("sequencer", "0055")
                .containsEntry("requestId", "R1")
                .containsEntry("aws_region", "eu-west-1");
    }

    @Test
    void oneOperationIsOneEventWhicheverConfigurationTellsIt() {
        assertThat(AppEventReading.keys(PUT.formatted("all", "0055")))
                .isEqualTo(AppEventReading.keys(PUT.formatted("audit", "0055")))
                .isNotEqualTo(AppEventReading.keys(PUT.formatted("all", "0056")))
                .isNotEqualTo(
                        AppEventReading.keys(
                                PUT.formatted("all", "0055").replace("Put", "CompleteUpload")));
    }

    @Test
    void aKeyThatCannotBeDecodedStaysAsItIs() {
        assertThat(
                        AppEventReading.only(PUT.formatted("all", "1").replace("%E2%82%AC", "100%"))
                                .attributes())
                .containsEntry("key", "in+box/100%.pdf");
    }

    @Test
    void aMailThatIsReceivedIsAnEvent() {
        AppEvent mail =
                AppEventReading.only(
                        """
                        {"Records":[{"eventSource":"aws:ses","eventVersion":"1.0","ses":{
                         "mail":{"timestamp":"2026-11-20T08:00:00.000Z","source":"ada@example.com","messageId":"m-1","destination":["help@example.org"]},
                         "receipt":{"recipients":["help@example.org"],"spamVerdict":{"status":"FAIL"}}}}]}
                        """);

        assertThat(mail.schemaName()).isEqualTo("aws.ses");
        assertThat(mail.eventId()).isEqualTo("m-1");
        assertThat(mail.type()).isEqualTo("ses.record");
        assertThat(mail.time()).isEqualTo(Instant.parse("2026-11-20T08:00:00Z"));
        assertThat(mail.user()).isEqualTo("ada@example.com");
        assertThat(mail.attributes().get("receipt")).contains("\"spamVerdict\"");
    }

    @Test
    void aRecordOfAnotherServiceIsReadByItsCommonFields() {
        AppEvent push =
                AppEventReading.only(
                        """
                        {"eventId":"c-1","eventVersion":"1.0","eventTime":"2026-11-20T08:00:00.000+0000","eventName":"ReferenceChanges",
                         "eventSource":"aws:codecommit","awsRegion":"eu-west-1","userIdentityARN":"arn:aws:iam::111122223333:user/ada",
                         "codecommit":{"references":[{"commit":"5c4e","ref":"refs/heads/main"}]}}
                        """
                                .replace("+0000", "Z"));

        assertThat(push.type()).isEqualTo("codecommit.ReferenceChanges");
        assertThat(push.user()).isEqualTo("arn:aws:iam::111122223333:user/ada");
        assertThat(push.attributes())
                .containsEntry("references", "[{\"commit\":\"5c4e\",\"ref\":\"refs/heads/main\"}]");
    }

    @Test
    void anEnvelopeThatCannotBeOpenedIsNoEvent() {
        assertThat(Unwrapped.of("{\"eventSource\":\"aws:sqs\",\"messageId\":\"m\"}").reasons())
                .containsExactly(RejectReason.UNKNOWN_EVENT);
    }

    @Test
    void anEventBridgeEventOfAnotherKindIsTheWholeEnvelope() {
        AppEvent stopped =
                AppEventReading.only(
                        """
                        {"version":"0","id":"eb-1","detail-type":"EC2 Instance State-change Notification","source":"aws.ec2",
                         "account":"111122223333","time":"2026-11-20T08:00:00Z","region":"eu-west-1",
                         "resources":["arn:aws:ec2:eu-west-1:111122223333:instance/i-0a1"],
                         "detail":{"instance-id":"i-0a1","state":"stopped"}}
                        """);

        assertThat(stopped.schemaName()).isEqualTo("aws.eventbridge");
        assertThat(stopped.eventId()).isEqualTo("eb-1");
        assertThat(stopped.type()).isEqualTo("aws.ec2.ec2_instance_state_change_notification");
        assertThat(stopped.attributes())
                .containsEntry("detail-type", "EC2 Instance State-change Notification")
                .containsEntry("state", "stopped")
                .containsEntry("aws_account", "111122223333")
                .containsEntry("aws_region", "eu-west-1")
                .containsEntry(
                        "resources", "[\"arn:aws:ec2:eu-west-1:111122223333:instance/i-0a1\"]");
        assertThat(stopped.raw()).contains("\"detail-type\"");
    }

    @Test
    void anEventOfAnApplicationOnTheBusHasItsSourceInTheType() {
        String event =
                """
                {"version":"0","id":"eb-2","detail-type":"OrderPlaced","source":"com.Example/Shop","account":"111122223333",
                 "time":"2026-11-20T08:00:00Z","region":"eu-west-1","resources":[],"detail":{"source":"web"}}
                """;

        AppEvent placed = AppEventReading.only(event);

        assertThat(placed.type()).isEqualTo("com.example_shop.order_placed");
        assertThat(placed.attributes()).containsEntry("source", "com.Example/Shop");
        assertThat(AppEventReading.keys(event)).containsExactly("eb/111122223333/eb-2");
    }

    @Test
    void aChangeOfAnAlarmIsAnEventAlsoInItsNotification() {
        AppEvent alarm =
                AppEventReading.only(
                        """
                        {"Type":"Notification","MessageId":"n-1","TopicArn":"arn:aws:sns:eu-west-1:111122223333:alarms",
                         "Message":"{\\"AlarmName\\":\\"errors\\",\\"AWSAccountId\\":\\"111122223333\\",\\"NewStateValue\\":\\"ALARM\\",\\"OldStateValue\\":\\"OK\\",\\"StateChangeTime\\":\\"2026-11-20T08:00:00.123+0000\\",\\"AlarmArn\\":\\"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:errors\\"}",
                         "Timestamp":"2026-11-20T08:00:01.000Z"}
                        """);

        assertThat(alarm.type()).isEqualTo("cloudwatch.alarm.alarm");
        assertThat(alarm.time()).isEqualTo(Instant.parse("2026-11-20T08:00:00.123Z"));
        assertThat(alarm.attributes())
                .containsEntry("AlarmName", "errors")
                .containsEntry("OldStateValue", "OK")
                .containsEntry("aws_account", "111122223333");
    }
}
