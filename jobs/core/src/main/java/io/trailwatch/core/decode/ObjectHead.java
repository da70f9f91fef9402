package io.trailwatch.core.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.trailwatch.quarantine.RejectReason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the top-level fields of a JSON object say about its kind and identity. The whole object is
 * walked, without a tree, so that of fields that stand twice the last one counts, as in decoding.
 * Of a broken object it holds what came before the damage.
 */
final class ObjectHead {
    @Nullable String eventId;
    @Nullable String recipientAccountId;
    @Nullable String callerAccountId;
    @Nullable String eventSource;
    @Nullable String eventName;
    boolean hasEventVersion;
    boolean hasCloudTrailField;
    @Nullable String eventTime;
    @Nullable String timestamp;

    @Nullable String appEventId;
    boolean hasType;
    boolean hasTime;
    @Nullable String appTime;

    @Nullable String messageType;
    @Nullable String detailType;

    /** Offsets within the object of the arrays and the object that envelopes hold; -1 for none. */
    int recordsOffset = -1;

    int logEventsOffset = -1;
    int detailOffset = -1;

    @Nullable RejectReason problem;
    String problemDetail = "";

    private ObjectHead() {}

    static ObjectHead read(JsonFactory factory, byte[] bytes, int from, int to) {
        ObjectHead head = new ObjectHead();
        try (JsonParser json = factory.createParser(bytes, from, to - from)) {
            json.nextToken();
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                head.take(name, value, json);
                json.skipChildren();
            }
            if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
                head.fail(RejectReason.BROKEN_JSON, "JSON object ends early");
            }
        } catch (StreamConstraintsException limit) {
            head.fail(RejectReason.TOO_LARGE, limit.getOriginalMessage());
        } catch (JsonProcessingException broken) {
            head.fail(RejectReason.BROKEN_JSON, JsonLimits.describe(broken));
        } catch (IOException broken) {
            head.fail(RejectReason.BROKEN_JSON, String.valueOf(broken.getMessage()));
        }
        return head;
    }

    boolean isCloudTrail() {
        if (eventSource != null && eventSource.startsWith("aws:")) {
            return false; // notifications of S3 and DynamoDB
        }
        return hasEventVersion && hasCloudTrailField || eventSource != null && eventName != null;
    }

    boolean isAppEvent() {
        return appEventId != null && hasType && hasTime;
    }

    private void take(String name, JsonToken value, JsonParser json) throws IOException {
        switch (name) {
            case "eventID", "eventId" -> {
                eventId = text(value, json);
                hasCloudTrailField = true;
            }
            case "recipientAccountId" -> recipientAccountId = text(value, json);
            case "eventSource" -> {
                eventSource = text(value, json);
                hasCloudTrailField = true;
            }
            case "eventName" -> {
                eventName = text(value, json);
                hasCloudTrailField = true;
            }
            case "eventVersion" -> hasEventVersion = true;
            case "eventTime" -> {
                eventTime = text(value, json);
                hasCloudTrailField = true;
            }
            case "@timestamp" -> timestamp = text(value, json);
            case "eventType" -> hasCloudTrailField = true;
            case "userIdentity" -> {
                hasCloudTrailField = true;
                callerAccountId = value == JsonToken.START_OBJECT ? accountId(json) : null;
            }
            case "event_id" -> appEventId = text(value, json);
            case "type" -> hasType = true;
            case "time" -> {
                appTime = text(value, json);
                hasTime = true;
            }
            case "messageType" -> messageType = text(value, json);
            case "detail-type" -> detailType = text(value, json);
            case "Records" -> recordsOffset = offset(JsonToken.START_ARRAY, value, json);
            case "logEvents" -> logEventsOffset = offset(JsonToken.START_ARRAY, value, json);
            case "detail" -> detailOffset = offset(JsonToken.START_OBJECT, value, json);
            default -> {}
        }
    }

    private static @Nullable String accountId(JsonParser json) throws IOException {
        String account = null;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            if (name.equals("accountId")) {
                account = text(value, json);
            }
            json.skipChildren();
        }
        return account;
    }

    private static @Nullable String text(JsonToken value, JsonParser json) throws IOException {
        return value.isScalarValue() && value != JsonToken.VALUE_NULL ? json.getText() : null;
    }

    private static int offset(JsonToken expected, JsonToken value, JsonParser json) {
        return value == expected ? (int) json.currentTokenLocation().getByteOffset() : -1;
    }

    private void fail(RejectReason reason, String detail) {
        problem = reason;
        problemDetail = detail;
    }
}
