package io.trailwatch.core.detect.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.CloudTrailEvent;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.EventBody;
import io.trailwatch.core.decode.FlowRecord;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import io.trailwatch.finding.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class FeatureExtractionTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant T0 = Instant.parse("2026-11-20T08:00:00Z");

    @Test
    void keysAFailedConsoleLoginByItsUserOrByTheAddressWhenTheNameIsHidden() throws IOException {
        String login =
                """
                {"eventName":"ConsoleLogin","eventSource":"signin.amazonaws.com","awsRegion":"eu-west-1",
                 "sourceIPAddress":"192.0.2.9","errorMessage":"%s","recipientAccountId":"111122223333",
                 "userIdentity":{"type":"IAMUser","userName":"%s","accountId":"111122223333"},
                 "responseElements":{"ConsoleLogin":"%s"}}\
                """;
        AuthFailure known =
                failure(login.formatted("Failed authentication", "amy", "Failure")).orElseThrow();
        assertThat(known.kind()).isEqualTo(AuthFailure.Kind.CONSOLE_LOGIN);
        assertThat(known.detectKey()).isEqualTo("111122223333/amy");
        assertThat(known.entityType()).isEqualTo("user");
        assertThat(known.region()).isEqualTo("eu-west-1");
        AuthFailure hidden =
                failure(
                                login.formatted(
                                        "No username found in supplied account",
                                        "HIDDEN_DUE_TO_SECURITY_REASONS",
                                        "Failure"))
                        .orElseThrow();
        assertThat(hidden.detectKey()).isEqualTo("192.0.2.9");
        assertThat(hidden.entityType()).isEqualTo("ip");
        assertThat(failure(login.formatted("", "amy", "Success"))).isEmpty();
    }

    @Test
    void tellsRefusedCallsApartByParametersButNotByRetryTokens() throws IOException {
        AuthFailure one =
                denied("Client.UnauthorizedOperation", "{\"id\":\"i-1\",\"clientToken\":\"a\"}");
        AuthFailure same = denied("AccessDenied", "{\"id\":\"i-1\",\"clientToken\":\"b\"}");
        AuthFailure other = denied("AccessDenied", "{\"id\":\"i-2\",\"clientToken\":\"a\"}");
        assertThat(one.kind()).isEqualTo(AuthFailure.Kind.DENIED_CALL);
        assertThat(one.operation()).isEqualTo("ec2.amazonaws.com:StopInstances");
        assertThat(one.call()).isEqualTo(same.call()).isNotEqualTo(other.call());
        assertThat(denied("AccessDenied", "null").call()).isEqualTo(one.operation());
        assertThat(denied("AccessDenied", "{\"id\":\"i-1\"},\"eventCategory\":\"Data\"").call())
                .isEqualTo(one.operation());
    }

    @Test
    void leavesOutServicesConsoleReadsAndOtherErrors() throws IOException {
        assertThat(failure(call("ThrottlingException", "{}", ""))).isEmpty();
        assertThat(
                        failure(
                                call(
                                        "AccessDenied",
                                        "{}",
                                        ",\"sessionCredentialFromConsole\":\"true\",\"readOnly\":true")))
                .isEmpty();
        assertThat(
                        failure(
                                call(
                                        "AccessDenied",
                                        "{}",
                                        ",\"sessionCredentialFromConsole\":\"true\",\"readOnly\":false")))
                .isPresent();
        assertThat(failure(call("AccessDenied", "{}", "").replace("IAMUser", "AWSService")))
                .isEmpty();
    }

    @Test
    void keepsControlCharactersOfLogsOutOfFeatures() throws IOException {
        AuthFailure failure =
                failure(
                                call("AccessDenied", "{}", "")
                                        .replace("192.0.2.9", "\\u001b[31m\\n\\u202ex"))
                        .orElseThrow();
        assertThat(failure.sourceAddress()).isEqualTo("?[31m??x");
        assertThat(Wording.plain("x".repeat(255) + "\ud83d\ude00")).isEqualTo("x".repeat(255));
        assertThat(Wording.plain("é".repeat(300))).hasSize(256);
    }

    @Test
    void takesAContactForOpenedByItsSourceWhereFlagsOrPortsSaySo() {
        assertThat(flow(6, 2, 443, 51_000, "ACCEPT")).isPresent();
        assertThat(flow(6, 18, 40_000, 22, "ACCEPT")).isEmpty();
        assertThat(flow(6, 19, 40_000, 22, "ACCEPT")).isEmpty();
        assertThat(flow(6, 3, 40_000, 22, "ACCEPT")).isPresent();
        assertThat(flow(6, 4, 22, 40_000, "ACCEPT")).isEmpty();
        assertThat(flow(6, null, 443, 51_000, "ACCEPT")).isEmpty();
        assertThat(flow(6, null, 443, 51_000, "REJECT")).isEmpty();
        assertThat(flow(6, null, 8080, 2_000, "ACCEPT")).isEmpty();
        assertThat(flow(6, null, 51_000, 8080, "ACCEPT")).isPresent();
        assertThat(flow(6, null, 51_000, 60_000, "REJECT")).isPresent();
        assertThat(flow(6, null, 1_500, 443, "ACCEPT")).isPresent();
        assertThat(flow(17, null, 53, 40_000, "ACCEPT")).isEmpty();
        assertThat(flow(17, null, 123, 123, "ACCEPT")).isEmpty();
        assertThat(flow(17, null, 40_000, 161, "ACCEPT")).isPresent();
        assertThat(flow(1, null, 0, 0, "ACCEPT")).isEmpty();
    }

    @Test
    void takesAContactForFailedWhenRejectedOrASynCameToNothing() {
        assertThat(flow(6, null, 40_000, 22, "REJECT").orElseThrow().failed()).isTrue();
        assertThat(flow(6, null, 40_000, 22, "REJECT").orElseThrow().rejected()).isTrue();
        assertThat(flow(6, 2, 40_000, 22, "ACCEPT", 3).orElseThrow().failed()).isTrue();
        assertThat(flow(6, 2, 40_000, 22, "ACCEPT", 4).orElseThrow().failed()).isFalse();
        assertThat(flow(6, 3, 40_000, 22, "ACCEPT", 3).orElseThrow().failed()).isFalse();
    }

    @Test
    void prefersThePacketsOwnAddresses() {
        FlowContact contact =
                FlowContact.of(
                                decoded(
                                        record(
                                                6,
                                                2,
                                                40_000,
                                                22,
                                                "ACCEPT",
                                                1,
                                                Map.of(
                                                        "pkt-srcaddr",
                                                        "10.9.0.1",
                                                        "pkt-dstaddr",
                                                        "2001:db8::5"))))
                        .orElseThrow();
        assertThat(contact.detectKey()).isEqualTo("10.9.0.1");
        assertThat(contact.destination()).isEqualTo("2001:db8::5");
    }

    @Test
    void readsSignInsWithUserAddressAndOutcome() {
        assertThat(signIn("auth.sign_in", "amy", "192.0.2.9", "failure"))
                .contains(new SignIn("192.0.2.9", T0.toEpochMilli(), "k", "amy", false));
        assertThat(signIn("auth.sign_in", "amy", "192.0.2.9", "success").orElseThrow().success())
                .isTrue();
        assertThat(signIn("auth.sign_out", "amy", "192.0.2.9", "success")).isEmpty();
        assertThat(signIn("auth.sign_in", null, "192.0.2.9", "success")).isEmpty();
        assertThat(signIn("auth.sign_in", "amy", null, "success")).isEmpty();
        assertThat(signIn("auth.sign_in", "amy", "192.0.2.9", null)).isEmpty();
    }

    @Test
    void findsTheTwoPermissionProbesInARecordedAttackAndNothingElse() throws IOException {
        Path folder =
                Path.of(System.getProperty("trailwatch.shared.data", "absent"))
                        .resolve("cloudtrail-invictus-2023");
        assumeTrue(Files.isDirectory(folder), () -> "no real data in " + folder);
        AuthFailureBurst detector = new AuthFailureBurst();
        List<AuthFailure> failures = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json.gz")).toList()) {
                try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
                    for (JsonNode json : JSON.readTree(in).get("Records")) {
                        detector.feature(decoded(cloudTrail((ObjectNode) json)))
                                .ifPresent(failures::add);
                    }
                }
            }
        }
        List<Finding> findings = new Fold<>(detector).send(failures);
        assertThat(findings).hasSize(2);
        assertThat(findings.get(0).message())
                .startsWith(
                        "10 calls (10 different, operations: ec2.amazonaws.com:GetPasswordData)");
        assertThat(findings.get(1).message())
                .startsWith(
                        "10 calls (10 different, operations:"
                                + " ec2.amazonaws.com:DescribeInstanceAttribute)");
    }

    private static AuthFailure denied(String errorCode, String parameters) throws IOException {
        return failure(call(errorCode, parameters, "")).orElseThrow();
    }

    private static String call(String errorCode, String parameters, String more) {
        return """
        {"eventName":"StopInstances","eventSource":"ec2.amazonaws.com","sourceIPAddress":"192.0.2.9",
         "userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/amy"},
         "errorCode":"%s","requestParameters":%s%s}\
        """
                .formatted(errorCode, parameters, more);
    }

    private static Optional<AuthFailure> failure(String json) throws IOException {
        return AuthFailure.of(decoded(cloudTrail((ObjectNode) JSON.readTree(json))));
    }

    private static CloudTrailEvent cloudTrail(ObjectNode json) {
        return new CloudTrailEvent(
                json,
                json.has("eventTime") ? Instant.parse(json.get("eventTime").asText()) : T0,
                json.path("eventID").asText(null),
                json.get("eventSource").asText(),
                json.get("eventName").asText(),
                json.path("sourceIPAddress").asText(null));
    }

    private static Optional<FlowContact> flow(
            int protocol, Integer flags, int sourcePort, int port, String action) {
        return flow(protocol, flags, sourcePort, port, action, 5);
    }

    private static Optional<FlowContact> flow(
            int protocol, Integer flags, int sourcePort, int port, String action, long packets) {
        return FlowContact.of(
                decoded(record(protocol, flags, sourcePort, port, action, packets, Map.of())));
    }

    private static FlowRecord record(
            int protocol,
            Integer flags,
            int sourcePort,
            int port,
            String action,
            long packets,
            Map<String, String> fields) {
        return new FlowRecord(
                T0,
                T0.plusSeconds(60),
                3,
                "111122223333",
                "eni-1",
                "198.51.100.9",
                "10.0.0.5",
                sourcePort,
                port,
                protocol,
                packets,
                60L * packets,
                action,
                "OK",
                flags,
                fields,
                "");
    }

    private static Optional<SignIn> signIn(
            String type, String user, String address, String outcome) {
        return SignIn.of(
                decoded(
                        new AppEvent(
                                "e", T0, type, user, null, address, null, outcome, Map.of(), "")));
    }

    private static DecodedEvent decoded(EventBody body) {
        String key = body instanceof CloudTrailEvent event ? "ct/" + event.eventId() : "k";
        LogEvent event =
                new LogEvent(
                        LogKind.CLOUDTRAIL,
                        key,
                        0,
                        "json",
                        new Origin("file", "", "0", 0, 0, T0),
                        Provenance.NONE,
                        false,
                        new byte[0]);
        return new DecodedEvent(event, body);
    }
}
