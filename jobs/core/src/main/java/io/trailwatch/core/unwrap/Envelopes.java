package io.trailwatch.core.unwrap;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.trailwatch.core.decode.CloudTrailDigest;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Formats;
import io.trailwatch.core.decode.JsonFields;
import io.trailwatch.core.decode.JsonFormat;
import io.trailwatch.core.decode.JsonLimits;
import io.trailwatch.core.decode.RejectedException;
import io.trailwatch.core.unwrap.JsonScanner.LineFeeds;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import io.trailwatch.quarantine.RejectReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a JSON object is, by its top-level fields: an envelope, which is opened; a message that
 * carries no log; an event; or nothing we know.
 */
final class Envelopes {
    /**
     * Envelopes around an event: a file in a message in a notification in a queue, and to spare.
     */
    static final int MAX_DEPTH = 8;

    private final SourceHint hint;
    private final DecodeLimits limits;
    private final Formats formats;
    private final JsonFactory jsonFactory;
    private final EventKeys keys;
    private final PieceSink sink;
    private final Documents documents;
    private final Unwrapping unwrapping;
    private final Scratch scratch;

    Envelopes(Opening opening, Documents documents, Unwrapping unwrapping) {
        this.hint = opening.hint();
        this.limits = opening.limits();
        this.formats = opening.formats();
        this.jsonFactory = opening.jsonFactory();
        this.keys = opening.keys();
        this.sink = opening.sink();
        this.documents = documents;
        this.unwrapping = unwrapping;
        this.scratch = opening.scratch();
    }

    /**
     * Opens an object.
     *
     * @param fields its top-level fields
     * @param depth deepest nesting in it, itself included
     */
    void object(byte[] bytes, int from, int to, TopFields fields, int depth, Nesting nesting) {
        JsonFormat format = format(fields, nesting);
        // Most objects are events of CloudTrail; no envelope has an eventVersion, but Kinesis.
        boolean plainEvent = format != null && fields.has("eventVersion") && !fields.has("kinesis");
        if (!plainEvent
                && nesting.depth() < MAX_DEPTH
                && (control(fields)
                        || envelope(fields, bytes, from, to, nesting)
                        || eventBridge(fields, bytes, from, to, depth, nesting)
                        || format == null && list(fields, bytes, to, nesting))) {
            return;
        }
        event(format, fields, bytes, from, to, depth, nesting);
    }

    /**
     * Takes the one object that a record of a schema registry holds. What is rejected is the record
     * itself: its object alone would not say any more what it was written with.
     *
     * @param json what should be an object
     * @param record from {@code from} to {@code to}, with its header
     */
    void registered(byte[] json, byte[] record, int from, int to, Nesting nesting) {
        int start = 0;
        while (start < json.length && json[start] >= 0 && json[start] <= ' ') {
            start++;
        }
        JsonScanner scanner = scratch.scanner(nesting.depth());
        Window window = new Window(json, start, json.length);
        boolean whole =
                start < json.length
                        && json[start] == '{'
                        && scanner.scan(window, LineFeeds.ANYWHERE, json.length)
                                == JsonScanner.Outcome.COMPLETE;
        int size = window.position - start;
        TopFields fields = scanner.fields().in(json, start);
        JsonFormat format = whole ? format(fields, nesting) : null;
        String schema = requireNonNull(nesting.schema()).name();
        RejectReason reason = RejectReason.UNKNOWN_EVENT;
        String detail;
        if (!whole) {
            detail = "value of schema %s is no JSON object".formatted(schema);
        } else if (format == null) {
            detail =
                    "event of schema %s is of no format that is known here; a mapping with match.schema can read it"
                            .formatted(schema);
        } else if (size > limits.maxEventBytes() || scanner.maxDepth() > limits.maxDepth()) {
            reason = RejectReason.TOO_LARGE;
            detail =
                    "event of schema %s has %d bytes, limit %d, and is nested %d deep, limit %d"
                            .formatted(
                                    schema,
                                    size,
                                    limits.maxEventBytes(),
                                    scanner.maxDepth(),
                                    limits.maxDepth());
        } else {
            event(format, fields, json, start, window.position, scanner.maxDepth(), nesting);
            return;
        }
        sink.reject(reason, detail, record, from, to);
    }

    private @Nullable JsonFormat format(JsonFields fields, Nesting nesting) {
        return switch (hint) {
            case APP_EVENT -> {
                JsonFormat known =
                        formats.of(
                                LogKind.APP_EVENT, fields, nesting.provenance(), nesting.schema());
                yield known != null ? known : formats.json("json");
            }
            case CLOUDTRAIL -> formats.json("cloudtrail");
            case AUTO -> formats.of(fields, nesting.provenance(), nesting.schema());
            case VPC_FLOW -> null;
        };
    }

