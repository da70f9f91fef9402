package io.trailwatch.core.decode;

import static io.trailwatch.core.decode.JsonValues.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * What Amazon Cognito calls the Lambda triggers of a user pool with (document "Customizing user
 * pool workflows with Lambda triggers", section on the common parameters), handed on by such a
 * function. There is no time in it: that of the log event in CloudWatch Logs counts, or of the
 * record's arrival.
 *
 * <p>The trigger that migrates users is called with their password in the clear: it is taken out of
 * the raw text before that reaches a table.
 *
 * <p>Identity: none. There is no id, and two equal calls may be two attempts of one user; so the
 * place in the stream tells them apart, and a record that a producer sends twice counts twice.
 */
final class CognitoTriggerFormat implements JsonFormat {
    static final CognitoTriggerFormat INSTANCE = new CognitoTriggerFormat();

    static final String SCHEMA = "aws.cognito.trigger";

    private static final String PASSWORD = "password";

    private CognitoTriggerFormat() {}

    @Override
    public String name() {
        return "cognito-trigger";
    }

    @Override
    public LogKind kind() {
        return LogKind.APP_EVENT;
    }

    @Override
    public boolean matches(JsonFields fields, Provenance provenance) {
        return fields.text("triggerSource") != null
                && fields.has("userPoolId")
                && fields.has("request");
    }

    @Override
    public List<String> identity(JsonFields fields, Provenance provenance) {
        return List.of("cogt");
    }

    @Override
    public boolean contentIdentifies() {
        return false;
    }

    @Override
    public long hour(JsonFields fields) {
        return 0;
    }

    @Override
    public AppEvent decode(ObjectNode json, LogEvent event) throws RejectedException {
        JsonNode request = json.path("request");
        String raw = new String(event.payload(), StandardCharsets.UTF_8);
        if (request instanceof ObjectNode object && object.has(PASSWORD)) {
            object.put(PASSWORD, "(removed)");
            raw = json.toString();
        }
        return new AppEvent(
                SCHEMA,
                event.key(),
                TimeFormat.withoutOwn(event),
                "cognito." + JsonValues.required(json, "triggerSource"),
                text(json, "userName"),
                null,
                null,
                null,
                null,
                new Attributes()
                        .put("aws_region", json.path("region"))
                        .putAll(
                                json,
                                Set.of(
                                        "version",
                                        "triggerSource",
                                        "region",
                                        "userName",
                                        "callerContext",
                                        "request"))
                        .putAll(json.path("callerContext"), Set.of())
                        .putAll(request, Set.of(PASSWORD))
                        .putProvenance(event.provenance())
                        .toMap(),
                raw);
    }
}
