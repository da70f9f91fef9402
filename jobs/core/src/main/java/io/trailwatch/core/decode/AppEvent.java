package io.trailwatch.core.decode;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One application event: the typed envelope of {@code schemas/src/main/avro/app_event.avsc}.
 *
 * @param type dotted, such as {@code auth.sign_in}
 * @param outcome {@code success} or {@code failure}; null when the event has none
 * @param attributes whatever else the application says, values as text
 * @param raw the event as JSON text
 */
public record AppEvent(
        String eventId,
        Instant time,
        String type,
        @Nullable String user,
        @Nullable String session,
        @Nullable String sourceAddress,
        @Nullable String userAgent,
        @Nullable String outcome,
        Map<String, String> attributes,
        String raw)
        implements EventBody {

    /** The same event beside another rendering of it. */
    AppEvent withRaw(String json) {
        return new AppEvent(
                eventId,
                time,
                type,
                user,
                session,
                sourceAddress,
                userAgent,
                outcome,
                attributes,
                json);
    }
}
