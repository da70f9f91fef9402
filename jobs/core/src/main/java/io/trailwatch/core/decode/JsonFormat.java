package io.trailwatch.core.decode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Provenance;
import java.util.List;

/**
 * A kind of JSON object that is one log event: how it is known, what identifies it, and what it
 * says. Stateless.
 */
public interface JsonFormat {
    /** Format of the log events; no two formats have the same. Part of what savepoints hold. */
    String name();

    LogKind kind();

    /**
     * Whether the format may be that of an event which was written with a schema of a registry.
     *
     * @param schema name of the schema; empty for events that came without one
     */
    default boolean isFor(String schema) {
        return true;
    }

    /** Whether an object of these fields, out of these envelopes, is of this format. */
    boolean matches(JsonFields fields, Provenance provenance);

    /**
     * What tells the event from all others: a short prefix that is the format's own, then what the
     * source gives as identity, so that the same event by another way has the same. The prefix
     * alone where the source gives none: then the CloudWatch event id counts, and without that the
     * content.
     */
    List<String> identity(JsonFields fields, Provenance provenance);

    /**
     * Whether an event without identity is the same one when all of its content is. Not so where
     * the content has neither id nor time: there the place in the stream tells events apart.
     */
    default boolean contentIdentifies() {
        return true;
    }

    /**
     * Hour of the event time, counted from 1970 UTC; 0 where the fields do not tell it. Must agree
     * with the time that {@link #decode} reads.
     */
    long hour(JsonFields fields);

    /**
     * Reads the event.
     *
     * @param json the object, within the limits of {@link DecodeLimits}
     * @throws RejectedException that names the field, the value and what is allowed
     */
    EventBody decode(ObjectNode json, LogEvent event) throws RejectedException;
}
