package io.trailwatch.core.normalise;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoded;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.deliver.Deliveries;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.core.unwrap.Pieces;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.core.unwrap.Unwrapper;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.Origin;
import io.trailwatch.event.RawRecord;
import io.trailwatch.finding.Finding;
import io.trailwatch.finding.FindingIds;
import io.trailwatch.finding.Severity;
import io.trailwatch.ledger.LedgerEntry;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowsTest {
    private static final Instant T0 = Instant.parse("2026-11-20T08:03:11Z");
    private static final IpContext NEW_ZEALAND =
            new IpContext("NZ", "Wellington", 64500L, "Example Net", List.of("known-bad"));

    @Test
    void anApiCallOfARoleBecomesApiActivity() {
        Map<String, Object> row =
                cloudTrail(
                        """
                        {"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","principalId":"AROAEX:jo",\
                        "arn":"arn:aws:sts::111122223333:assumed-role/Dev/jo","accountId":"111122223333","accessKeyId":"ASIAEX",\
                        "sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::111122223333:role/Dev","userName":"Dev"},\
                        "attributes":{"creationDate":"2026-11-20T08:00:00Z","mfaAuthenticated":"false"}}},\
                        "eventTime":"2026-11-20T08:03:11Z","eventSource":"iam.amazonaws.com","eventName":"CreateAccessKey",\
                        "awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2",\
                        "errorCode":"AccessDenied","errorMessage":"no","requestParameters":{"userName":"svc"},"responseElements":null,\
                        "requestID":"r-1","eventID":"e-1","readOnly":false,"eventType":"AwsApiCall","recipientAccountId":"111122223333",\
                        "resources":[{"ARN":"arn:aws:iam::111122223333:user/svc","accountId":"111122223333","type":"AWS::IAM::User"}],\
                        "tlsDetails":{"tlsVersion":"TLSv1.3"}}\
                        """);

        assertThat(row)
                .containsEntry("event_key", "ct/111122223333/e-1")
                .containsEntry("time", T0.toEpochMilli())
                .containsEntry("time_dt", T0)
                .containsEntry("class_uid", 6003)
                .containsEntry("activity_name", "Create")
                .containsEntry("type_uid", 600301L)
                .containsEntry("status", "Failure")
                .containsEntry("metadata.uid", "e-1")
                .containsEntry("metadata.product.version", "1.11")
                .containsEntry("cloud.region", "us-east-1")
                .containsEntry("cloud.account.uid", "111122223333")
                .containsEntry("api.operation", "CreateAccessKey")
                .containsEntry("api.service.name", "iam.amazonaws.com")
                .containsEntry("api.request.data", "{\"userName\":\"svc\"}")
                .containsEntry("api.response.error", "AccessDenied")
                .containsEntry("actor.user.type", "AssumedRole")
                .containsEntry("actor.user.uid", "arn:aws:sts::111122223333:assumed-role/Dev/jo")
                .containsEntry("actor.user.name", "Dev")
                .containsEntry("actor.user.credential_uid", "ASIAEX")
                .containsEntry("actor.session.issuer", "arn:aws:iam::111122223333:role/Dev")
                .containsEntry("actor.session.is_mfa", false)
                .containsEntry("src_endpoint.ip", "198.51.100.7")
                .containsEntry("src_endpoint.location.country", "NZ")
                .containsEntry("src_endpoint.autonomous_system.number", 64500L)
                .containsEntry("http_request.user_agent", "aws-cli/2")
                .containsEntry(
                        "unmapped",
                        Map.of("readOnly", "false", "tlsDetails", "{\"tlsVersion\":\"TLSv1.3\"}"));
        assertThat(row.get("enrichments"))
                .isEqualTo(
                        List.of(
                                Row.of(
                                        "src_endpoint.ip",
                                        "198.51.100.7",
                                        "threat-list",
                                        "known-bad")));
        assertThat((String) row.get("raw_data")).contains("\"requestID\":\"r-1\"");
    }

    @Test
    void aFailedConsoleLoginBecomesAuthentication() {
        Map<String, Object> row =
                cloudTrail(
                        """
                        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","accountId":"111122223333","userName":"alice"},\
                        "eventTime":"2026-11-20T08:03:11Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin",\
                        "awsRegion":"us-east-1","sourceIPAddress":"198.51.100.7","responseElements":{"ConsoleLogin":"Failure"},\
                        "additionalEventData":{"MFAUsed":"No"},"eventID":"e-2","eventType":"AwsConsoleSignIn","recipientAccountId":"111122223333"}\
                        """);

        assertThat(row)
                .containsEntry("class_uid", 3002)
                .containsEntry("activity_name", "Logon")
                .containsEntry("status", "Failure")
                .containsEntry("user.name", "alice")
                .containsEntry("is_mfa", false);
    }

    @Test
    void aNewUserIsAnAccountChangeAndAServiceHasNoAddress() {
        Map<String, Object> row =
                cloudTrail(
                        """
                        {"eventVersion":"1.11","userIdentity":{"type":"AWSService","invokedBy":"sso.amazonaws.com"},\
                        "eventTime":"2026-11-20T08:03:11Z","eventSource":"iam.amazonaws.com","eventName":"CreateUser",\
                        "awsRegion":"us-east-1","sourceIPAddress":"sso.amazonaws.com","requestParameters":{"userName":"bob"},\
                        "eventID":"e-3","eventType":"AwsApiCall","recipientAccountId":"111122223333"}\
                        """);

        assertThat(row)
                .containsEntry("class_uid", 3001)
                .containsEntry("activity_name", "Create")
                .containsEntry("status", "Success")
                .containsEntry("user.name", "bob")
                .containsEntry("actor.invoked_by", "sso.amazonaws.com")
                .containsEntry("src_endpoint.domain", "sso.amazonaws.com")
                .doesNotContainKey("src_endpoint.ip");
    }

    @Test
    void aFlowRecordBecomesNetworkActivity() {
        LogEvent event =
                only(
                        "2 111122223333 eni-0a1 198.51.100.7 10.0.1.9 20641 22 6 20 4249 1763625791"
                                + " 1763625851 REJECT OK\n");
        Map<String, Object> row = RowReading.values(Tables.VPC_FLOW, row(event));

        assertThat(row)
                .containsEntry("class_uid", 4001)
                .containsEntry("time", 1763625791000L)
                .containsEntry("end_time", 1763625851000L)
                .containsEntry("src_endpoint.ip", "198.51.100.7")
                .containsEntry("src_endpoint.port", 20641)
                .containsEntry("src_endpoint.location.city", "Wellington")
                .containsEntry("dst_endpoint.ip", "10.0.1.9")
                .containsEntry("dst_endpoint.port", 22)
                .containsEntry("dst_endpoint.interface_uid", "eni-0a1")
                .containsEntry("connection_info.protocol_num", 6)
                .containsEntry("traffic.packets", 20L)
                .containsEntry("traffic.bytes", 4249L)
                .containsEntry("action", "Denied")
                .containsEntry("cloud.account.uid", "111122223333")
                .containsEntry("status_code", "OK");
    }

    @Test
    void anApplicationEventKeepsItsEnvelope() {
        LogEvent event =
                only(
                        """
                        {"event_id":"a-1","time":"2026-11-20T08:03:11Z","type":"auth.sign_in","user":"eve","session":"s-1",\
                        "source_ip":"198.51.100.7","user_agent":"app/1","outcome":"failure","attributes":{"method":"password"}}\
                        """);
        Map<String, Object> row = RowReading.values(Tables.APP_EVENTS, row(event));

        assertThat(row)
                .containsEntry("event_key", "app/a-1")
                .containsEntry("time_dt", T0)
                .containsEntry("type", "auth.sign_in")
                .containsEntry("user", "eve")
                .containsEntry("outcome", "failure")
                .containsEntry("location.country", "NZ")
                .containsEntry("attributes", Map.of("method", "password"));
    }

    @Test
    void findingsQuarantineAndLedgerFitTheirTables() {
        Finding finding =
                new Finding(
                        FindingIds.ofEvent("r", "alice", "ct/1/e"),
                        T0,
                        "r",
                        "Rule",
                        "2026-11-21",
                        "Trailwatch",
                        Severity.HIGH,
                        "principal",
                        "alice",
                        null,
                        null,
                        List.of("T1098"),
                        List.of("ct/1/e"),
                        T0,
                        T0,
                        1,
                        "alice did it");
        assertThat(RowReading.values(Tables.FINDINGS, Deliveries.row(finding, OcsfVersion.V1_1_0)))
                .containsEntry("severity", "high")
                .containsEntry("severity_id", 4)
                .containsEntry("type_uid", 200401L)
                .containsEntry("techniques", List.of("T1098"))
                .containsEntry("finding_info.analytic.uid", "r");

        Origin origin = new Origin("file", "", "0", 0, 3, T0);
        Quarantined piece =
                Quarantined.of(
                        origin,
                        "decode",
                        RejectReason.MISSING_FIELD,
                        "eventTime\nis absent",
                        new byte[] {1});
        assertThat(RowReading.values(Tables.QUARANTINE, Deliveries.row(piece)))
                .containsEntry("reason", "MISSING_FIELD")
                .containsEntry("detail", "eventTime?is absent")
                .containsEntry("index", 3);

        LedgerEntry entry = LedgerEntry.empty("file", T0).withReceived(2).withWritten(2);
        assertThat(RowReading.values(Tables.LEDGER, Deliveries.row(entry)))
                .containsEntry("hour", Instant.parse("2026-11-20T08:00:00Z"))
                .containsEntry("received", 2L);
    }

    private static Map<String, Object> cloudTrail(String json) {
        LogEvent event = only(json);
        return RowReading.values(Tables.CLOUD_TRAIL, row(event));
    }

    private static Row row(LogEvent event) {
        return EventRows.of(decoded(event), NEW_ZEALAND, IpContext.EMPTY, OcsfVersion.V1_1_0).row();
    }

    private static DecodedEvent decoded(LogEvent event) {
        Decoded<DecodedEvent> decoded = new Decoder(DecodeLimits.DEFAULT).decode(event);
        assertThat(decoded).isInstanceOf(Decoded.Accepted.class);
        return ((Decoded.Accepted<DecodedEvent>) decoded).value();
    }

    /** The one event that unwrapping makes of a text. */
    private static LogEvent only(String text) {
        List<LogEvent> events = new ArrayList<>();
        new Unwrapper(UnwrapSettings.DEFAULT)
                .unwrap(
                        RawRecord.of("file", "", "0", T0, text.getBytes(StandardCharsets.UTF_8)),
                        new Pieces() {
                            @Override
                            public void event(LogEvent event) {
                                events.add(event);
                            }

                            @Override
                            public void control(Origin origin, String what) {
                                throw new AssertionError(what);
                            }

                            @Override
                            public void reject(Quarantined rejected) {
                                throw new AssertionError(rejected.detail());
                            }
                        });
        assertThat(events).hasSize(1);
        return events.get(0);
    }
}
