package io.trailwatch.core.decode;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toUnmodifiableMap;

import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The formats known here, in the order in which they are tried. Flow records and Avro go apart. */
public final class Formats {
    /** Most events are of the first ones. */
    private static final List<JsonFormat> JSON =
            List.of(
                    CloudTrailFormat.INSTANCE,
                    AppEventFormat.INSTANCE,
                    DynamoDbFormat.INSTANCE,
                    S3NotificationFormat.INSTANCE,
                    CognitoLogFormat.INSTANCE,
                    CognitoTriggerFormat.INSTANCE,
                    WafFormat.INSTANCE,
                    CloudFrontJsonFormat.INSTANCE,
                    ResolverQueryFormat.INSTANCE,
                    EksAuditFormat.INSTANCE,
                    GuardDutyFormat.INSTANCE,
                    SecurityHubFormat.INSTANCE,
                    AppSyncFormat.INSTANCE,
                    ServiceRecordFormat.INSTANCE,
                    AlarmFormat.INSTANCE,
                    EventBridgeFormat.INSTANCE);

    private static final List<LineFormat> LINES =
            List.of(
                    AppSyncLineFormat.INSTANCE, // sure of its log group
                    AlbFormat.INSTANCE,
                    ClassicElbFormat.INSTANCE,
                    NlbTlsFormat.INSTANCE,
                    S3AccessFormat.INSTANCE,
                    HostedZoneQueryFormat.INSTANCE,
                    CloudFrontFormat.INSTANCE);

    private final List<JsonFormat> json;
    private final Map<String, JsonFormat> jsonByName;
    private final Map<String, LineFormat> linesByName;

    private Formats(List<JsonFormat> json) {
        this.json = json;
        this.jsonByName = json.stream().collect(toUnmodifiableMap(JsonFormat::name, identity()));
        this.linesByName = LINES.stream().collect(toUnmodifiableMap(LineFormat::name, identity()));
    }

    /** Formats of the user, which come first, and ours. */
    public static Formats with(List<? extends JsonFormat> own) {
        return new Formats(Stream.concat(own.stream(), JSON.stream()).toList());
    }

    /**
     * The format of a JSON object; null when it is of none.
     *
     * @param schema that it came with out of a registry; null when it came without
     */
    public @Nullable JsonFormat of(
            JsonFields fields, Provenance provenance, @Nullable RegisteredSchema schema) {
        String name = schema == null ? "" : schema.name();
        for (JsonFormat format : json) {
            if (format.isFor(name) && format.matches(fields, provenance)) {
                return format;
            }
        }
        return null;
    }

    /** As {@link #of(JsonFields, Provenance, RegisteredSchema)}, among formats of one kind. */
    public @Nullable JsonFormat of(
            LogKind kind,
            JsonFields fields,
            Provenance provenance,
            @Nullable RegisteredSchema schema) {
        String name = schema == null ? "" : schema.name();
        for (JsonFormat format : json) {
            if (format.kind() == kind && format.isFor(name) && format.matches(fields, provenance)) {
                return format;
            }
        }
        return null;
    }

    /** The format of a line; null when it is of none. */
    public @Nullable LineFormat of(String line, Provenance provenance) {
        for (LineFormat format : LINES) {
            if (format.matches(line, provenance)) {
                return format;
            }
        }
        return null;
    }

    /** The format that the header line announces, whole; null when it is no header. */
    public @Nullable String header(String line) {
        for (LineFormat format : LINES) {
            String header = format.header(line);
            if (header != null) {
                return header;
            }
        }
        return null;
    }

    /** The JSON format of this name; null when there is none. */
    public @Nullable JsonFormat json(String format) {
        return jsonByName.get(format);
    }

    /** The line format that a log event's format begins with; null when there is none. */
    public @Nullable LineFormat line(String format) {
        int space = format.indexOf(' ');
        return linesByName.get(space < 0 ? format : format.substring(0, space));
    }
}
