package io.trailwatch.cli.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;

/**
 * Takes what the simulated organisation logs, in the order of delivery. Event times within lag
 * behind, as far as the sources really do. Records are not to be changed: one may come twice.
 */
public interface SimulationSink {
    /** One CloudTrail record, as an element of {@code Records}. */
    void cloudTrail(String account, String region, Instant delivery, ObjectNode record)
            throws IOException;

    /** One flow record, a line in the format of its flow log. */
    void flow(FlowLog log, Instant delivery, String line) throws IOException;

    /** One application event, with the field names of {@code app_event.avsc}. */
    void app(Instant delivery, ObjectNode event) throws IOException;
}
