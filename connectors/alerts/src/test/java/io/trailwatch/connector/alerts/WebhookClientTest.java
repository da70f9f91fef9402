package io.trailwatch.connector.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.alerts.LoopbackServer.Answer;
import io.trailwatch.connector.alerts.LoopbackServer.Call;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AlertRequest ALERT = AlertBody.of(Findings.numbered(1));

    private LoopbackServer server;
    private WebhookClient client;

    @BeforeEach
    void start() throws IOException {
        server = new LoopbackServer(call -> Answer.of(204));
        client = client(null, PATIENCE);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void anAlertIsOnePostWithItsIdAsIdempotencyKey() throws Exception {
        assertThat(send()).isEqualTo(Delivery.sent(1));

        assertThat(server.calls).hasSize(1);
        Call call = server.calls.get(0);
        assertThat(call.path()).isEqualTo("/hooks/s3cret?x=1");
        assertThat(call.body()).isEqualTo(Findings.bodyOfNumbered(1));
        assertThat(call.headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("idempotency-key", Findings.numbered(1).id())
                .doesNotContainKey("trailwatch-signature");
    }

    @Test
    void aSignatureCoversTimeAndBody() throws Exception {
        WebhookSignature signature =
                WebhookSignature.fromVariable("HOOK_KEY", target(), Map.of("HOOK_KEY", "k")::get);
        client = client(signature, PATIENCE);

        send();

        // printf '1795256130.BODY' | openssl dgst -sha256 -hmac k
        assertThat(server.calls.get(0).headers())
                .containsEntry(
                        "trailwatch-signature",
                        "t=1795256130,v1=b1bb7135db368ebbf2b035bbf66d67dcafd2a590a854e0a0675d7de748e0a665");
    }

    @Test
    void anAbsentSecretNamesTheVariable() {
        assertThatThrownBy(() -> WebhookSignature.fromVariable("HOOK_KEY", target(), name -> null))
                .isInstanceOf(AlertException.class)
                .hasMessageContaining("alerts.webhook.secret-variable")
                .hasMessageContaining("HOOK_KEY, which is not set");
        assertThatThrownBy(() -> WebhookSignature.fromVariable("HOOK_KEY", target(), name -> ""))
                .isInstanceOf(AlertException.class)
                .hasMessageContaining("HOOK_KEY, which is empty");
    }

    @Test
    void tooManyRequestsIsThrottlingAndTellsWhenToComeBack() throws Exception {
        server.then(new Answer(429, Map.of("Retry-After", "7"), "slow down"));
        server.then(new Answer(429, Map.of("Retry-After", "Fri, 01 Jan 2027 00:00:00 GMT"), ""));

        Delivery first = send();
        assertThat(first.throttled()).containsExactly(ALERT);
        assertThat(first.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(send().retryAfter()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 599, 408, 425})
    void whatPassesIsTriedAgain(int status) throws Exception {
        server.then(Answer.of(status));

        assertThat(send().failed()).containsExactly(ALERT);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 499, 301, 307})
    void whatDoesNotPassIsFatalAndNamesTheTargetButNotItsPath(int status) {
        server.then(new Answer(status, Map.of("Location", "/elsewhere"), ""));

        assertThatThrownBy(this::send)
                .cause()
                .isInstanceOf(AlertException.class)
                .hasMessageContaining("webhook " + server.uri() + "/…")
                .hasMessageContaining("status " + status)
                .hasMessageContaining(ALERT.findingId())
                .hasMessageNotContaining("s3cret");
        assertThat(server.calls).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void whatIsSaidOfTheAlertIsNoFaultOfTheTarget(int status) throws Exception {
        server.then(Answer.of(status));

        Delivery delivery = send();

        assertThat(delivery.rejected()).containsExactly(ALERT);
        assertThat(delivery.reason()).isEqualTo("status " + status);
        assertThat(delivery.failed()).isEmpty();
    }

    @Test
    void noAnswerIsAFailureThatPasses() throws Exception {
        client = client(null, Duration.ofMillis(300));
        server.thenHang();

        assertThat(send().failed()).containsExactly(ALERT);
    }

    @Test
    void aRefusedConnectionIsAFailureThatPasses() throws Exception {
        server.close();

        assertThat(send().failed()).containsExactly(ALERT);
    }

    private Delivery send() throws Exception {
        return client.send(List.of(ALERT)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private AlertTarget target() {
        return AlertTarget.parse(server.uri() + "/hooks/s3cret?x=1");
    }

    private WebhookClient client(@Nullable WebhookSignature signature, Duration timeout) {
        return new WebhookClient(
                target(), signature, timeout, Clock.fixed(Findings.T0, ZoneOffset.UTC));
    }
}
