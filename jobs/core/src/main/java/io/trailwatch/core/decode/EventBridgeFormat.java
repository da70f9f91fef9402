package io.trailwatch.core.decode;

import static io.trailwatch.core.decode.JsonValues.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Events of Amazon EventBridge whose detail is of no format of its own (document "AWS service event
 * metadata"): the envelope with all of it.
 *
 * <p>The type is the source and then the detail-type in snake case, so that it reads like the types
 * of other events and a prefix selects a service: {@code aws.ec2} and {@code EC2 Instance
 * State-change Notification} become {@code aws.ec2.ec2_instance_state_change_notification}. Both
 * stand in the attributes as they came.
 *
 * <p>Identity: {@code eb/<account>/<id>}. EventBridge gives every event an id, and repeats it when
 * it delivers again or to several targets. The account is that of the source, so that no other
 * account can make us take its event for one already seen.
 */
final class EventBridgeFormat implements JsonFormat {
    static final EventBridgeFormat INSTANCE = new EventBridgeFormat();

    static final String SCHEMA = "aws.eventbridge";

    private static final Pattern NO_SOURCE = Pattern.compile("[^a-z0-9._-]+");

    private EventBridgeFormat() {}

    @Override
    public String name() {
        return "eventbridge";
    }

    @Override
    public LogKind kind() {
        return LogKind.APP_EVENT;
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        return fields.text("detail-type") != null
                && fields.text("source") != null
                && fields.text("id") != null
                && fields.text("time") != null;
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        String id = text(fields, "id");
        String account = text(fields, "account");
        return id == null ? List.of("eb") : List.of("eb", account == null ? "-" : account, id);
    }

    @Override
    public long hour(JsonFields fields) {
        return TimeFormat.ISO_8601.hour(fields.text("time"));
    }

    @Override
    public AppEvent decode(ObjectNode json, LogEvent event) throws RejectedException {
        String source = JsonValues.required(json, "source");
        String detailType = JsonValues.required(json, "detail-type");
        JsonNode detail = json.path("detail");
        return new AppEvent(
                SCHEMA,
                JsonValues.required(json, "id"),
                TimeFormat.ISO_8601.parse("time", JsonValues.required(json, "time")),
                type(source, detailType),
                null,
                null,
                address(detail),
                null,
                null,
                new Attributes()
                        .putAll(detail, Set.of())
                        .put("source", source)
                        .put("detail-type", detailType)
                        .put("resources", json.path("resources"))
                        .put("aws_account", json.path("account"))
                        .put("aws_region", json.path("region"))
                        .putProvenance(event.provenance())
                        .toMap(),
                new String(event.payload(), StandardCharsets.UTF_8));
    }

    private static String type(String source, String detailType) {
        return NO_SOURCE.matcher(source.toLowerCase(Locale.ROOT)).replaceAll("_")
                + "."
                + JsonValues.snakeCase(detailType);
    }

    /** The events of Amazon S3 spell it with hyphens. */
    private static @Nullable String address(JsonNode detail) {
        String address = text(detail, "sourceIPAddress");
        return address != null ? address : text(detail, "source-ip-address");
    }
}
