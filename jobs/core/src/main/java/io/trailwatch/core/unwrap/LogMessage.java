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
 * @param account system field {@code @aws.account} of account-level subscriptions; null when absent
 * @param region system field {@code @aws.region}; null when absent
 */
record LogMessage(
        @Nullable String id, String text, @Nullable String account, @Nullable String region) {

    /** Reads the element at which the parser stands; null when it has no message. */
    static @Nullable LogMessage read(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return null;
        }
        String id = null;
        String text = null;
        String account = null;
        String region = null;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            boolean isText = json.nextToken() == JsonToken.VALUE_STRING;
            switch (name) {
                case "id" -> id = isText ? json.getText() : null;
                case "message" -> text = isText ? json.getText() : null;
                case "@aws.account" -> account = isText ? json.getText() : null;
                case "@aws.region" -> region = isText ? json.getText() : null;
                default -> {}
            }
            json.skipChildren();
        }
        return text == null ? null : new LogMessage(id, text, account, region);
    }

    /** The provenance of the envelope, more precise where the message is. */
    Provenance from(Provenance envelope) {
        if (account == null && region == null) {
            return envelope;
        }
        return new Provenance(
                account != null ? account : envelope.account(),
                region != null ? region : envelope.region(),
                envelope.logGroup(),
                envelope.logStream());
    }
}
