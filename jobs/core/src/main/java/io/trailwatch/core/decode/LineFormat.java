package io.trailwatch.core.decode;

import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kind of text line that is one log event: how it is known, what identifies it, and what it says.
 * Stateless.
 */
public interface LineFormat {
    /** First word of the format of the log events; no two formats have the same. */
    String name();

    LogKind kind();

    /**
     * Format of the lines that follow, if this line is a header: the name, and behind a space what
     * the header says, such as a list of fields. Null for a line that is no header. A header is no
     * event.
     */
    default @Nullable String header(String line) {
        return null;
    }

    /**
     * Whether a line without a header before it is of this format.
     *
     * @param line without its line feed
     */
    boolean matches(String line, Provenance provenance);

    /**
     * As {@link JsonFormat#identity}.
     *
     * @param format the whole format of the log event
     */
    List<String> identity(String line, String format);

    /** As {@link JsonFormat#hour}. */
    long hour(String line, String format);

    /**
     * Reads the line.
     *
     * @throws RejectedException that names the field, the value and what is allowed
     */
    EventBody decode(String line, LogEvent event) throws RejectedException;
}
