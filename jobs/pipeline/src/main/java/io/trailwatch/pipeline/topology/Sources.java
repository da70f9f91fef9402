package io.trailwatch.pipeline.topology;

import io.trailwatch.event.LogEvent;
import io.trailwatch.event.RawRecord;
import io.trailwatch.pipeline.function.EventIdentity;
import io.trailwatch.quarantine.Quarantined;
import java.util.Optional;
import org.apache.flink.streaming.api.datastream.DataStream;

/** What flows in. */
public interface Sources {
    /**
     * Records as delivered; not asked for when there is {@link #quarantined} or {@link
     * #storedEvents}.
     */
    DataStream<RawRecord> rawRecords();

    /** What is read in place of records: whole pieces out of quarantine. */
    default Optional<DataStream<Quarantined>> quarantined() {
        return Optional.empty();
    }

    /**
     * What is read in place of records and of pieces: events that the lake holds, as it told them
     * apart. One with an empty format is of a row that does not tell its format.
     */
    default Optional<DataStream<LogEvent>> storedEvents() {
        return Optional.empty();
    }

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
     * @param dryRuns {@code id} of findings of dry runs
     * @param quarantine {@code id} of quarantine
     */
    record Stored(
            DataStream<EventIdentity> events,
            DataStream<String> findings,
            DataStream<String> dryRuns,
            DataStream<String> quarantine) {}
}
