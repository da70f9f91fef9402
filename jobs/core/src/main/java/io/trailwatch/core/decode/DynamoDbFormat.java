package io.trailwatch.core.decode;

import static io.trailwatch.core.decode.JsonValues.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Changes of items: of a DynamoDB table that streams to Kinesis (document "Using Kinesis Data
 * Streams to capture changes to DynamoDB"), and as DynamoDB Streams hands them to Lambda (API
 * {@code Record}), where the name of the table is in {@code eventSourceARN}. Item images become
 * plain JSON.
 *
 * <p>Identity: {@code ddb/<table or stream>/<eventID>}. DynamoDB gives every change an id that is
 * globally unique; the stream to Kinesis may hold a change twice, with the same id.
 */
final class DynamoDbFormat implements JsonFormat {
    static final DynamoDbFormat INSTANCE = new DynamoDbFormat();

    static final String SCHEMA = "aws.dynamodb.stream";

    private static final String TIME = "ApproximateCreationDateTime";

    /** Above, a number cannot be seconds; times a thousand, not milliseconds. Year 5138. */
    private static final double MAX_SECONDS = 1e11;

    /** What stands in a column or in an attribute of ours. */
    private static final Set<String> MAPPED = Set.of(TIME, "Keys", "NewImage", "OldImage");

    private DynamoDbFormat() {}

    @Override
    public String name() {
        return "dynamodb";
    }

    @Override
    public LogKind kind() {
        return LogKind.APP_EVENT;
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        return "aws:dynamodb".equals(fields.text("eventSource")) && fields.has("dynamodb");
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        String eventId = text(fields, "eventID");
        if (eventId == null) {
            return List.of("ddb");
        }
        String table = text(fields, "tableName");
        String stream = text(fields, "eventSourceARN");
        return List.of("ddb", table != null ? table : stream != null ? stream : "-", eventId);
    }

    @Override
    public long hour(JsonFields fields) {
        String time = text(fields, "dynamodb", TIME);
        return time == null ? 0 : unit(time).hour(time);
    }

    @Override
    public AppEvent decode(ObjectNode json, LogEvent event) throws RejectedException {
        JsonNode change = json.path("dynamodb");
        String eventId = text(json, "eventID");
        String stream = text(json, "eventSourceARN");
        String table = text(json, "tableName");
        JsonNode oldImage = change.path("OldImage");
        JsonNode newImage = change.path("NewImage");
        Attributes attributes =
                new Attributes()
                        .put("table", table != null ? table : table(stream))
                        .put("keys", TypedValues.item(change.path("Keys")))
                        .put("new_image", TypedValues.item(newImage))
                        .put("old_image", TypedValues.item(oldImage))
                        .put("changed_fields", changedFields(oldImage, newImage))
                        .put("aws_region", json.path("awsRegion"))
                        .put("aws_account", account(stream))
                        .put("eventSourceARN", stream)
                        .put("userIdentityType", json.path("userIdentity").path("type"))
                        .putAll(change, MAPPED)
                        .putProvenance(event.provenance());
        return new AppEvent(
                SCHEMA,
                eventId != null ? eventId : event.key(),
                time(change, event),
                "dynamodb." + JsonValues.required(json, "eventName").toLowerCase(Locale.ROOT),
                text(json, "userIdentity", "principalId"),
                null,
                null,
                null,
                null,
                attributes.toMap(),
                new String(event.payload(), StandardCharsets.UTF_8));
    }

    /** The service need not tell the time of a change. */
    private static Instant time(JsonNode change, LogEvent event) throws RejectedException {
        if (!change.hasNonNull(TIME)) {
            return TimeFormat.withoutOwn(event);
        }
        String text = JsonValues.required(change, TIME);
        return unit(text).parse("dynamodb." + TIME, text);
    }

    /**
     * DynamoDB Streams writes seconds, the stream to Kinesis milliseconds, or microseconds where
     * the table is set so. {@code ApproximateCreationDateTimePrecision} is not always there, so the
     * size of the number tells.
     */
    private static TimeFormat unit(String text) {
        double count;
        try {
            count = text.length() > 40 ? 0 : Double.parseDouble(text);
        } catch (NumberFormatException noNumber) {
            count = 0;
        }
        return count < MAX_SECONDS
                ? TimeFormat.EPOCH_SECONDS
                : count < MAX_SECONDS * 1_000 ? TimeFormat.EPOCH_MILLIS : TimeFormat.EPOCH_MICROS;
    }

    /** Names of the fields in which two images differ, as a JSON array; null without two images. */
    private static @Nullable String changedFields(JsonNode oldImage, JsonNode newImage) {
        if (!oldImage.isObject() || !newImage.isObject()) {
            return null;
        }
        Set<String> changed = new TreeSet<>();
        for (JsonNode image : List.of(oldImage, newImage)) {
            image.fieldNames()
                    .forEachRemaining(
                            name -> {
                                if (!oldImage.path(name).equals(newImage.path(name))) {
                                    changed.add(name);
                                }
                            });
        }
        ArrayNode names = JsonNodeFactory.instance.arrayNode();
        changed.forEach(names::add);
        return names.toString();
    }

    /** Of {@code arn:aws:dynamodb:<region>:<account>:table/<table>/stream/<label>}. */
    private static @Nullable String table(@Nullable String streamArn) {
        String[] parts = streamArn == null ? new String[0] : streamArn.split("/", 3);
        return parts.length == 3 && parts[0].endsWith(":table") ? parts[1] : null;
    }

    private static @Nullable String account(@Nullable String streamArn) {
        String[] parts = streamArn == null ? new String[0] : streamArn.split(":", 6);
        return parts.length == 6 ? parts[4] : null;
    }
}
