package io.trailwatch.core.detect.rule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.CloudTrailEvent;
import io.trailwatch.core.decode.EventBody;
import io.trailwatch.core.decode.FlowRecord;

/**
 * What rules see of an event, its fields named as in the log: the CloudTrail record, the columns of
 * a flow record as text, the JSON of an application event.
 */
final class RuleFields {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RuleFields() {}

    static ObjectNode of(EventBody body) {
        if (body instanceof CloudTrailEvent call) {
            return call.json();
        }
        if (body instanceof FlowRecord flow) {
            ObjectNode fields = JSON.createObjectNode();
            flow.fields().forEach(fields::put);
            return fields;
        }
        if (body instanceof AppEvent app) {
            return appEvent(app);
        }
        throw new AssertionError(body);
    }

    private static ObjectNode appEvent(AppEvent app) {
        try {
            return (ObjectNode) JSON.readTree(app.raw());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a decoded application event is no JSON", e);
        }
    }
}
