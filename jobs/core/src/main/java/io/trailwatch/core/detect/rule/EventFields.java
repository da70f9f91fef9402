package io.trailwatch.core.detect.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.enrich.IpContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The fields of one event as rules see them, for those who group by them or count their values. */
public final class EventFields {
    private final ObjectNode fields;

    private EventFields(ObjectNode fields) {
        this.fields = fields;
    }

    public static EventFields of(DecodedEvent event, IpContext source) {
        return new EventFields(RuleFields.of(event.body()));
    }

    /**
     * Different values of a field in the order of the event: scalars as text, objects as compact
     * JSON, arrays one by one; none for JSON null and for a field that is not there.
     *
     * @param field dotted, such as {@code userIdentity.arn}
     */
    public List<String> values(String field) {
        Set<String> values = new LinkedHashSet<>();
        add(fields, new FieldPath(field).segments(), 0, values);
        return new ArrayList<>(values);
    }

    private static void add(JsonNode node, List<String> path, int depth, Set<String> values) {
        if (node.isArray()) {
            node.forEach(element -> add(element, path, depth, values));
        } else if (depth < path.size()) {
            JsonNode child = node.get(path.get(depth));
            if (child != null) {
                add(child, path, depth + 1, values);
            }
        } else {
            String text = FieldPath.text(node);
            if (text != null) {
                values.add(text);
            }
        }
    }
}
