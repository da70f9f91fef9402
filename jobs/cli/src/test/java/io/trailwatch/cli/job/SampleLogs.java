package io.trailwatch.cli.job;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/** Log records of our own, in the forms in which AWS delivers them. */
public final class SampleLogs {
    public static final String ACCOUNT = "111122223333";
    public static final Instant T0 = Instant.parse("2026-11-20T08:00:00Z");

    private SampleLogs() {}

    /**
     * One API call as CloudTrail records it.
     *
     * @param id eventID
     * @param json the record, without line breaks
     */
    public record Call(String id, String json) {
        /** The {@code event_key} of its row. */
        public String key() {
            return "ct/" + ACCOUNT + "/" + id;
        }
    }

    /** A call that succeeds; the eventID follows from the name, so that runs can be compared. */
    public static Call call(String name, int seconds, String service, String operation) {
        return call(name, seconds, "alice", service, operation, "203.0.113.10", "");
    }

    public static Call refused(String name, int seconds, String service, String operation) {
        return call(
                name,
                seconds,
                "mallory",
                service,
                operation,
                "198.51.100.7",
                "\"errorCode\":\"AccessDenied\",");
    }

    public static Call callFrom(String address, String name, int seconds) {
        return call(name, seconds, "alice", "ec2", "DescribeInstances", address, "");
    }

    private static Call call(
            String name,
            int seconds,
            String user,
            String service,
            String operation,
            String address,
            String error) {
        String id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
        String json =
                """
                {"eventVersion":"1.08","userIdentity":{"type":"IAMUser",\
                "principalId":"AIDA%5$s","arn":"arn:aws:iam::%1$s:user/%5$s",\
                "accountId":"%1$s","userName":"%5$s"},"eventTime":"%2$s",\
                "eventSource":"%3$s.amazonaws.com","eventName":"%4$s",\
                "awsRegion":"eu-central-1","sourceIPAddress":"%7$s",%8$s\
                "userAgent":"aws-cli/2.15.0","requestParameters":null,"responseElements":null,\
                "eventID":"%6$s","readOnly":false,"eventType":"AwsApiCall",\
                "managementEvent":true,"recipientAccountId":"%1$s","eventCategory":"Management"}\
                """
                        .formatted(
                                ACCOUNT,
                                T0.plusSeconds(seconds),
                                service,
                                operation,
                                user,
                                id,
                                address,
                                error);
        return new Call(id, json);
    }

    /** A record of the default format of flow logs. */
    public static String flow(int seconds, int port) {
        long start = T0.plusSeconds(seconds).getEpochSecond();
        return "2 %s eni-0a1b2c3d 203.0.113.9 10.0.1.20 40000 %d 6 3 180 %d %d ACCEPT OK"
                .formatted(ACCOUNT, port, start, start + 30);
    }

    /** A trail's file. */
    public static String trail(List<Call> calls) {
        return "{\"Records\":[%s]}"
                .formatted(String.join(",", calls.stream().map(Call::json).toList()));
    }

    /** Records in the envelope of a CloudWatch Logs subscription, as Kinesis carries it. */
    public static byte[] subscription(List<Call> calls) {
        List<String> events =
                calls.stream()
                        .map(
                                call ->
                                        "{\"id\":\"%s\",\"timestamp\":%d,\"message\":\"%s\"}"
                                                .formatted(
                                                        call.id(),
                                                        T0.toEpochMilli(),
                                                        call.json().replace("\"", "\\\"")))
                        .toList();
        return gzip(
                """
                {"messageType":"DATA_MESSAGE","owner":"%s","logGroup":"cloudtrail",\
                "logStream":"%s_CloudTrail_eu-central-1","subscriptionFilters":["all"],\
                "logEvents":[%s]}\
                """
                        .formatted(ACCOUNT, ACCOUNT, String.join(",", events)));
    }

    public static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
