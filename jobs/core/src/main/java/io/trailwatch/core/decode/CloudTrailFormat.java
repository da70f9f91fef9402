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
 * CloudTrail records of major version 1, of any minor version, with any further fields (document
 * "CloudTrail record contents for management, data, and network activity events"). An Insights
 * record has its eventSource and eventName within insightDetails.
 *
 * <p>Aggregated events (document "CloudTrail record contents for aggregated events") are other
 * records under the same roof: they stand for all calls of some minutes, write {@code eventId} and
 * {@code accountId}, have a {@code timeWindow} in the place of eventTime, and name no single call.
 * Their time is the start of the window; where they name no service or operation, they are of
 * CloudTrail and called by their eventType.
 *
 * <p>Identity: {@code ct/<account>/<eventID>}, since one action seen by two accounts is two
 * records. Every delivery of a record repeats its eventID, also one that comes late with an
 * addendum of reason DELIVERY_DELAY or SERVICE_OUTAGE. An addendum of reason UPDATED_DATA is
 * another matter: the record corrects one that was delivered before, whose id it gives as
 * originalEventID. Has it the same eventID, or does it not tell the original one, then its identity
 * says that it is a correction, and of which fields: no correction is dropped as a repeat of what
 * it corrects, and each is kept once. The oldest records have no eventID.
 */
final class CloudTrailFormat implements JsonFormat {
    static final CloudTrailFormat INSTANCE = new CloudTrailFormat();

    private static final String INSIGHT = "insightDetails";
    private static final String ADDENDUM = "addendum";
    private static final String AGGREGATED = "AwsAggregatedEvent";
    private static final String TIME_WINDOW = "timeWindow";
    private static final String WINDOW_START = "windowStart";

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
        if (account == null) {
            account = fields.text("accountId");
        }
        if (account == null) {
            account = "-";
        }
        if (fields.has(ADDENDUM)) {
            JsonFields addendum = fields.object(ADDENDUM);
            String original = addendum.text("originalEventID");
            if ("UPDATED_DATA".equals(addendum.text("reason"))
                    && (original == null || original.equals(eventId))) {
                String updated = addendum.text("updatedFields");
                return List.of("ct", account, eventId, "updated", updated == null ? "" : updated);
            }
        }
        return List.of("ct", account, eventId);
    }

    @Override
    public long hour(JsonFields fields) {
        String time = fields.text("eventTime");
        if (time == null && fields.has(TIME_WINDOW)) {
            time = fields.object(TIME_WINDOW).text(WINDOW_START);
        }
        return EventTimes.hour(time != null ? time : fields.text("@timestamp"));
    }

    @Override
    public CloudTrailEvent decode(ObjectNode json, LogEvent event) throws RejectedException {
        requireKnownVersion(text(json, "eventVersion"));
        String eventId = text(json, "eventID");
        if (eventId == null) {
            eventId = text(json, "eventId");
        }
        if (json.get(TIME_WINDOW) instanceof ObjectNode window && isAggregated(json)) {
            return aggregated(json, window, eventId);
        }
        return new CloudTrailEvent(
                json,
                time(json),
                eventId,
                required(json, "eventSource"),
                required(json, "eventName"),
                text(json, "sourceIPAddress"));
    }

    private static boolean isAggregated(ObjectNode json) {
        return AGGREGATED.equals(text(json, "eventType"))
                || "Aggregated".equals(text(json, "eventCategory"));
    }

    private static CloudTrailEvent aggregated(
            ObjectNode json, ObjectNode window, @Nullable String eventId) throws RejectedException {
        String start = text(window, WINDOW_START);
        if (start == null) {
            throw RejectedException.missing("timeWindow.windowStart");
        }
        String end = text(window, "windowEnd");
        Instant startTime = EventTimes.parse("timeWindow.windowStart", start);
        String source = text(json, "eventSource");
        String name = text(json, "eventName");
        return new CloudTrailEvent(
                json,
                startTime,
                eventId,
                source != null ? source : "cloudtrail.amazonaws.com",
                name != null ? name : AGGREGATED,
                text(json, "sourceIPAddress"),
                new CloudTrailEvent.Window(
                        startTime,
                        end == null ? startTime : EventTimes.parse("timeWindow.windowEnd", end),
                        count(json)));
    }

    /** Calls in all, as the primary dimension of the summary counts them. */
    private static @Nullable Integer count(ObjectNode json) {
        JsonNode statistics = json.path("summary").path("primaryDimension").path("statistics");
        long calls = 0;
        for (JsonNode statistic : statistics) {
            JsonNode value = statistic.path("value");
            if (!value.canConvertToInt() || value.intValue() < 0) {
                return null;
            }
            calls += value.intValue();
        }
        return statistics.isEmpty() || calls > Integer.MAX_VALUE ? null : (int) calls;
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
