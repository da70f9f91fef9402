package io.trailwatch.core.unwrap;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.trailwatch.event.Provenance;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One of the {@code logEvents} of a CloudWatch Logs subscription.
 *
 * @param id id that CloudWatch Logs gave it; null when absent
 * @param text its message
 * @param timestamp milliseconds since 1970; 0 when absent
 * @param account system field {@code @aws.account} of account-level subscriptions; null when absent
 * @param region system field {@code @aws.region}; null when absent
 */
record LogMessage(
        @Nullable String id,
        String text,
        long timestamp,
        @Nullable String account,
        @Nullable String region) {

    /** Reads the element at which the parser stands; null when it has no message. */
    static @Nullable LogMessage read(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return null;
        }
        String id = null;
        String text = null;
        long timestamp = 0;
        String account = null;
        String region = null;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            boolean isText = value == JsonToken.VALUE_STRING;
            switch (name) {
                case "id" -> id = isText ? json.getText() : null;
                case "message" -> text = isText ? json.getText() : null;
                case "timestamp" ->
                        timestamp = value == JsonToken.VALUE_NUMBER_INT ? json.getValueAsLong() : 0;
                case "@aws.account" -> account = isText ? json.getText() : null;
                case "@aws.region" -> region = isText ? json.getText() : null;
                default -> {}
            }
            json.skipChildren();
        }
        return text == null ? null : new LogMessage(id, text, timestamp, account, region);
    }

    /** The provenance of the envelope, with what the message adds. */
    Provenance from(Provenance envelope) {
        return new Provenance(
                account != null ? account : envelope.account(),
                region != null ? region : envelope.region(),
                envelope.logGroup(),
                envelope.logStream(),
                timestamp);
    }
}
