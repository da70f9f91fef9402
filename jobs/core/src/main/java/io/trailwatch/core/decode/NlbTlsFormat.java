package io.trailwatch.core.decode;

import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Access logs of the TLS listeners of Network Load Balancers, version 2.0 (document "Access logs
 * for your Network Load Balancer", section "Access log entries"). They tell of connections: there
 * is no request. Times are UTC, written without saying so.
 *
 * <p>Identity: none is written, and the time has seconds alone. But a client's port is taken up
 * anew within a second by no one, and the line also has both durations, the bytes of either
 * direction and the time at which the connection was opened.
 */
final class NlbTlsFormat implements LineFormat {
    static final NlbTlsFormat INSTANCE = new NlbTlsFormat();

    private static final List<String> NAMES =
            List.of(
                    "type",
                    "version",
                    "time",
                    "elb",
                    "listener",
                    "client:port",
                    "destination:port",
                    "connection_time",
                    "tls_handshake_time",
                    "received_bytes",
                    "sent_bytes",
                    "incoming_tls_alert",
                    "chosen_cert_arn",
                    "chosen_cert_serial",
                    "tls_cipher",
                    "tls_protocol_version",
                    "tls_named_group",
                    "domain_name",
                    "alpn_fe_protocol",
                    "alpn_be_protocol",
                    "alpn_client_preference_list",
                    "tls_connection_creation_time");
    private static final int MIN_COLUMNS = 11;

    private NlbTlsFormat() {}

    @Override
    public String name() {
        return "nlb-tls";
    }

    @Override
    public LogKind kind() {
        return LogKind.HTTP_ACCESS;
    }

    @Override
    public boolean matches(String line, Provenance provenance) {
        if (!line.startsWith("tls ")) {
            return false;
        }
        String[] columns = line.split(" ", 5);
        return columns.length == 5 && hour(line, "") > 0 && columns[3].startsWith("net/");
    }

    @Override
    public List<String> identity(String line, String format) {
        return List.of("nlb");
    }

    @Override
    public long hour(String line, String format) {
        String[] columns = line.split(" ", 4);
        return columns.length < 4 ? 0 : EventTimes.hour(utc(columns[2]));
    }

    @Override
    public HttpRequest decode(String line, LogEvent event) throws RejectedException {
        LogColumns columns =
                LogColumns.of(
                        NAMES, ElbLines.split(line, MIN_COLUMNS, "Network Load Balancer entry"));
        Instant time = EventTimes.parse("time", utc(columns.require("time")));
        String elb = columns.require("elb");
        String certificate = columns.look("chosen_cert_arn");
        String domain = columns.take("domain_name");
        HttpRequest.Peer destination = columns.takePeer("destination:port");
        return new HttpRequest(
                time,
                start(columns),
                new HttpRequest.Log(
                        "Elastic Load Balancing",
                        "Network Load Balancer Access Logs",
                        columns.take("version"),
                        Arns.first(Arns.account(certificate), event.provenance().account()),
                        Arns.first(Arns.region(certificate), event.provenance().region()),
                        true),
                null,
                columns.takePeer("client:port"),
                new HttpRequest.Server(
                        destination.address(), destination.port(), domain, ElbLines.SERVICE, elb),
                null,
                null,
                null,
                HttpUrl.UNKNOWN,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                null,
                null,
                null,
                columns.takeLong("received_bytes"),
                columns.takeLong("sent_bytes"),
                null,
                null,
                ElbLines.tls(
                        columns,
                        "tls_protocol_version",
                        "tls_cipher",
                        domain,
                        columns.takeInt("tls_handshake_time")),
                null,
                null,
                columns.all(),
                null,
                columns.left(),
                line);
    }

    private static @Nullable Instant start(LogColumns columns) {
        String text = columns.look("tls_connection_creation_time");
        if (text == null) {
            return null;
        }
        try {
            Instant start = EventTimes.parse("tls_connection_creation_time", utc(text));
            columns.take("tls_connection_creation_time");
            return start;
        } catch (RejectedException unreadable) {
            return null; // optional: unmapped keeps what it says
        }
    }

    private static String utc(String time) {
        return time.endsWith("Z") ? time : time + "Z";
    }
}
