package io.trailwatch.core.decode;

import static io.trailwatch.core.decode.JsonValues.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Log entries of AWS AppSync that are JSON: summaries of requests and executions, traces, mappings
 * and evaluations of resolvers (document "Using CloudWatch Logs to monitor and log GraphQL API
 * data", section "Log type reference"). Those that are text are {@link AppSyncLineFormat}'s.
 *
 * <p>Most have no time: theirs is that of the log event in CloudWatch Logs. Of those that have an
 * {@code endTime}, that counts, since they are written at the end.
 *
 * <p>Identity of summaries: {@code as/<API>/<request>/<log type>}, of which a request has one each.
 * Entries of fields and resolvers repeat within a request; they have none.
 */
final class AppSyncFormat implements JsonFormat {
    static final AppSyncFormat INSTANCE = new AppSyncFormat();

    static final String SCHEMA = "aws.appsync";

    private static final Set<String> ONCE_A_REQUEST = Set.of("RequestSummary", "ExecutionSummary");

    private AppSyncFormat() {}

    @Override
    public String name() {
        return "appsync";
    }

    @Override
    public LogKind kind() {
        return LogKind.APP_EVENT;
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        return fields.text("logType") != null
                && fields.text("requestId") != null
                && (fields.has("graphQLAPIId")
                        || AppSyncLineFormat.isAppSync(provenance.logGroup()));
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        String type = text(fields, "logType");
        String api = text(fields, "graphQLAPIId");
        String request = text(fields, "requestId");
        return type == null || api == null || request == null || !ONCE_A_REQUEST.contains(type)
                ? List.of("as")
                : List.of("as", api, request, type);
    }

    @Override
    public long hour(JsonFields fields) {
        return TimeFormat.ISO_8601.hour(text(fields, "endTime"));
    }

    @Override
    public AppEvent decode(ObjectNode json, LogEvent event) throws RejectedException {
        JsonNode context = json.path("context");
        JsonNode identity = context.path("identity");
        JsonNode headers = context.path("request").path("headers");
        String user = text(identity, "username");
        String subject = user != null ? user : text(identity, "sub");
        return new AppEvent(
                SCHEMA,
                event.key(),
                time(json, event),
                "appsync." + JsonValues.snakeCase(JsonValues.required(json, "logType")),
                subject != null ? subject : text(identity, "userArn"),
                null,
                AppSyncLineFormat.clientAddress(text(headers, "x-forwarded-for")),
                text(headers, "user-agent"),
                outcome(json),
                new Attributes()
                        .putAll(json, Set.of("logType", "context"))
                        // Headers may carry what signs a request in; they stay in the raw text.
                        .put("arguments", context.path("arguments"))
                        .put("outErrors", context.path("outErrors"))
                        .putProvenance(event.provenance())
                        .toMap(),
                new String(event.payload(), StandardCharsets.UTF_8));
    }

    private static Instant time(ObjectNode json, LogEvent event) throws RejectedException {
        String end = text(json, "endTime");
        return end == null
                ? TimeFormat.withoutOwn(event)
                : TimeFormat.ISO_8601.parse("endTime", end);
    }

    private static @Nullable String outcome(ObjectNode json) {
        JsonNode status = json.path("statusCode");
        if (status.isIntegralNumber()) {
            return status.asLong() < 400 ? AppEvent.SUCCESS : AppEvent.FAILURE;
        }
        JsonNode failed = json.path("fieldInError");
        return failed.isBoolean()
                ? failed.booleanValue() ? AppEvent.FAILURE : AppEvent.SUCCESS
                : null;
    }
}
