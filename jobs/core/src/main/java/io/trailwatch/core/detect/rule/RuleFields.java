package io.trailwatch.core.detect.rule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.AwsFinding;
import io.trailwatch.core.decode.CloudTrailEvent;
import io.trailwatch.core.decode.DnsQuery;
import io.trailwatch.core.decode.EventBody;
import io.trailwatch.core.decode.FlowRecord;
import io.trailwatch.core.decode.HttpRequest;
import io.trailwatch.core.decode.KubernetesAudit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What rules see of an event, its fields named as in the log: the CloudTrail record, the columns of
 * a flow record as text, the JSON of an application event. Foreign events that are read into the
 * envelope of ours have its fields, so that one rule holds for sign-ins wherever they come from.
 */
final class RuleFields {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RuleFields() {}

    static ObjectNode of(EventBody body) {
        if (body instanceof CloudTrailEvent call) {
            return call.json();
        }
        if (body instanceof FlowRecord flow) {
            return columns(flow.fields());
        }
        if (body instanceof AppEvent app) {
            return appEvent(app);
        }
        if (body instanceof HttpRequest http) {
            return http.json() != null ? http.json() : columns(http.columns());
        }
        if (body instanceof DnsQuery dns) {
            return dns.json() != null ? dns.json() : columns(dns.columns());
        }
        if (body instanceof KubernetesAudit audit) {
            return audit.json();
        }
        if (body instanceof AwsFinding finding) {
            return finding.json();
        }
        throw new AssertionError(body);
    }

    private static ObjectNode columns(Map<String, String> columns) {
        ObjectNode fields = JSON.createObjectNode();
        columns.forEach(fields::put);
        return fields;
    }

    private static ObjectNode appEvent(AppEvent app) {
        if (app.isOwn()) {
            try {
                return (ObjectNode) JSON.readTree(app.raw());
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a decoded application event is no JSON", e);
            }
        }
        ObjectNode fields = JSON.createObjectNode();
        fields.put("event_id", app.eventId());
        fields.put("time", app.time().toString());
        fields.put("type", app.type());
        putIfPresent(fields, "user", app.user());
        putIfPresent(fields, "session", app.session());
        putIfPresent(fields, "source_ip", app.sourceAddress());
        putIfPresent(fields, "user_agent", app.userAgent());
        putIfPresent(fields, "outcome", app.outcome());
        ObjectNode attributes = fields.putObject("attributes");
        app.attributes().forEach((name, value) -> attributes.set(name, attribute(value)));
        return fields;
    }

    private static void putIfPresent(ObjectNode fields, String name, @Nullable String value) {
        if (value != null) {
            fields.put(name, value);
        }
    }

    /** Objects and arrays, which attributes hold as text, can be stepped into. */
    private static JsonNode attribute(String value) {
        if (value.startsWith("{") || value.startsWith("[")) {
            try {
                return JSON.readTree(value);
            } catch (JsonProcessingException noJson) {
                return TextNode.valueOf(value);
            }
        }
        return TextNode.valueOf(value);
    }
}