    private void event(
            @Nullable JsonFormat format,
            TopFields fields,
            byte[] bytes,
            int from,
            int to,
            int depth,
            Nesting nesting) {
        int size = to - from;
        if (size > limits.maxEventBytes()) {
            sink.reject(
                    RejectReason.TOO_LARGE,
                    "event has %d bytes, limit %d".formatted(size, limits.maxEventBytes()),
                    bytes,
                    from,
                    to);
        } else if (depth > limits.maxDepth()) {
            sink.reject(
                    RejectReason.TOO_LARGE,
                    "event is nested %d deep, limit %d".formatted(depth, limits.maxDepth()),
                    bytes,
                    from,
                    to);
        } else if (format == null) {
            RejectedException broken = JsonLimits.problem(jsonFactory, bytes, from, to);
            sink.reject(
                    broken == null ? RejectReason.UNKNOWN_EVENT : broken.reason(),
                    broken == null
                            ? "JSON object is of no format that is known here"
                            : broken.detail(),
                    bytes,
                    from,
                    to);
        } else {
            sink.event(
                    format.kind(),
                    keys.of(
                            format.identity(fields, nesting.provenance()),
                            nesting.cloudWatchEventId(),
                            bytes,
                            from,
                            to,
                            format.contentIdentifies() ? null : sink.next()),
                    format.hour(fields),
                    format.name(),
                    nesting.provenance(),
                    Arrays.copyOfRange(bytes, from, to));
        }
    }

    /** Messages that carry no log: counted by name, and dropped. */
    private boolean control(TopFields fields) {
        String what = null;
        if ("CONTROL_MESSAGE".equals(fields.text("messageType"))) {
            what = "CONTROL_MESSAGE";
        } else if (CloudTrailDigest.matches(fields) && fields.startOf("logFiles", '[') >= 0) {
            what = CloudTrailDigest.CONTROL;
        } else if ("s3:TestEvent".equals(fields.text("Event"))) {
            what = "S3_TEST_EVENT";
        } else if (fields.text("s3Bucket") != null && fields.startOf("s3ObjectKey", '[') >= 0) {
            what = "CLOUDTRAIL_FILE_NOTIFICATION";
        }
        if (what != null) {
            sink.control(what);
        }
        return what != null;
    }

    private boolean envelope(TopFields fields, byte[] bytes, int from, int to, Nesting nesting) {
        int logEvents = fields.startOf("logEvents", '[');
        if (logEvents >= 0 && "DATA_MESSAGE".equals(fields.text("messageType"))) {
            int done = logEvents(fields, bytes, logEvents, to, nesting);
            if (done < 0) {
                sink.reject(
                        RejectReason.BROKEN_JSON,
                        "CloudWatch Logs envelope is damaged",
                        bytes,
                        ~done,
                        to);
            }
            return true;
        }
        for (String records : new String[] {"Records", "records"}) {
            int array = fields.startOf(records, '[');
            if (array >= 0) {
                elements(bytes, array, to, nesting);
                return true;
            }
        }
        return topics(fields, nesting) || wrapped(fields, bytes, from, to, nesting);
    }

    /** Records of Amazon MSK: lists by topic. */
    private boolean topics(TopFields fields, Nesting nesting) {
        if (fields.text("bootstrapServers") == null
                || !(fields.object("records") instanceof TopFields byTopic)) {
            return false;
        }
        byTopic.eachValue(
                (bytes, start, end) -> {
                    if (bytes[start] == '[') {
                        elements(bytes, start, end, nesting);
                    }
                });
        return true;
    }

    /** One content in a field, as text or in Base64. */
    private boolean wrapped(TopFields fields, byte[] bytes, int from, int to, Nesting nesting) {
        String base64 = null;
        String text = null;
        if (fields.has("awslogs")) {
            base64 = fields.object("awslogs").text("data");
        } else if (fields.has("kinesis")) {
            base64 = fields.object("kinesis").text("data");
        } else if (fields.has("data") && (fields.has("recordId") || fields.size() == 1)) {
            base64 = fields.text("data");
        } else if (fields.has("value") && fields.has("topic") && fields.has("offset")) {
            base64 = fields.text("value");
        } else if (fields.has("Sns")) {
            text = fields.object("Sns").text("Message");
        } else if (fields.has("TopicArn") && "Notification".equals(fields.text("Type"))) {
            text = fields.text("Message");
        } else if (fields.has("receiptHandle")) {
            text = fields.text("body");
        } else if (fields.has("CloudTrailEvent")) {
            text = fields.text("CloudTrailEvent");
        }
        if (text != null) {
            byte[] content = text.getBytes(StandardCharsets.UTF_8);
            unwrapping.content(content, 0, content.length, nesting.deeper());
            return true;
        }
        if (base64 == null) {
            return false;
        }
        try {
            byte[] content = Base64.getDecoder().decode(base64);
            unwrapping.content(content, 0, content.length, nesting.deeper());
        } catch (IllegalArgumentException damaged) {
            sink.reject(
                    RejectReason.INVALID_FIELD,
                    "data is no Base64: " + damaged.getMessage(),
                    bytes,
                    from,
                    to);
        }
        return true;
    }

