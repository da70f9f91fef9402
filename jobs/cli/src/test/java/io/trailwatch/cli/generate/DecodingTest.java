package io.trailwatch.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoded;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.unwrap.Pieces;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.core.unwrap.Unwrapper;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.Quarantined;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files as the pipeline reads them. */
class DecodingTest {
    private static final SimulationOptions QUIET_DAY = SimulationOptions.ofSeed(7).withRate(0.1);

    @TempDir private Path folder;

    @Test
    void everyEventIsReadUnderTheKeyItsLabelNames() throws IOException {
        Simulation.Outcome outcome;
        try (FileSink sink = new FileSink(folder)) {
            outcome = new Simulation(QUIET_DAY).run(sink);
        }
        List<LogEvent> events = unwrapped();
        Decoder decoder = new Decoder(DecodeLimits.DEFAULT);
        for (LogEvent event : events) {
            assertThat(decoder.decode(event)).isInstanceOf(Decoded.Accepted.class);
        }
        Set<String> keys = new HashSet<>();
        events.forEach(event -> keys.add(event.key()));
        assertThat(outcome.labels()).allMatch(label -> keys.containsAll(label.evidence()));
        assertThat(events)
                .filteredOn(event -> event.kind() == LogKind.CLOUDTRAIL)
                .hasSize((int) (outcome.cloudTrail() + outcome.cloudTrailRepeats()));
        assertThat(events)
                .filteredOn(event -> event.kind() == LogKind.VPC_FLOW)
                .hasSize((int) outcome.flows());
        assertThat(events)
                .filteredOn(event -> event.kind() == LogKind.APP_EVENT)
                .hasSize((int) outcome.appEvents());
        assertThat(keys).hasSize((int) (events.size() - outcome.cloudTrailRepeats()));
    }

    private List<LogEvent> unwrapped() throws IOException {
        List<LogEvent> events = new ArrayList<>();
        Pieces pieces =
                new Pieces() {
                    @Override
                    public void event(LogEvent event) {
                        events.add(event);
                    }

                    @Override
                    public void control(Origin origin, String what) {
                        throw new AssertionError(what + " in " + origin);
                    }

                    @Override
                    public void reject(Quarantined rejected) {
                        throw new AssertionError(rejected.detail());
                    }
                };
        Unwrapper unwrapper = new Unwrapper(UnwrapSettings.DEFAULT);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                unwrapper.unwrap(
                        RawRecord.of(file.toString(), "", "0", Instant.EPOCH, bytes), pieces);
            }
        }
        return events;
    }
}
