package io.trailwatch.core.unwrap;

import io.trailwatch.core.decode.AppEventAvro;
import io.trailwatch.core.decode.AvroBounds;
import io.trailwatch.core.decode.AvroJson;
import io.trailwatch.core.decode.BrokenAvroException;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.SchemaResolver;
import io.trailwatch.event.Provenance;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.RejectReason;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** The opening of one raw record. */
final class Unwrapping {
    private static final int MAX_COMPRESSIONS = 2;

    private final RawRecord raw;
    private final PieceSink sink;
    private final EventKeys keys;
    private final DecodeLimits limits;
    private final InflateAllowance allowance;
    private final Documents documents;
    private final Scratch scratch;
    private final SchemaResolver schemas;

    Unwrapping(RawRecord raw, Opening opening) {
        this.raw = raw;
        this.sink = opening.sink();
        this.keys = opening.keys();
        this.limits = opening.limits();
        this.allowance = InflateAllowance.of(limits, raw.payload().length);
        this.scratch = opening.scratch();
        this.documents = new Documents(opening, this);
        this.schemas = opening.schemas();
    }

    /**
     * Opens it.
     *
     * @param nesting the envelopes around it: none, but where a piece of a record is read again
     */
    void run(Nesting nesting) {
        try {
            if (nesting.cloudWatchEventId() == null) {
                sink.within(nesting);
                content(raw.payload(), 0, raw.payload().length, nesting);
            } else {
                documents.message(raw.payload(), nesting);
            }
            sink.flush();
        } catch (PieceSink.FullException full) {
            sink.rejectRest();
        } catch (PieceSink.OutException outside) {
            throw outside.failure();
        } catch (RuntimeException fault) {
            sink.rejectWhole(
                    RejectReason.DECODER_BUG,
                    fault.getClass().getName() + ": " + fault.getMessage());
        }
    }

    /** Opens bytes that may be anything: compressed or not, JSON, text, Avro. */
    void content(byte[] bytes, int from, int to, Nesting nesting) {
        Window window = new Window(bytes, from, to);
        Window outermost = null;
        Deque<InflatingSource> compressions = new ArrayDeque<>(MAX_COMPRESSIONS);
        try {
            while (compressions.size() < MAX_COMPRESSIONS) {
                InflatingSource source = InflatingSource.at(window, allowance);
                if (source == null) {
                    break;
                }
                compressions.addLast(source);
                if (nesting.depth() == 0 && outermost == null) {
                    window = new Window(source, scratch.buffer());
                    outermost = window;
                } else {
                    window = new Window(source, new byte[Window.CHUNK_BYTES]);
                }
            }
            inflated(window, nesting);
            compressions.stream()
                    .filter(source -> source.problem() != null)
                    .findFirst()
                    .ifPresent(source -> rejectCompressed(source, bytes, from, to, nesting));
        } finally {
            compressions.forEach(InflatingSource::close);
            if (outermost != null) {
                scratch.keep(outermost.bytes);
            }
        }
    }

    /**
     * What lies after the damage of a compressed stream is told once, with the stream as it came.
     */
    private void rejectCompressed(
            InflatingSource source, byte[] bytes, int from, int to, Nesting nesting) {
        RejectReason problem = source.problem();
        if (problem == null) {
            return;
        }
        if (nesting.depth() == 0) {
            sink.rejectWhole(problem, source.detail());
        } else {
            sink.reject(problem, source.detail(), bytes, from, to);
        }
    }

    private void inflated(Window window, Nesting nesting) {
        if (window.startsWith(0xEF, 0xBB, 0xBF)) {
            window.position += 3;
        }
        window.markHere();
        if (window.startsWith('O', 'b', 'j', 1)) {
            new AvroContainer(limits, allowance, sink, keys).cut(window);
        } else if (window.startsWith(0xC3, 0x01)) {
            singleObjects(window);
        } else if ((window.startsWith(3, 0) || window.startsWith(3, 5))
                && window.has(SchemaResolver.HEADER_BYTES)) {
            registered(window, nesting);
        } else if (window.startsWith('P', 'A', 'R', '1')) {
            sink.rejectRest(
                    window,
                    RejectReason.UNKNOWN_FORMAT,
                    "Parquet that is damaged or no flow log; Parquet is read by replay alone");
        } else {
            documents.documents(window, nesting);
        }
    }

    /**
     * A record in the wire format of the Glue Schema Registry: version 3, compression 0 or 5, id of
     * a schema version, payload to the end. No text begins with a byte 3, and no other format that
     * is read here does.
     */
    private void registered(Window window, Nesting nesting) {
        int most = SchemaResolver.HEADER_BYTES + limits.maxEventBytes();
        while (window.limit - window.mark <= most && window.fill()) {
            window.position = window.mark;
        }
        if (window.limit - window.mark > most) {
            sink.rejectRest(
                    window,
                    RejectReason.TOO_LARGE,
                    "record of a schema registry has more than %d bytes".formatted(most));
            return;
        }
        byte[] record = Arrays.copyOfRange(window.bytes, window.mark, window.limit);
        window.position = window.limit;
        window.markHere();
        if (window.cutShort()) {
            return; // it is told where it was opened
        }
        SchemaResolver.Resolution resolution = schemas.resolve(record);
        if (resolution instanceof SchemaResolver.Refused refused) {
            sink.reject(refused.reason(), refused.detail(), record, 0, record.length);
        } else if (resolution instanceof SchemaResolver.AvroValue avro) {
            Nesting within = nesting.writtenWith(avro.schema());
            sink.within(within);
            if (avro.value().getSchema().equals(AppEventAvro.SCHEMA)) {
                AvroContainer.event(
                        sink,
                        keys,
                        avro.value(),
                        AppEventAvro.singleObject(avro.value()),
                        nesting.provenance());
            } else {
                documents.registered(
                        AvroJson.bytes(avro.value()), record, 0, record.length, within);
            }
            sink.within(nesting);
        } else if (resolution instanceof SchemaResolver.JsonObject json) {
            Nesting within = nesting.writtenWith(json.schema());
            sink.within(within);
            documents.registered(json.text(), record, 0, record.length, within);
            sink.within(nesting);
        } else {
            throw new AssertionError(resolution);
        }
    }

    private void singleObjects(Window window) {
        while (window.limit - window.mark <= limits.maxEventBytes() && window.fill()) {
            window.position = window.mark;
        }
        while (window.position < window.limit) {
            try {
                int end = AvroBounds.endOfSingleObject(window.bytes, window.position, window.limit);
                AvroContainer.event(
                        sink,
                        keys,
                        AppEventAvro.read(
                                AppEventAvro.SCHEMA,
                                window.bytes,
                                window.position + AppEventAvro.HEADER_BYTES,
                                end),
                        Arrays.copyOfRange(window.bytes, window.position, end),
                        Provenance.NONE);
                window.position = end;
                window.markHere();
            } catch (BrokenAvroException broken) {
                sink.rejectRest(
                        window, RejectReason.BROKEN_AVRO, String.valueOf(broken.getMessage()));
            }
        }
    }
}
