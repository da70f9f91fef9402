package io.trailwatch.core.decode;

import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import io.trailwatch.quarantine.RejectReason;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Server access logs of S3 (document "Amazon S3 server access log format"). Columns are named as in
 * the Athena table of AWS ("Using Amazon S3 server access logs to identify requests"), since the
 * format names them in prose. Older lines have fewer columns, newer ones may have more.
 *
 * <p>Identity: {@code s3a/<bucket>/<request id>/<operation>/<key>/<version id>}. S3 makes the
 * request id, but a request can have several lines: one per key of a DeleteObjects, and one for
 * either side of a copy. S3 may deliver a line twice.
 */
final class S3AccessFormat implements LineFormat {
    static final S3AccessFormat INSTANCE = new S3AccessFormat();

    private static final List<String> NAMES =
            List.of(
                    "bucketowner",
                    "bucket_name",
                    "requestdatetime",
                    "remoteip",
                    "requester",
                    "requestid",
                    "operation",
                    "key",
                    "request_uri",
                    "httpstatus",
                    "errorcode",
                    "bytessent",
                    "objectsize",
                    "totaltime",
                    "turnaroundtime",
                    "referrer",
                    "useragent",
                    "versionid",
                    "hostid",
                    "sigv",
                    "ciphersuite",
                    "authtype",
                    "endpoint",
                    "tlsversion",
                    "accesspointarn",
                    "aclrequired");

    /** Up to the version id, which all lines have had since there is versioning. */
    private static final int MIN_COLUMNS = 17;

    private static final Pattern START =
            Pattern.compile("[0-9a-f]{64} [^ ]{1,255} \\[([^\\]]{20,30})\\] [^ ]+ [^ ]+ [^ ]+ .*");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ROOT);

    private static final String SERVICE = "s3.amazonaws.com";
    private static final int SECONDS_OF_HOUR = 3_600;

    private S3AccessFormat() {}

    @Override
    public String name() {
        return "s3-access";
    }

    @Override
    public LogKind kind() {
        return LogKind.HTTP_ACCESS;
    }

    @Override
    public boolean matches(String line, Provenance provenance) {
        return line.length() > 90
                && line.charAt(64) == ' '
                && START.matcher(line).matches()
                && hour(line, "") > 0;
    }

    @Override
    public List<String> identity(String line, String format) {
        List<String> columns = S3AccessLine.split(line);
        if (columns.size() < 9 || columns.get(5).equals("-")) {
            return List.of("s3a");
        }
        List<String> identity = new ArrayList<>(6);
        identity.add("s3a");
        identity.add(columns.get(1));
        identity.addAll(columns.subList(5, 8));
        identity.add(columns.size() > 17 ? columns.get(17) : "-");
        return identity;
    }

    @Override
    public long hour(String line, String format) {
        int from = line.indexOf('[');
        int to = line.indexOf(']', from + 1);
        if (from < 0 || to < 0) {
            return 0;
        }
        try {
            return time(line.substring(from + 1, to)).getEpochSecond() / SECONDS_OF_HOUR;
        } catch (RejectedException unreadable) {
            return 0; // decoding will say what is wrong with it
        }
    }

    @Override
    public HttpRequest decode(String line, LogEvent event) throws RejectedException {
        List<String> values = S3AccessLine.split(line);
        if (values.size() < MIN_COLUMNS) {
            throw new RejectedException(
                    RejectReason.COLUMN_COUNT,
                    "S3 access log entry has %d columns, must have at least %d"
                            .formatted(values.size(), MIN_COLUMNS));
        }
        LogColumns columns = LogColumns.of(NAMES, values);
        Instant time = time(columns.require("requestdatetime"));
        String bucket = columns.require("bucket_name");
        ElbLines.Request request = ElbLines.request(columns.take("request_uri"));
        String host = columns.take("endpoint");
        String remote = columns.take("remoteip");
        boolean isAddress =
                remote != null && (remote.indexOf(':') >= 0 || Character.isDigit(remote.charAt(0)));
        String requester = columns.take("requester");
        String accessPoint = columns.look("accesspointarn");
        String cipher = columns.look("ciphersuite");
        return new HttpRequest(
                time,
                null,
                new HttpRequest.Log(
                        "Amazon S3",
                        "Server Access Logs",
                        null,
                        Arns.first(event.provenance().account(), Arns.account(accessPoint)),
                        Arns.first(event.provenance().region(), Arns.region(accessPoint)),
                        false),
                columns.take("requestid"),
                new HttpRequest.Peer(isAddress ? remote : null, null, null),
                new HttpRequest.Server(null, null, host, SERVICE, bucket),
                // Lifecycle rules and replication come from no address.
                isAddress ? null : Arns.first(remote, requester, SERVICE),
                requester,
                request.method(),
                request.url().path() == null || host == null
                        ? request.url()
                        : HttpUrl.of(
                                cipher == null ? null : "https",
                                host,
                                request.url().path(),
                                request.url().query()),
                request.version(),
                null,
                columns.take("useragent"),
                columns.take("referrer"),
                List.of(),
                List.of(),
                columns.takeInt("httpstatus", 999),
                null,
                columns.takeInt("totaltime"),
                null,
                columns.takeLong("bytessent"),
                columns.take("errorcode"),
                null,
                ElbLines.tls(columns, "tlsversion", "ciphersuite", null, null),
                null,
                null,
                columns.all(),
                null,
                columns.left(),
                line);
    }

    private static Instant time(@Nullable String text) throws RejectedException {
        try {
            Instant time = OffsetDateTime.parse(String.valueOf(text), TIME).toInstant();
            if (time.getEpochSecond() >= 0) {
                return time;
            }
        } catch (DateTimeException invalid) {
            throw expected(text);
        }
        throw expected(text);
    }

    private static RejectedException expected(@Nullable String text) {
        return RejectedException.invalid(
                "requestdatetime",
                String.valueOf(text),
                "a time such as 20/Nov/2026:08:03:11 +0000, from 1970 to 9999");
    }
}
