package io.trailwatch.core.decode;

import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Access logs of Application Load Balancers (document "Access logs for your Application Load
 * Balancer", section "Access log entries"). Older lines have fewer columns, newer ones may have
 * more.
 *
 * <p>Identity: none. {@code trace_id} is the client's to choose (X-Amzn-Trace-Id is passed on), so
 * that it would let a client hide requests behind one another, and {@code conn_trace_id} is that of
 * a connection with many requests. The line itself tells the client's address and port, the load
 * balancer, and both times to the microsecond: two requests never have the same line, and a file
 * delivered twice has.
 */
final class AlbFormat implements LineFormat {
    static final AlbFormat INSTANCE = new AlbFormat();

    private static final Set<String> TYPES = Set.of("http", "https", "h2", "grpcs", "ws", "wss");

    private static final List<String> NAMES =
            List.of(
                    "type",
                    "time",
                    "elb",
                    "client:port",
                    "target:port",
                    "request_processing_time",
                    "target_processing_time",
                    "response_processing_time",
                    "elb_status_code",
                    "target_status_code",
                    "received_bytes",
                    "sent_bytes",
                    "request",
                    "user_agent",
                    "ssl_cipher",
                    "ssl_protocol",
                    "target_group_arn",
                    "trace_id",
                    "domain_name",
                    "chosen_cert_arn",
                    "matched_rule_priority",
                    "request_creation_time",
                    "actions_executed",
                    "redirect_url",
                    "error_reason",
                    "target:port_list",
                    "target_status_code_list",
                    "classification",
                    "classification_reason",
                    "conn_trace_id",
                    "transformed_host",
                    "transformed_uri",
                    "request_transform_status");

    /** Up to the request; a line that is shorter was cut. */
    private static final int MIN_COLUMNS = 13;

    private AlbFormat() {}

    @Override
    public String name() {
        return "alb";
    }

    @Override
    public LogKind kind() {
        return LogKind.HTTP_ACCESS;
    }

    @Override
    public boolean matches(String line, Provenance provenance) {
        int type = line.indexOf(' ');
        if (type < 2 || type > 5 || !TYPES.contains(line.substring(0, type))) {
            return false;
        }
        int time = line.indexOf(' ', type + 1);
        return time > 0
                && EventTimes.hour(line.substring(type + 1, time)) > 0
                && line.startsWith("app/", time + 1);
    }

    @Override
    public List<String> identity(String line, String format) {
        return List.of("alb");
    }

    @Override
    public long hour(String line, String format) {
        int type = line.indexOf(' ');
        int time = line.indexOf(' ', type + 1);
        return type < 0 || time < 0 ? 0 : EventTimes.hour(line.substring(type + 1, time));
    }

    @Override
    public HttpRequest decode(String line, LogEvent event) throws RejectedException {
        LogColumns columns = LogColumns.of(NAMES, ElbLines.split(line, MIN_COLUMNS, "ALB entry"));
        Instant time = EventTimes.parse("time", columns.require("time"));
        String elb = columns.require("elb");
        ElbLines.Request request = ElbLines.request(columns.take("request"));
        String targetGroup = columns.take("target_group_arn");
        String certificate = columns.look("chosen_cert_arn");
        String domain = columns.take("domain_name");
        HttpRequest.Peer client = columns.takePeer("client:port");
        String host = Arns.first(request.url().host(), domain);
        return new HttpRequest(
                time,
                start(columns),
                new HttpRequest.Log(
                        "Elastic Load Balancing",
                        "Application Load Balancer Access Logs",
                        null,
                        Arns.first(
                                Arns.account(targetGroup),
                                Arns.account(certificate),
                                event.provenance().account()),
                        Arns.first(
                                Arns.region(targetGroup),
                                Arns.region(certificate),
                                event.provenance().region()),
                        false),
                columns.take("trace_id"),
                client,
                new HttpRequest.Server(null, request.url().port(), host, ElbLines.SERVICE, elb),
                null,
                null,
                request.method(),
                request.url(),
                request.version(),
                null,
                columns.take("user_agent"),
                null,
                List.of(),
                List.of(),
                columns.takeInt("elb_status_code", 999),
                null,
                null,
                columns.takeLong("received_bytes"),
                columns.takeLong("sent_bytes"),
                null,
                null,
                ElbLines.tls(columns, "ssl_protocol", "ssl_cipher", domain, null),
                new HttpRequest.Balancing(
                        elb,
                        ElbLines.name(elb),
                        columns.takeInt("target_status_code", 999),
                        columns.take("classification"),
                        columns.take("classification_reason"),
                        columns.take("error_reason"),
                        columns.take("actions_executed"),
                        columns.takePeer("target:port"),
                        targetGroup,
                        times(columns)),
                null,
                columns.all(),
                null,
                columns.left(),
                line);
    }

    private static @Nullable Instant start(LogColumns columns) {
        String text = columns.look("request_creation_time");
        if (text == null) {
            return null;
        }
        try {
            Instant start = EventTimes.parse("request_creation_time", text);
            columns.take("request_creation_time");
            return start;
        } catch (RejectedException unreadable) {
            return null; // optional: unmapped keeps what it says
        }
    }

    private static Map<String, String> times(LogColumns columns) {
        Map<String, String> times = new LinkedHashMap<>();
        for (String name :
                List.of(
                        "request_processing_time",
                        "target_processing_time",
                        "response_processing_time")) {
            String value = columns.take(name);
            if (value != null) {
                times.put(name, value);
            }
        }
        return times;
    }
}
