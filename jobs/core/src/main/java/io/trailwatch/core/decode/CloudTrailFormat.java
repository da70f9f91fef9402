package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import io.trailwatch.quarantine.RejectReason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CloudTrail records of major version 1, of any minor version, with any further fields. An Insights
 * record has its eventSource and eventName within insightDetails.
 *
 * <p>Identity: {@code ct/<account>/<eventID>}, since one action seen by two accounts is two
 * records. The oldest records have no eventID.
 */
final class CloudTrailFormat implements JsonFormat {
    static final CloudTrailFormat INSTANCE = new CloudTrailFormat();

    private static final String INSIGHT = "insightDetails";

    /** Fields of which a record with an eventVersion has at least one. */
    private static final List<String> OWN_FIELDS =
            List.of(
                    "eventID",
                    "eventSource",
                    "eventName",
                    "eventTime",
                    "eventType",
                    "userIdentity");

    private CloudTrailFormat() {}

    @Override
    public String name() {
        return "cloudtrail";
    }

    @Override
    public LogKind kind() {
        return LogKind.CLOUDTRAIL;
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        String eventSource = fields.text("eventSource");
        if (eventSource != null && eventSource.startsWith("aws:")) {
            return false; // notifications of S3 and DynamoDB
        }
        if (eventSource != null && fields.text("eventName") != null) {
            return true;
        }
        return fields.has("eventVersion") && OWN_FIELDS.stream().anyMatch(fields::has);
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        String eventId = fields.text("eventID");
        if (eventId == null) {
            eventId = fields.text("eventId");
        }
        if (eventId == null || eventId.isEmpty()) {
            return List.of("ct");
        }
        String account = fields.text("recipientAccountId");
        if (account == null) {
            account = fields.object("userIdentity").text("accountId");
        }
        return List.of("ct", account == null ? "-" : account, eventId);
    }

    @Override
    public long hour(JsonFields fields) {
        String time = fields.text("eventTime");
        return EventTimes.hour(time != null ? time : fields.text("@timestamp"));
    }

    @Override
    public CloudTrailEvent decode(ObjectNode json, LogEvent event) throws RejectedException {
        requireKnownVersion(text(json, "eventVersion"));
        String eventId = text(json, "eventID");
        return new CloudTrailEvent(
                json,
                time(json),
                eventId != null ? eventId : text(json, "eventId"),
                required(json, "eventSource"),
                required(json, "eventName"),
                text(json, "sourceIPAddress"));
    }

    private static void requireKnownVersion(@Nullable String version) throws RejectedException {
        if (version != null && !version.equals("1") && !version.startsWith("1.")) {
            throw new RejectedException(
                    RejectReason.UNKNOWN_VERSION,
                    "eventVersion is '%s', known is major version 1".formatted(version));
        }
    }

    /** Logstash moves eventTime to {@code @timestamp}. */
    private static Instant time(ObjectNode json) throws RejectedException {
        for (String field : new String[] {"eventTime", "@timestamp"}) {
            String text = text(json, field);
            if (text != null) {
                return EventTimes.parse(field, text);
            }
        }
        throw RejectedException.missing("eventTime");
    }

    private static String required(ObjectNode json, String field) throws RejectedException {
        String value = text(json, field);
        if (value == null) {
            value = text(json.path(INSIGHT), field);
        }
        if (value == null) {
            throw RejectedException.missing(field);
        }
        return value;
    }

    private static @Nullable String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isValueNode() && !value.isNull() ? value.asText() : null;
    }
}
