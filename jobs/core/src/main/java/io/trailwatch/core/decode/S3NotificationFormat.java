package io.trailwatch.core.decode;

import static io.trailwatch.core.decode.JsonValues.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Event notifications of Amazon S3 (document "Event message structure"), one element of their
 * {@code Records}.
 *
 * <p>Identity: {@code s3n/<bucket>/<key>/<event name>/<sequencer>}. S3 delivers at least once; the
 * sequencer grows with every operation on a key and is repeated by a redelivery. The event name
 * belongs to it, since one operation can be told as two events. The configuration that asked for
 * the notification does not: an operation that two of them tell is one event. Events without a
 * sequencer, such as those of replication, have no identity.
 */
final class S3NotificationFormat implements JsonFormat {
    static final S3NotificationFormat INSTANCE = new S3NotificationFormat();

    static final String SCHEMA = "aws.s3.notification";

    private S3NotificationFormat() {}

    @Override
    public String name() {
        return "s3-notification";
    }

    @Override
    public LogKind kind() {
        return LogKind.APP_EVENT;
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        return "aws:s3".equals(fields.text("eventSource")) && fields.has("s3");
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        JsonFields s3 = fields.object("s3");
        String bucket = text(s3, "bucket", "name");
        String key = text(s3, "object", "key");
        String sequencer = text(s3, "object", "sequencer");
        String eventName = text(fields, "eventName");
        return bucket == null || key == null || sequencer == null || eventName == null
                ? List.of("s3n")
                : List.of("s3n", bucket, key, eventName, sequencer);
    }

    @Override
    public long hour(JsonFields fields) {
        return TimeFormat.ISO_8601.hour(fields.text("eventTime"));
    }

    @Override
    public AppEvent decode(ObjectNode json, LogEvent event) throws RejectedException {
        JsonNode s3 = json.path("s3");
        JsonNode object = s3.path("object");
        return new AppEvent(
                SCHEMA,
                event.key(),
                TimeFormat.ISO_8601.parse("eventTime", JsonValues.required(json, "eventTime")),
                "s3." + withoutService(JsonValues.required(json, "eventName")),
                text(json, "userIdentity", "principalId"),
                null,
                text(json, "requestParameters", "sourceIPAddress"),
                null,
                null,
                new Attributes()
                        .put("bucket", s3.path("bucket").path("name"))
                        .put("key", decoded(text(object, "key")))
                        .putAll(object, Set.of("key"))
                        .put("configurationId", s3.path("configurationId"))
                        .put("requestId", json.path("responseElements").path("x-amz-request-id"))
                        .put("aws_region", json.path("awsRegion"))
                        .putAll(
                                json,
                                Set.of(
                                        "eventVersion",
                                        "eventSource",
                                        "eventTime",
                                        "eventName",
                                        "awsRegion",
                                        "userIdentity",
                                        "requestParameters",
                                        "responseElements",
                                        "s3"))
                        .putProvenance(event.provenance())
                        .toMap(),
                new String(event.payload(), StandardCharsets.UTF_8));
    }

    /** Notifications of old wrote {@code s3:ObjectCreated:Put}. */
    private static String withoutService(String eventName) {
        return eventName.startsWith("s3:") ? eventName.substring(3) : eventName;
    }

    /** S3 writes keys as in a URL; one that is not decodable stays as it is. */
    private static @Nullable String decoded(@Nullable String key) {
        if (key == null) {
            return null;
        }
        try {
            return URLDecoder.decode(key, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return key;
        }
    }
}