    /**
     * An EventBridge envelope whose detail is an event of its own, or findings. Where it is not,
     * the envelope itself is the event.
     */
    private boolean eventBridge(
            TopFields fields, byte[] bytes, int from, int to, int depth, Nesting nesting) {
        int start = fields.startOf("detail", '{');
        if (start < 0 || !fields.has("detail-type")) {
            return false;
        }
        Nesting within =
                nesting.within(
                        new Provenance(
                                orEmpty(fields.text("account")),
                                orEmpty(fields.text("region")),
                                nesting.provenance().logGroup(),
                                nesting.provenance().logStream(),
                                nesting.provenance().timestamp()),
                        nesting.cloudWatchEventId());
        if (!(fields.object("detail") instanceof TopFields detail)) {
            return false;
        }
        JsonFormat ofDetail =
                hint == SourceHint.APP_EVENT
                        ? formats.of(
                                LogKind.APP_EVENT, detail, within.provenance(), within.schema())
                        : format(detail, within);
        sink.within(within);
        if (ofDetail == null && detail.startOf("findings", '[') < 0) {
            event(format(fields, within), fields, bytes, from, to, depth, within);
        } else {
            documents.piece(new Window(bytes, start, to), LineFeeds.ANYWHERE, within);
        }
        sink.within(nesting);
        return true;
    }

    /** Lists that tools of AWS give: look-ups of events, findings. */
    private boolean list(TopFields fields, byte[] bytes, int to, Nesting nesting) {
        for (String name : new String[] {"Events", "findings", "Findings"}) {
            int array = fields.startOf(name, '[');
            if (array >= 0) {
                elements(bytes, array, to, nesting);
                return true;
            }
        }
        return false;
    }

    private void elements(byte[] bytes, int array, int to, Nesting nesting) {
        documents.elements(new Window(bytes, array + 1, to), LineFeeds.ANYWHERE, nesting.deeper());
    }

    /**
     * Opens the log events of a truncated CloudWatch Logs envelope.
     *
     * @return bytes behind the last one opened, counted from the mark; 0 when there is none
     */
    int openedEvents(Window window, TopFields fields, Nesting nesting) {
        if (nesting.depth() >= MAX_DEPTH || !"DATA_MESSAGE".equals(fields.text("messageType"))) {
            return 0;
        }
        int logEvents = fields.startOfLast("logEvents", '[', window.limit);
        if (logEvents < 0) {
            return 0;
        }
        int done = logEvents(fields, window.bytes, logEvents, window.limit, nesting);
        return (done < 0 ? ~done : done) - window.mark;
    }

    /**
     * Opens each message of a CloudWatch Logs envelope.
     *
     * @return index behind the last log event that is whole; {@code ~index} when damage follows
     */
    private int logEvents(TopFields fields, byte[] bytes, int from, int to, Nesting nesting) {
        Provenance provenance =
                new Provenance(
                        orEmpty(fields.text("owner")),
                        "",
                        orEmpty(fields.text("logGroup")),
                        orEmpty(fields.text("logStream")),
                        0);
        int done = from;
        if (from + 1 < to && bytes[from + 1] == 0) {
            return ~done; // the parser would take it for UTF-16, and could not tell offsets
        }
        try (JsonParser json = jsonFactory.createParser(bytes, from, to - from)) {
            json.nextToken();
            while (json.nextToken() != null && json.currentToken() != JsonToken.END_ARRAY) {
                int start = from + (int) json.currentTokenLocation().getByteOffset();
                LogMessage message = LogMessage.read(json);
                int end = from + (int) json.currentLocation().getByteOffset();
                if (message == null) {
                    sink.reject(
                            RejectReason.UNKNOWN_EVENT,
                            "log event has no message",
                            bytes,
                            start,
                            end);
                } else {
                    documents.message(
                            message.text().getBytes(StandardCharsets.UTF_8),
                            nesting.within(message.from(provenance), message.id()));
                    sink.within(nesting);
                }
                done = end;
            }
            return json.currentToken() == JsonToken.END_ARRAY ? done : ~done;
        } catch (IOException damaged) {
            return ~done; // the caller rejects what is left
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
