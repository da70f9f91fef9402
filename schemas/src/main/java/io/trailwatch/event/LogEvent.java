package io.trailwatch.event;

import static java.util.Objects.requireNonNull;

/**
 * One log event as bytes, cut out of its envelopes and not yet parsed. It is what travels between
 * machines: parsing happens once, after the exchange.
 *
 * @param kind which decoder reads it
 * @param key identity of the event, by which repeats are known: {@code
 *     ct/<recipientAccountId>/<eventID>} for CloudTrail, {@code app/<event id>} for application
 *     events, and a hash of the content where the source gives no identity
 * @param eventHour hour of the event time, counted from 1970 UTC, as far as the bytes tell it at a
 *     glance; 0 where they do not. Equal events have equal hours, and sorting by it brings together
 *     what one partition of a table takes
 * @param format name of the format by which the event was known, such as {@code cloudtrail}; and
 *     what the bytes do not say themselves: for a flow record its field list (space-separated AWS
 *     field names)
 * @param origin where it was cut from
 * @param provenance what its envelopes say of it
 * @param stored true when a table of the lake already holds this event: it is detected on again,
 *     but written no second time
 * @param payload the event alone: a JSON object, a flow record's line, or Avro binary prefixed by
 *     its single-object header
 */
public record LogEvent(
        LogKind kind,
        String key,
        long eventHour,
        String format,
        Origin origin,
        Provenance provenance,
        boolean stored,
        byte[] payload) {
    public LogEvent {
        requireNonNull(kind, "kind");
        requireNonNull(key, "key");
        requireNonNull(format, "format");
        requireNonNull(origin, "origin");
        requireNonNull(provenance, "provenance");
        requireNonNull(payload, "payload");
    }

    public LogEvent asStored() {
        return new LogEvent(kind, key, eventHour, format, origin, provenance, true, payload);
    }
}
