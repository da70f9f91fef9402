package io.trailwatch.core.detect.rule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.AwsFinding;
import io.trailwatch.core.decode.CloudTrailEvent;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.DnsQuery;
import io.trailwatch.core.decode.EventBody;
import io.trailwatch.core.decode.FlowRecord;
import io.trailwatch.core.decode.HttpRequest;
import io.trailwatch.core.decode.KubernetesAudit;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.core.text.JsonText;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What rules see of one event, its fields named as in the log: the CloudTrail record, the columns
 * of a flow record, the envelope of an application event. Foreign events that are read into the
 * envelope of ours have its fields, so that one rule holds for sign-ins wherever they come from.
 * Every log has the {@link VirtualField}s too, and they hide fields of the log with their names.
 *
 * <p>A view over the decoded event, which is neither copied nor parsed again. May be used for one
 * event after the other, by one thread at a time.
 */
public final class EventFields {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Longer texts of objects are not kept room for. */
    private static final int KEPT_CHARS = 1 << 16;

    private @Nullable JsonNode json;
    private @Nullable AppEvent app;
    private @Nullable ObjectNode appTree;
    private Map<String, String> columns = Map.of();
    private @Nullable String sourceAddress;
    private IpContext source = IpContext.EMPTY;

    /** Objects and their texts made for this event, as many as {@code kept}. */
    private @Nullable JsonNode[] keptNodes = new JsonNode[4];

    private @Nullable String[] keptTexts = new String[4];
    private int kept;

    /** Where texts are written, and the object that stands there. */
    private StringBuilder writing = new StringBuilder();

    private @Nullable JsonText writer;
    private @Nullable JsonNode writtenNode;
    private final StringBuilder digits = new StringBuilder(20);

    EventFields() {}

    /**
     * The fields of an event.
     *
     * @param source context of its source address
     */
    public static EventFields of(DecodedEvent event, IpContext source) {
        EventFields fields = new EventFields();
        fields.show(event.body(), source);
        return fields;
    }

    static EventFields of(JsonNode event) {
        EventFields fields = new EventFields();
        fields.show(event);
        return fields;
    }

    /** Becomes the view over another event. */
    void show(EventBody body, IpContext context) {
        clear();
        source = context;
        sourceAddress = body.sourceAddress();
        if (body instanceof CloudTrailEvent call) {
            json = call.json();
        } else if (body instanceof FlowRecord flow) {
            columns = flow.fields();
        } else if (body instanceof AppEvent event) {
            json = event.json();
            app = json == null ? event : null;
        } else if (body instanceof HttpRequest http) {
            json = http.json();
            columns = http.columns();
        } else if (body instanceof DnsQuery dns) {
            json = dns.json();
            columns = dns.columns();
        } else if (body instanceof KubernetesAudit audit) {
            json = audit.json();
        } else if (body instanceof AwsFinding finding) {
            json = finding.json();
        } else {
            throw new AssertionError(body);
        }
    }

    /** Becomes the view over a record of which only its JSON is known. */
    void show(JsonNode event) {
        clear();
        json = event;
    }

    /** Holds on to no event any more. */
    void clear() {
        json = null;
        app = null;
        appTree = null;
        columns = Map.of();
        sourceAddress = null;
        source = IpContext.EMPTY;
        writtenNode = null;
        if (kept > 0) {
            Arrays.fill(keptNodes, 0, kept, null);
            Arrays.fill(keptTexts, 0, kept, null);
            kept = 0;
        }
    }

    /**
     * Different values of a field in the order of the event, as rules see them: scalars as text,
     * objects as compact JSON, arrays one by one; none for null and missing fields.
     *
     * @param field dotted name, as in a rule
     */
    public List<String> values(String field) {
        return values(new FieldPath(field));
    }

    List<String> values(FieldPath field) {
        Set<String> values = new LinkedHashSet<>();
        field.any(
                this,
                text -> {
                    values.add(text);
                    return false;
                });
        return List.copyOf(values);
    }

    /**
     * The value of a field that has no tree; null when the event is a tree, or has no such field.
     */
    @Nullable String plain(FieldPath field) {
        if (app != null) {
            return field.isPlain() ? plain(app, field.segment(0)) : plainAttribute(app, field);
        }
        return columns.get(field.name());
    }

