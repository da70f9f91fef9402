package io.trailwatch.pipeline.topology;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.detect.correlation.CorrelationLimits;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.detect.window.AuthFailureBurst;
import io.trailwatch.core.detect.window.CredentialStuffing;
import io.trailwatch.core.detect.window.PortScan;
import io.trailwatch.core.normalise.OcsfVersion;
import io.trailwatch.core.unwrap.SourceHint;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.event.RawRecord;
import io.trailwatch.pipeline.function.EnrichmentFiles;
import io.trailwatch.pipeline.rules.RuleReload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A morning of logs of our own: one stopped trail, one burst of refused calls, one port scan, one
 * stuffed account.
 */
final class Logs {
    static final Instant T0 = Instant.parse("2026-11-20T08:00:00Z");
    static final Instant ARRIVAL = Instant.parse("2026-11-20T08:20:00Z");
    static final String ACCOUNT = "111122223333";
    static final int CLOUDTRAIL_EVENTS = 33;
    static final int FLOW_RECORDS = 30;
    static final int APP_EVENTS = 13;

    private Logs() {}

    static DetectionSettings settings() {
        return settings(
                RuleSet.compile(
                        Stream.of(TRAIL_STOPPED, SSH_KNOCK, GUEST_SIGN_IN)
                                .flatMap(
                                        rule ->
                                                RuleLoader.parse("test.yml", rule)
                                                        .orThrow()
                                                        .rules()
                                                        .stream())
                                .toList()));
    }

    static DetectionSettings settings(RuleSet rules) {
        return settings(rules, null);
    }

    static DetectionSettings settings(RuleSet rules, @Nullable RuleReload reload) {
        return new DetectionSettings(
                new UnwrapSettings(SourceHint.AUTO, null, DecodeLimits.DEFAULT),
                null,
                DecodeLimits.DEFAULT,
                new EnrichmentFiles(List.of(), List.of()),
                rules,
                reload,
                new AuthFailureBurst(),
                new PortScan(),
                new CredentialStuffing(),
                CorrelationLimits.DEFAULTS,
                Duration.ofMinutes(15),
                Duration.ofHours(25),
                OcsfVersion.V1_1_0);
    }

    static final String TRAIL_STOPPED =
            """
            title: Trail stopped
            id: 6d2c1a5e-5f0e-4b52-9a51-0f6f6e0f7c01
            status: test
            description: Logging of a trail was stopped.
            author: Trailwatch
            date: 2026-11-21
            tags:
                - attack.defense-evasion
                - attack.t1562.008
            logsource:
                product: aws
                service: cloudtrail
            detection:
                selection:
                    eventSource: cloudtrail.amazonaws.com
                    eventName: StopLogging
                condition: selection
            level: high
            """;

    private static final String SSH_KNOCK =
            """
            title: SSH knock
            id: 6d2c1a5e-5f0e-4b52-9a51-0f6f6e0f7c02
            status: test
            description: A rejected flow to SSH.
            author: Trailwatch
            date: 2026-11-21
            logsource:
                product: aws
                service: vpcflow
            detection:
                selection:
                    dstport: 22
                    action: REJECT
                condition: selection
            level: low
            """;

    private static final String GUEST_SIGN_IN =
            """
            title: First user signed in
            id: 6d2c1a5e-5f0e-4b52-9a51-0f6f6e0f7c03
            status: test
            description: A sign-in of one user.
            author: Trailwatch
            date: 2026-11-21
            logsource:
                category: application
            detection:
                selection:
                    type: auth.sign_in
                    user: user-0
                condition: selection
            level: low
            """;

    /** All records, several events each; one repeats events of another, one is garbage. */
    static List<RawRecord> records() {
        List<RawRecord> records = new ArrayList<>();
        List<String> calls = new ArrayList<>();
        calls.add(call("call-stop", T0.plusSeconds(5), "alice", "cloudtrail", "StopLogging", null));
        for (int i = 0; i < 20; i++) {
            calls.add(
                    call(
                            "call-read-" + i,
                            T0.plusSeconds(i),
                            "bob",
                            "ec2",
                            "DescribeInstances",
                            null));
        }
        String[] refused = {"ListUsers", "ListRoles", "GetUser"};
        for (int i = 0; i < 12; i++) {
            calls.add(
                    call(
                            "call-refused-" + i,
                            T0.plusSeconds(60 + 5L * i),
                            "mallory",
                            "iam",
                            refused[i % refused.length],
                            "AccessDenied"));
        }
        int half = calls.size() / 2;
        records.add(record("trail-1.json", trail(calls.subList(0, half))));
        records.add(record("trail-2.json", trail(calls.subList(half, calls.size()))));
        // Delivered again, as a trail does after a fault.
        records.add(record("trail-3.json", trail(calls.subList(0, 10))));

        StringBuilder flows = new StringBuilder();
        for (int i = 0; i < FLOW_RECORDS; i++) {
            long start = T0.plusSeconds(120 + i).getEpochSecond();
            flows.append(
                    "2 %s eni-0a1 203.0.113.9 10.0.1.20 40000 %d 6 1 40 %d %d REJECT OK%n"
                            .formatted(ACCOUNT, 20 + i, start, start + 30));
        }
        records.add(record("flows.log", flows.toString().replace("\r", "")));

        StringBuilder signIns = new StringBuilder();
        for (int i = 0; i < APP_EVENTS; i++) {
            boolean success = i == APP_EVENTS - 1;
            signIns.append(
                    "{\"event_id\":\"sign-in-%d\",\"time\":\"%s\",\"type\":\"auth.sign_in\",\"user\":\"user-%d\",\"source_ip\":\"198.51.100.4\",\"outcome\":\"%s\"}\n"
                            .formatted(
                                    i,
                                    T0.plusSeconds(200 + i),
                                    i,
                                    success ? "success" : "failure"));
        }
        records.add(record("app.jsonl", signIns.toString()));
        records.add(record("noise.bin", "\u0001\u0002 neither log nor JSON"));
        return records;
    }

    static String key(String eventId) {
        return "ct/" + ACCOUNT + "/" + eventId;
    }

    private static RawRecord record(String source, String text) {
        return RawRecord.of(source, "", "0", ARRIVAL, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String trail(List<String> calls) {
        return "{\"Records\":[" + String.join(",", calls) + "]}";
    }

    /** A record with one call. */
    static RawRecord oneCall(String id, Instant time, String user, String service, String name) {
        return record(id + ".json", trail(List.of(call(id, time, user, service, name, null))));
    }

    private static String call(
            String id, Instant time, String user, String service, String name, String errorCode) {
        return """
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDA%s","arn":"arn:aws:iam::%s:user/%s",\
        "accountId":"%s","userName":"%s"},"eventTime":"%s","eventSource":"%s.amazonaws.com","eventName":"%s",\
        "awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2",%s"requestID":"r-%s","eventID":"%s",\
        "eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"%s","eventCategory":"Management"}\
        """
                .formatted(
                        user,
                        ACCOUNT,
                        user,
                        ACCOUNT,
                        user,
                        time,
                        service,
                        name,
                        errorCode == null ? "" : "\"errorCode\":\"" + errorCode + "\",",
                        id,
                        id,
                        ACCOUNT);
    }
}
