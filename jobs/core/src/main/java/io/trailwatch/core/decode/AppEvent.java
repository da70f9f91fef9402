package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One application event: the typed envelope of {@code schemas/src/main/avro/app_event.avsc}, into
 * which foreign events are read too.
 *
 * @param schemaName schema the event was written with: its name in the registry where it came with
 *     a version of one, else {@link #OWN_SCHEMA}, {@code aws.} and what AWS wrote it, or {@code
 *     mapping:} and the name of the user's mapping
 * @param schemaVersionId id of the version in the registry; null where it came without
 * @param eventId id the source gave it; where it gave none, the key by which we know it
 * @param type dotted, such as {@code auth.sign_in}
 * @param outcome {@code success} or {@code failure}; null when the event has none
 * @param attributes whatever else the event says, values as text, objects and arrays as JSON text
 * @param raw the event as it came, as JSON text or as the line it is
 * @param json the whole event where it was read from the envelope in JSON; null for all others
 */
public record AppEvent(
        String schemaName,
        @Nullable String schemaVersionId,
        String eventId,
        Instant time,
        String type,
        @Nullable String user,
        @Nullable String session,
        @Nullable String sourceAddress,
        @Nullable String userAgent,
        @Nullable String outcome,
        Map<String, String> attributes,
        String raw,
        @Nullable ObjectNode json)
        implements EventBody {
    /** Schema of the events that applications write for us, in Avro and in JSON. */
    public static final String OWN_SCHEMA = "io.trailwatch.event.AppEvent";

    static final String SUCCESS = "success";
    static final String FAILURE = "failure";

    /** An event that was not read from the envelope in JSON. */
    public AppEvent(
            String schemaName,
            String eventId,
            Instant time,
            String type,
            @Nullable String user,
            @Nullable String session,
            @Nullable String sourceAddress,
            @Nullable String userAgent,
            @Nullable String outcome,
            Map<String, String> attributes,
            String raw) {
        this(
                schemaName,
                null,
                eventId,
                time,
                type,
                user,
                session,
                sourceAddress,
                userAgent,
                outcome,
                attributes,
                raw,
                null);
    }

    /** An event that an application wrote for us; its raw text is the envelope itself. */
    public AppEvent(
            String eventId,
            Instant time,
            String type,
            @Nullable String user,
            @Nullable String session,
            @Nullable String sourceAddress,
            @Nullable String userAgent,
            @Nullable String outcome,
            Map<String, String> attributes,
            String raw) {
        this(
                OWN_SCHEMA,
                eventId,
                time,
                type,
                user,
                session,
                sourceAddress,
                userAgent,
                outcome,
                attributes,
                raw);
    }

    /** The same event beside another rendering of it. */
    AppEvent withRaw(String text) {
        return new AppEvent(
                schemaName,
                schemaVersionId,
                eventId,
                time,
                type,
                user,
                session,
                sourceAddress,
                userAgent,
                outcome,
                attributes,
                text,
                json);
    }

    /** The same event, written with a schema of a registry. */
    AppEvent withSchema(RegisteredSchema schema) {
        return new AppEvent(
                schema.name(),
                schema.versionId(),
                eventId,
                time,
                type,
                user,
                session,
                sourceAddress,
                userAgent,
                outcome,
                attributes,
                raw,
                json);
    }
}
