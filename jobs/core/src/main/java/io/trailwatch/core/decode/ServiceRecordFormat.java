package io.trailwatch.core.decode;

import static io.trailwatch.core.decode.JsonValues.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Other records that a service hands to Lambda with an {@code eventSource} such as {@code aws:ses}
 * or {@code aws:codecommit} (AWS Lambda developer guide, chapter "Lambda with other services"). The
 * type is service and {@code eventName}; the object that is named like the service is opened.
 *
 * <p>Not the records of queues and streams: they are envelopes, and one that could not be opened is
 * no event.
 *
 * <p>Identity: {@code svc/<service>/<event id>}, of mail {@code svc/ses/<messageId>}, which Amazon
 * SES gives once to each message it receives; an invocation that is retried repeats it.
 */
final class ServiceRecordFormat implements JsonFormat {
    static final ServiceRecordFormat INSTANCE = new ServiceRecordFormat();

    private static final String PREFIX = "aws:";
    private static final Set<String> ENVELOPES = Set.of("sqs", "sns", "kinesis", "kafka", "mq");
    private static final Set<String> MAPPED =
            Set.of("eventVersion", "eventSource", "eventName", "eventTime", "awsRegion");

    private ServiceRecordFormat() {}

    @Override
    public String name() {
        return "service-record";
    }

    @Override
    public LogKind kind() {
        return LogKind.APP_EVENT;
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        String source = fields.text("eventSource");
        return source != null
                && source.startsWith(PREFIX)
                && source.length() > PREFIX.length()
                && !ENVELOPES.contains(source.substring(PREFIX.length()));
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        String source = text(fields, "eventSource");
        String id = text(fields, "eventId");
        if (id == null) {
            id = text(fields, "eventID");
        }
        if (id == null) {
            id = text(fields, "ses", "mail", "messageId");
        }
        return source == null || id == null
                ? List.of("svc")
                : List.of("svc", source.substring(PREFIX.length()), id);
    }

    @Override
    public long hour(JsonFields fields) {
        String time = text(fields, "eventTime");
        return TimeFormat.ISO_8601.hour(
                time != null ? time : text(fields, "ses", "mail", "timestamp"));
    }

    @Override
    public AppEvent decode(ObjectNode json, LogEvent event) throws RejectedException {
        String service = JsonValues.required(json, "eventSource").substring(PREFIX.length());
        String eventName = text(json, "eventName");
        JsonNode own = json.path(service);
        return new AppEvent(
                "aws." + JsonValues.snakeCase(service),
                id(json, event),
                time(json, event),
                JsonValues.snakeCase(service) + "." + (eventName == null ? "record" : eventName),
                user(json),
                null,
                text(json, "requestParameters", "sourceIPAddress"),
                null,
                null,
                new Attributes()
                        .put("aws_region", json.path("awsRegion"))
                        .putAll(own, Set.of())
                        .putAll(json, own.isObject() ? except(service) : MAPPED)
                        .putProvenance(event.provenance())
                        .toMap(),
                new String(event.payload(), StandardCharsets.UTF_8));
    }

    private static Set<String> except(String service) {
        Set<String> names = new HashSet<>(MAPPED);
        names.add(service);
        return names;
    }

    private static String id(ObjectNode json, LogEvent event) {
        String id = text(json, "eventId");
        if (id == null) {
            id = text(json, "eventID");
        }
        if (id == null) {
            id = text(json, "ses", "mail", "messageId");
        }
        return id == null ? event.key() : id;
    }

    private static Instant time(ObjectNode json, LogEvent event) throws RejectedException {
        String field = "eventTime";
        String time = text(json, field);
        if (time == null) {
            field = "ses.mail.timestamp";
            time = text(json, "ses", "mail", "timestamp");
        }
        return time == null ? TimeFormat.withoutOwn(event) : TimeFormat.ISO_8601.parse(field, time);
    }

    private static @Nullable String user(ObjectNode json) {
        String arn = text(json, "userIdentityARN");
        String principal = arn != null ? arn : text(json, "userIdentity", "principalId");
        return principal != null ? principal : text(json, "ses", "mail", "source");
    }
}
