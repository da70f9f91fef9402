package io.trailwatch.core.decode;

import static java.util.Objects.requireNonNull;

import io.trailwatch.event.LogEvent;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The version of a schema in a registry that an event was written with. It travels behind the name
 * of the event's format, as {@code avro registry:<version id>:<name>}: the bytes of the event,
 * which are ours by then, do not say it any more.
 *
 * @param name of the schema within its registry; what could end a word stands as {@code _}
 * @param versionId the registry's id of the version
 */
public record RegisteredSchema(String name, String versionId) {
    private static final String MARK = " registry:";

    // The registry takes letters, digits and - _ $ # . alone; we do not rely on it.
    private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9_$#.-]");

    public RegisteredSchema {
        name = FOREIGN.matcher(requireNonNull(name, "name")).replaceAll("_");
        versionId = FOREIGN.matcher(requireNonNull(versionId, "versionId")).replaceAll("_");
    }

    /** The schema that a log event's format tells; null when it tells none. */
    public static @Nullable RegisteredSchema of(String format) {
        int mark = format.lastIndexOf(MARK);
        if (mark < 0) {
            return null;
        }
        String told = format.substring(mark + MARK.length());
        int colon = told.indexOf(':');
        return colon < 0
                ? null
                : new RegisteredSchema(told.substring(colon + 1), told.substring(0, colon));
    }

    /** The format without the schema. */
    public static String formatOf(String format) {
        int mark = format.lastIndexOf(MARK);
        return mark < 0 ? format : format.substring(0, mark);
    }

    /** The format of a {@link LogEvent} that was written with this schema. */
    public String appendTo(String format) {
        return format + MARK + versionId + ":" + name;
    }
}
