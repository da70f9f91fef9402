package io.trailwatch.core.decode;

import static io.trailwatch.core.decode.JsonValues.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Logs that Amazon Cognito exports of a user pool (document "Exporting logs from Amazon Cognito
 * user pools"; fields of authentication events as in the API's {@code AuthEventType}): user
 * activity such as sign-ins, and failures to send messages to users.
 *
 * <p>What the documents spell in several ways is read in all of them: {@code SignIn} and {@code
 * SIGN_IN}, {@code Pass} and {@code PASS}, the fields of risk and context within objects of their
 * own or flat. Times are of {@code eventTimestamp}, which has milliseconds where {@code
 * creationDate} has none. An attempt in progress has no outcome: a challenge is still open.
 *
 * <p>Identity of user activity: {@code cog/<pool>/<eventId>/<eventResponse>/<eventTimestamp>}. The
 * id is of the attempt, which may be logged as in progress and then again as passed; a redelivery,
 * or a second destination of the export, repeats the entry whole. Notifications have no id.
 */
final class CognitoLogFormat implements JsonFormat {
    static final CognitoLogFormat INSTANCE = new CognitoLogFormat();

    static final String ACTIVITY_SCHEMA = "aws.cognito.user_auth";
    static final String NOTIFICATION_SCHEMA = "aws.cognito.user_notification";

    private static final String NOTIFICATION = "USER_NOTIFICATION";
    private static final Set<String> SOURCES =
            Set.of("USER_AUTH_EVENTS", "USER_ACTIVITY", NOTIFICATION);

    /** Objects whose fields are those of the event. */
    private static final Set<String> OPENED =
            Set.of(
                    "message",
                    "eventDetails",
                    "logSourceId",
                    "eventRisk",
                    "eventContextData",
                    "eventFeedback");

    /** Fields that have columns of their own, or say nothing more than the type. */
    private static final Set<String> MAPPED =
            Set.of("eventTimestamp", "eventSource", "eventId", "userName", "ipAddress");

    private CognitoLogFormat() {}

    @Override
    public String name() {
        return "cognito";
    }

    @Override
    public LogKind kind() {
        return LogKind.APP_EVENT;
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        String source = fields.text("eventSource");
        return source != null && SOURCES.contains(source) && fields.has("eventTimestamp");
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        String eventId = glance(fields, "eventId");
        return eventId == null
                ? List.of("cog")
                : List.of(
                        "cog",
                        orDash(poolId(fields)),
                        eventId,
                        orDash(glance(fields, "eventResponse")),
                        orDash(text(fields, "eventTimestamp")));
    }

    @Override
    public long hour(JsonFields fields) {
        return TimeFormat.EPOCH_MILLIS.hour(fields.text("eventTimestamp"));
    }

    @Override
    public AppEvent decode(ObjectNode json, LogEvent event) throws RejectedException {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        open(json, fields);
        String source = JsonValues.required(json, "eventSource");
        String eventId = textOf(fields, "eventId");
        String user = textOf(fields, "userName");
        String agent = textOf(fields, "userAgent");
        Attributes attributes = new Attributes();
        fields.forEach(
                (name, value) -> {
                    if (!MAPPED.contains(name)) {
                        attributes.put(name, value);
                    }
                });
        return new AppEvent(
                source.equals(NOTIFICATION) ? NOTIFICATION_SCHEMA : ACTIVITY_SCHEMA,
                eventId != null ? eventId : event.key(),
                TimeFormat.EPOCH_MILLIS.parse(
                        "eventTimestamp", JsonValues.required(json, "eventTimestamp")),
                type(source, textOf(fields, "eventType")),
                user != null ? user : textOf(fields, "userSub"),
                null,
                textOf(fields, "ipAddress"),
                // All that Cognito tells of the user agent is the device it made out from it.
                agent != null ? agent : textOf(fields, "deviceName"),
                outcome(source, fields),
                attributes.putProvenance(event.provenance()).toMap(),
                new String(event.payload(), StandardCharsets.UTF_8));
    }

    /** Fields of the object and of the objects it opens into, by names that begin small. */
    private static void open(JsonNode object, Map<String, JsonNode> fields) {
        object.properties()
                .forEach(
                        field -> {
                            String name = startSmall(field.getKey());
                            if (OPENED.contains(name) && field.getValue().isObject()) {
                                open(field.getValue(), fields);
                            } else {
                                fields.put(name, field.getValue());
                            }
                        });
    }

    private static String type(String source, @Nullable String eventType) {
        if (source.equals(NOTIFICATION)) {
            return "cognito.user_notification";
        }
        if (eventType == null) {
            return "cognito.user_activity";
        }
        String type = JsonValues.snakeCase(eventType);
        return "auth."
                + switch (type) {
                    case "signin" -> "sign_in";
                    case "signup" -> "sign_up";
                    default -> type;
                };
    }

    private static @Nullable String outcome(String source, Map<String, JsonNode> fields) {
        if (source.equals(NOTIFICATION)) {
            return "ERROR".equals(textOf(fields, "logLevel")) ? AppEvent.FAILURE : null;
        }
        String response = textOf(fields, "eventResponse");
        return switch (response == null ? "" : response.toLowerCase(Locale.ROOT)) {
            case "pass" -> AppEvent.SUCCESS;
            case "fail" -> AppEvent.FAILURE;
            default -> null;
        };
    }

    private static @Nullable String textOf(Map<String, JsonNode> fields, String name) {
        JsonNode value = fields.get(name);
        return value == null ? null : text(value);
    }

    private static @Nullable String poolId(JsonFields fields) {
        String id = glance(fields, "userPoolId");
        return id != null ? id : text(fields, "logSourceId", "userPoolId");
    }

    private static @Nullable String glance(JsonFields fields, String name) {
        String text = text(fields, "message", name);
        return text != null ? text : text(fields, name);
    }

    private static String orDash(@Nullable String text) {
        return text == null ? "-" : text;
    }

    private static String startSmall(String name) {
        return name.isEmpty() || !Character.isUpperCase(name.charAt(0))
                ? name
                : Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
}
