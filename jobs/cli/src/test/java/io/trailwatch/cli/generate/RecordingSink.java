package io.trailwatch.cli.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Keeps all that is told. */
final class RecordingSink implements SimulationSink {
    record Trail(String account, String region, Instant delivery, ObjectNode record) {
        String key() {
            return "ct/%s/%s".formatted(account, record.path("eventID").asText());
        }

        Instant time() {
            return Instant.parse(record.path("eventTime").asText());
        }
    }

    record Line(FlowLog log, Instant delivery, String text) {
        String field(String name) {
            return text.split(" ")[log.fields().indexOf(name)];
        }
    }

    final List<Trail> trail = new ArrayList<>();
    final List<Line> flows = new ArrayList<>();
    final List<ObjectNode> app = new ArrayList<>();
    private Simulation.Outcome outcome;

    static RecordingSink of(SimulationOptions options) {
        RecordingSink sink = new RecordingSink();
        try {
            sink.outcome = new Simulation(options).run(sink);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sink;
    }

    Simulation.Outcome outcome() {
        return outcome;
    }

    @Override
    public void cloudTrail(String account, String region, Instant delivery, ObjectNode record) {
        trail.add(new Trail(account, region, delivery, record));
    }

    @Override
    public void flow(FlowLog log, Instant delivery, String line) {
        flows.add(new Line(log, delivery, line));
    }

    @Override
    public void app(Instant delivery, ObjectNode event) {
        app.add(event);
    }
}