    private static @Nullable String plain(AppEvent app, String name) {
        return switch (name) {
            case "event_id" -> app.eventId();
            case "type" -> app.type();
            case "user" -> app.user();
            case "session" -> app.session();
            case "source_ip" -> app.sourceAddress();
            case "user_agent" -> app.userAgent();
            case "outcome" -> app.outcome();
            default -> null;
        };
    }

    private static @Nullable String plainAttribute(AppEvent app, FieldPath field) {
        String value =
                field.depth() == 2 && field.segment(0).equals("attributes")
                        ? app.attributes().get(field.segment(1))
                        : null;
        return value == null || looksNested(value) ? null : value;
    }

    /**
     * The tree in which to look for a field that {@link #plain} does not tell; null when there is
     * none.
     */
    @Nullable JsonNode tree(FieldPath field) {
        if (app == null) {
            return json;
        }
        String first = field.segment(0);
        boolean nested =
                first.equals("time")
                        || first.equals("attributes")
                                && (field.depth() == 1
                                        || app.attributes().get(field.segment(1)) != null);
        return nested ? tree(app) : null;
    }

    /** Whether the event is a tree, so that {@link #plain} need not be asked. */
    @Nullable JsonNode tree() {
        return json;
    }

    private ObjectNode tree(AppEvent event) {
        ObjectNode made = appTree;
        if (made == null) {
            made = envelope(event);
            appTree = made;
        }
        return made;
    }

    /** Whether a scalar of the event, at whatever depth, passes the test. */
    boolean anyScalar(ValueTest test) {
        if (json != null) {
            return anyScalar(json, test);
        }
        if (app != null) {
            return anyScalar(tree(app), test);
        }
        for (String value : columns.values()) {
            if (test.matches(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyScalar(JsonNode node, ValueTest test) {
        if (node.isContainerNode()) {
            for (JsonNode child : node) {
                if (anyScalar(child, test)) {
                    return true;
                }
            }
            return false;
        }
        String text = FieldPath.scalarText(node);
        return text != null && test.matches(text);
    }

    /** Whether a value of the virtual field passes the test. */
    boolean any(VirtualField field, ValueTest test) {
        if (field == VirtualField.SRC_THREAT_LIST) {
            List<String> lists = source.threatLists();
            for (int i = 0; i < lists.size(); i++) {
                if (test.matches(lists.get(i))) {
                    return true;
                }
            }
            return false;
        }
        String value =
                switch (field) {
                    case SRC_IP ->
                            sourceAddress != null && CidrBlock.isAddress(sourceAddress)
                                    ? sourceAddress
                                    : null;
                    case SRC_COUNTRY -> source.countryIso();
                    case SRC_CITY -> source.city();
                    case SRC_ASN -> source.asn() == null ? null : source.asn().toString();
                    case SRC_AS_ORG -> source.asOrg();
                    case SRC_THREAT_LIST -> throw new AssertionError(field);
                };
        return value != null && test.matches(value);
    }

    /** The compact JSON of an object of this event; made once. */
    String text(JsonNode object) {
        for (int i = 0; i < kept; i++) {
            String text = keptTexts[i];
            if (keptNodes[i] == object && text != null) {
                return text;
            }
        }
        String text = written(object).toString();
        if (kept == keptNodes.length) {
            keptNodes = Arrays.copyOf(keptNodes, kept * 2);
            keptTexts = Arrays.copyOf(keptTexts, kept * 2);
        }
        keptNodes[kept] = object;
        keptTexts[kept++] = text;
        return text;
    }

    /** The same until the next object is written, in a place that is used again. */
    CharSequence written(JsonNode object) {
        if (writtenNode != object) {
            if (writer == null || writing.capacity() > KEPT_CHARS) {
                writing = new StringBuilder(1_024);
                writer = new JsonText(writing);
            }
            writing.setLength(0);
            writer.append(object);
            writtenNode = object;
        }
        return writing;
    }

    /** The text of a number, in a place that is used again. */
    CharSequence written(long number) {
        digits.setLength(0);
        return digits.append(number);
    }

    private static ObjectNode envelope(AppEvent app) {
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

    private static boolean looksNested(String value) {
        return value.startsWith("{") || value.startsWith("[");
    }

    /** Objects and arrays, which attributes hold as text, can be stepped into. */
    private static JsonNode attribute(String value) {
        if (looksNested(value)) {
            try {
                return JSON.readTree(value);
            } catch (JsonProcessingException noJson) {
                return TextNode.valueOf(value);
            }
        }
        return TextNode.valueOf(value);
    }
}
