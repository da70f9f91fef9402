package io.trailwatch.pipeline.topology;

import io.trailwatch.event.RawRecord;
import io.trailwatch.pipeline.function.EventIdentity;
import java.util.Optional;
import org.apache.flink.streaming.api.datastream.DataStream;

/** What flows in. */
public interface Sources {
    /** Records as delivered. */
    DataStream<RawRecord> rawRecords();

    /**
     * What the lake already holds, so that a bounded run adds nothing twice. Present in bounded
     * runs (Flink's batch mode), absent in a stream without end, whose checkpoints do the same.
     */
    Optional<Stored> stored();

    /**
     * Keys the lake holds, each a bounded stream.
     *
     * @param events {@code event_key} of all event tables, with the hour of the event and with hour
     *     0
     * @param findings {@code id} of findings
     * @param quarantine {@code id} of quarantine
     */
    record Stored(
            DataStream<EventIdentity> events,
            DataStream<String> findings,
            DataStream<String> quarantine) {}
}
