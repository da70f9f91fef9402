package io.trailwatch.core.unwrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import io.trailwatch.core.decode.FlowFormats;
import io.trailwatch.core.decode.Formats;
import io.trailwatch.core.decode.JsonLimits;
import io.trailwatch.core.decode.RegisteredSchema;
import io.trailwatch.core.decode.SchemaResolver;
import io.trailwatch.event.Origin;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;

/**
 * Cuts raw records into log events, whatever they are wrapped in, and in the order in which they
 * lie there. Recognised by content, one within the other:
 *
 * <ul>
 *   <li>gzip of several members and zlib, also within each other
 *   <li>{@code {"Records":[...]}}, arrays, single objects over one line or many, objects one after
 *       the other, JSON lines, JSON within a JSON string
 *   <li>messages of CloudWatch Logs subscriptions, of a log group or an account
 *   <li>EventBridge events: what is in {@code detail}, or the event itself
 *   <li>records as AWS hands them to Lambda and to HTTP endpoints: CloudWatch Logs, Kinesis,
 *       Firehose, MSK, SQS, SNS; lists of look-ups and of findings
 *   <li>lines of text, with a header line or without
 *   <li>application events in Avro: container files and single-object encoding
 *   <li>records of a Glue Schema Registry, one event each
 * </ul>
 *
 * Control messages of CloudWatch Logs, digests of CloudTrail and notices of new files are no
 * events: they are counted by name. KPL aggregates are opened by the Kinesis source.
 *
 * <p>Empty records, blank lines, header lines of flow records, and commas between JSON documents
 * make no piece. Damage costs as little as its place allows: a line, an element, or the rest of the
 * record. Not safe for several threads.
 */
public final class Unwrapper {
    /** The stage that found the loss; it only passes through here. */
    private static final String LOSS_STAGE = "source";

    /** Levels that an envelope adds around an event. */
    private static final int ENVELOPE_DEPTH = 4;

    private final UnwrapSettings settings;
    private final FlowFormats flowFormats;
    private final Formats formats;
    private final JsonFactory jsonFactory;
    private final EventKeys keys = new EventKeys();
    private final Scratch scratch = new Scratch();
    private final SchemaResolver schemas;

    /** One that reads no records of a schema registry. */
    public Unwrapper(UnwrapSettings settings) {
        this(settings, SchemaResolver.NONE);
    }

    /**
     * @param schemas reads records of a schema registry; stays open
     */
    public Unwrapper(UnwrapSettings settings, SchemaResolver schemas) {
        this.schemas = requireNonNull(schemas, "schemas");
        this.settings = requireNonNull(settings, "settings");
        this.flowFormats = settings.formatsOfFlows();
        this.formats = settings.formats();
        this.jsonFactory =
                JsonLimits.factory(
                        settings.limits(), settings.limits().maxDepth() + ENVELOPE_DEPTH);
    }

    /**
     * Hands every piece of the record to {@code out}. Throws only what {@code out} throws: what
     * cannot be read is a rejection, and so is the notice that the source lost records.
     */
    public void unwrap(RawRecord raw, Pieces out) {
        if (raw.lossNotice()) {
            out.reject(
                    Quarantined.of(
                            Origin.of(raw, 0),
                            LOSS_STAGE,
                            RejectReason.RECORDS_LOST,
                            new String(raw.payload(), UTF_8),
                            raw.payload()));
            return;
        }
        unwrap(raw, Nesting.NONE, 0, out);
    }

    /**
     * Hands to {@code out} every piece of what was rejected when its record was unwrapped, and is
     * whole: they get the keys and the origins that they would have, had the record been read with
     * these settings at first. Rejections among them are for counting; they know less than {@code
     * rejected} of where they come from.
     */
    public void unwrapAgain(Quarantined rejected, Pieces out) {
        Origin origin = rejected.origin();
        String eventId = rejected.logEventId();
        Quarantined.Cut cut = rejected.cut();
        unwrap(
                new RawRecord(
                        origin.source(),
                        origin.shard(),
                        origin.sequence(),
                        origin.subSequence(),
                        origin.arrivalTime(),
                        rejected.payload(),
                        false),
                new Nesting(
                        0,
                        rejected.provenance(),
                        eventId.isEmpty() ? null : eventId,
                        cut == null ? null : RegisteredSchema.of(cut.format())),
                rejected.wholeRecord() ? 0 : origin.index(),
                out);
    }

    private void unwrap(RawRecord raw, Nesting nesting, int firstIndex, Pieces out) {
        PieceSink sink = new PieceSink(raw, settings.limits(), out, firstIndex);
        new Unwrapping(
                        raw,
                        new Opening(
                                raw.source(),
                                settings.hint(),
                                settings.limits(),
                                flowFormats,
                                formats,
                                jsonFactory,
                                keys,
                                sink,
                                scratch,
                                schemas))
                .run(nesting);
    }
}
