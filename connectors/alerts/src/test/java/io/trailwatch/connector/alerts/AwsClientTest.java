package io.trailwatch.connector.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.alerts.LoopbackServer.Answer;
import io.trailwatch.connector.alerts.LoopbackServer.Call;
import io.trailwatch.finding.Finding;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes to SNS and SQS, and what their answers mean. */
class AwsClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(300);

    /** The two services, told apart by their wire alone. */
    enum Service {
        SNS("arn:aws:sns:eu-west-1:111122223333:alerts"),
        SQS("https://sqs.eu-west-1.amazonaws.com/111122223333/alerts");

        final String address;

        Service(String address) {
            this.address = address;
        }

        AlertClient client(LoopbackServer server, boolean fifo, Duration timeout) {
            AlertTarget target = AlertTarget.parse(address + (fifo ? ".fifo" : ""));
            return this == SNS
                    ? AwsClient.sns(target, server.uri(), timeout)
                    : AwsClient.sqs(target, server.uri(), timeout);
        }

        List<Message> messages(Call call) {
            return this == SNS ? SnsWire.messages(call) : SqsWire.messages(call);
        }

        Answer taken(Call call) {
            return this == SNS ? SnsWire.taken(call) : SqsWire.taken(call);
        }

        Answer partly(Call call, Map<String, String> failures, boolean senderFault) {
            return this == SNS
                    ? SnsWire.partly(call, failures, senderFault)
                    : SqsWire.partly(call, failures, senderFault);
        }

        Answer error(int status, String code) {
            return this == SNS ? SnsWire.error(status, code) : SqsWire.error(status, code);
        }
    }

    private LoopbackServer server;
    private AlertClient client;

    private void start(Service service, boolean fifo, Duration timeout) throws IOException {
        server = new LoopbackServer(service::taken);
        client = service.client(server, fifo, timeout);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void aBatchCarriesBodiesAndAttributes(Service service) throws Exception {
        start(service, false, PATIENCE);

        Delivery delivery = send(alerts(10));

        assertThat(delivery).isEqualTo(Delivery.sent(10));
        Call call = server.calls.get(0);
        assertThat(server.calls).hasSize(1);
        assertThat(service.messages(call))
                .extracting(Message::body)
                .containsExactlyElementsOf(
                        IntStream.range(0, 10).mapToObj(Findings::bodyOfNumbered).toList());
        assertThat(service.messages(call))
                .allSatisfy(
                        message -> {
                            assertThat(message.attributes())
                                    .containsExactly(
                                            Map.entry("account", "111122223333"),
                                            Map.entry("rule_id", "trailwatch-denied-calls"),
                                            Map.entry("severity", "high"));
                            assertThat(message.group()).isNull();
                            assertThat(message.deduplication()).isNull();
                        });
    }

    @Test
    void snsGetsTopicAndSubject() throws Exception {
        start(Service.SNS, false, PATIENCE);

        send(alerts(1));

        Call call = server.calls.get(0);
        assertThat(SnsWire.form(call).get("TopicArn")).isEqualTo(Service.SNS.address);
        assertThat(SnsWire.messages(call).get(0).subject())
                .isEqualTo("[HIGH] Burst of refused calls: arn:aws:iam::111122223333:user/mallory");
        assertThat(call.headers().get("authorization")).contains("/eu-west-1/sns/");
    }

    @Test
    void sqsGetsTheQueueUrl() throws Exception {
        start(Service.SQS, false, PATIENCE);

        send(alerts(1));

        Call call = server.calls.get(0);
        assertThat(SqsWire.request(call).get("QueueUrl").asText()).isEqualTo(Service.SQS.address);
        assertThat(call.headers().get("authorization")).contains("/eu-west-1/sqs/");
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void fifoGroupsByEntityAndDeduplicatesByFinding(Service service) throws Exception {
        start(service, true, PATIENCE);

        send(List.of(alert(Findings.numbered(1)), alert(Findings.strange())));

        List<Message> messages = service.messages(server.calls.get(0));
        assertThat(messages)
                .extracting(Message::deduplication)
                .containsExactly(Findings.numbered(1).id(), Findings.strange().id());
        assertThat(messages)
                .extracting(Message::group)
                .containsExactly(
                        Hashes.sha256Hex(Findings.numbered(1).entity(), 16),
                        Hashes.sha256Hex(Findings.strange().entity(), 16))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void anAbsentAccountIsNoAttribute(Service service) throws Exception {
        start(service, false, PATIENCE);

        send(List.of(alert(Findings.strange())));

        assertThat(service.messages(server.calls.get(0)).get(0).attributes())
                .containsOnlyKeys("severity", "rule_id");
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void entriesThatFailAreToldApart(Service service) throws Exception {
        start(service, false, PATIENCE);
        server.then(
                call ->
                        service.partly(
                                call, Map.of("1", "InternalError", "3", "Throttled"), false));

        List<AlertRequest> alerts = alerts(5);
        Delivery delivery = send(alerts);

        assertThat(delivery.sentCount()).isEqualTo(3);
        assertThat(delivery.failed()).containsExactly(alerts.get(1));
        assertThat(delivery.throttled()).containsExactly(alerts.get(3));
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void anEntryThatIsOurFaultNamesFindingAndTarget(Service service) throws Exception {
        start(service, false, PATIENCE);
        server.then(call -> service.partly(call, Map.of("0", "KmsAccessDenied"), true));

        assertThatThrownBy(() -> send(alerts(1)))
                .hasRootCauseInstanceOf(AlertException.class)
                .hasStackTraceContaining(service.address)
                .hasStackTraceContaining(Findings.numbered(0).id())
                .hasStackTraceContaining("KmsAccessDenied");
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void anEntryRefusedForItsTextIsLeftAndTheOthersAreTaken(Service service) throws Exception {
        start(service, false, PATIENCE);
        server.then(call -> service.partly(call, Map.of("1", "InvalidMessageContents"), true));

        List<AlertRequest> alerts = alerts(3);
        Delivery delivery = send(alerts);

        assertThat(delivery.sentCount()).isEqualTo(2);
        assertThat(delivery.rejected()).containsExactly(alerts.get(1));
        assertThat(delivery.failed()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void throttlingIsThrottling(Service service) throws Exception {
        start(service, false, PATIENCE);
        server.then(service.error(400, "ThrottlingException"));
        server.then(service.error(400, "KMSThrottling"));

        assertThat(send(alerts(2)).throttled()).isEqualTo(alerts(2));
        assertThat(send(alerts(2)).throttled()).isEqualTo(alerts(2));
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void faultsOfTheServicePass(Service service) throws Exception {
        start(service, false, PATIENCE);
        server.then(service.error(500, "InternalError"));
        server.then(service.error(403, "ExpiredToken"));

        assertThat(send(alerts(2)).failed()).isEqualTo(alerts(2));
        assertThat(send(alerts(2)).failed()).isEqualTo(alerts(2));
        assertThat(server.calls).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void noAnswerIsAFailureThatPasses(Service service) throws Exception {
        start(service, false, SHORT);
        server.thenHang();

        assertThat(send(alerts(2)).failed()).isEqualTo(alerts(2));
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void deniedAccessIsFatalAndNamesTheTarget(Service service) throws Exception {
        start(service, false, PATIENCE);
        server.then(service.error(403, "AccessDenied"));

        assertThatThrownBy(() -> send(alerts(1)))
                .cause()
                .isInstanceOf(AlertException.class)
                .hasMessageContaining(service.address)
                .hasMessageContaining("AccessDenied (status 403)");
    }

    private Delivery send(List<AlertRequest> alerts) throws Exception {
        return client.send(alerts).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static List<AlertRequest> alerts(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> alert(Findings.numbered(number)))
                .toList();
    }

    private static AlertRequest alert(Finding finding) {
        return AlertBody.of(finding);
    }
}
