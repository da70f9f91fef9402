package io.trailwatch.core.decode;

import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Access logs of Classic Load Balancers (document "Access logs for your Classic Load Balancer",
 * section "Access log entries"), of HTTP listeners and of TCP listeners, whose lines have no
 * request. The oldest lines end behind the request.
 *
 * <p>Identity: none is written. As with {@link AlbFormat}, the line tells the client's address and
 * port, the load balancer and the time to the microsecond, which no two requests share.
 */
final class ClassicElbFormat implements LineFormat {
    static final ClassicElbFormat INSTANCE = new ClassicElbFormat();

    private static final List<String> NAMES =
            List.of(
                    "time",
                    "elb",
                    "client:port",
                    "backend:port",
                    "request_processing_time",
                    "backend_processing_time",
                    "response_processing_time",
                    "elb_status_code",
                    "backend_status_code",
                    "received_bytes",
                    "sent_bytes",
                    "request",
                    "user_agent",
                    "ssl_cipher",
                    "ssl_protocol");
    private static final int MIN_COLUMNS = 12;

    private ClassicElbFormat() {}

    @Override
    public String name() {
        return "elb";
    }

    @Override
    public LogKind kind() {
        return LogKind.HTTP_ACCESS;
    }

    /** By its time, the client's port, and three times in seconds or -1 each. */
    @Override
    public boolean matches(String line, Provenance provenance) {
        if (line.isEmpty() || line.charAt(0) < '1' || line.charAt(0) > '9' || hour(line, "") == 0) {
            return false;
        }
        String[] columns = line.split(" ", MIN_COLUMNS);
        return columns.length == MIN_COLUMNS
                && hasPort(columns[2])
                && (columns[3].equals("-") || hasPort(columns[3]))
                && isSeconds(columns[4])
                && isSeconds(columns[5])
                && isSeconds(columns[6]);
    }

    private static boolean hasPort(String column) {
        int colon = column.lastIndexOf(':');
        return colon > 0 && LogColumns.whole(column.substring(colon + 1), 65_535) != null;
    }

    private static boolean isSeconds(String column) {
        return column.equals("-1")
                || !column.isEmpty()
                        && column.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.');
    }

    @Override
    public List<String> identity(String line, String format) {
        return List.of("elb");
    }

    @Override
    public long hour(String line, String format) {
        int time = line.indexOf(' ');
        return time < 0 ? 0 : EventTimes.hour(line.substring(0, time));
    }

    @Override
    public HttpRequest decode(String line, LogEvent event) throws RejectedException {
        LogColumns columns =
                LogColumns.of(
                        NAMES, ElbLines.split(line, MIN_COLUMNS, "Classic Load Balancer entry"));
        Instant time = EventTimes.parse("time", columns.require("time"));
        String elb = columns.require("elb");
        ElbLines.Request request = ElbLines.request(columns.take("request"));
        Integer status = columns.takeInt("elb_status_code", 999);
        boolean connection = status == null && request.url().text() == null;
        return new HttpRequest(
                time,
                null,
                new HttpRequest.Log(
                        "Elastic Load Balancing",
                        "Classic Load Balancer Access Logs",
                        null,
                        Arns.first(event.provenance().account()),
                        Arns.first(event.provenance().region()),
                        connection),
                null,
                columns.takePeer("client:port"),
                new HttpRequest.Server(
                        null, request.url().port(), request.url().host(), ElbLines.SERVICE, elb),
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
                status,
                null,
                null,
                columns.takeLong("received_bytes"),
                columns.takeLong("sent_bytes"),
                null,
                null,
                ElbLines.tls(columns, "ssl_protocol", "ssl_cipher", null, null),
                new HttpRequest.Balancing(
                        elb,
                        elb,
                        columns.takeInt("backend_status_code", 999),
                        null,
                        null,
                        null,
                        null,
                        columns.takePeer("backend:port"),
                        null,
                        times(columns)),
                null,
                columns.all(),
                null,
                columns.left(),
                line);
    }

    private static Map<String, String> times(LogColumns columns) {
        Map<String, String> times = new LinkedHashMap<>();
        for (String name :
                List.of(
                        "request_processing_time",
                        "backend_processing_time",
                        "response_processing_time")) {
            String value = columns.take(name);
            if (value != null) {
                times.put(name, value);
            }
        }
        return times;
    }
}
