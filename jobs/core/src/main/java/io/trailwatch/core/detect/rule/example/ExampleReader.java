package io.trailwatch.core.detect.rule.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.unwrap.Pieces;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.core.unwrap.Unwrapper;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.Quarantined;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads examples the way their log reaches us: a CloudTrail record within {@code
 * {"Records":[...]}}, a flow record as a line below its header, all else as it is; each is
 * unwrapped and decoded as in a job. Not safe for several threads.
 */
final class ExampleReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Unwrapper unwrapper = new Unwrapper(UnwrapSettings.DEFAULT);
    private final Decoder decoder = new Decoder(DecodeLimits.DEFAULT);

    /**
     * An example that was read, or why it could not be.
     *
     * @param event null when it could not be read
     * @param problem empty when it could
     */
    record Reading(@Nullable DecodedEvent event, String problem) {
        static Reading failed(String problem) {
            return new Reading(null, problem);
        }
    }

    /**
     * Reads one example.
     *
     * @param file where it stands, for what names files
     * @param kind the log it must be of
     */
    Reading read(String file, String example, LogKind kind) {
        String envelope;
        try {
            envelope = enveloped(example.strip(), kind);
        } catch (JsonProcessingException e) {
            return Reading.failed("is no JSON: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            return Reading.failed(String.valueOf(e.getMessage()));
        }
        Collected pieces = new Collected();
        unwrapper.unwrap(
                RawRecord.of(file, "", "0", Instant.EPOCH, envelope.getBytes(UTF_8)), pieces);
        if (!pieces.losses.isEmpty()) {
            return Reading.failed("cannot be read: " + pieces.losses.get(0));
        }
        if (pieces.events.size() != 1) {
            return Reading.failed("holds %d events, must hold one".formatted(pieces.events.size()));
        }
        LogEvent event = pieces.events.get(0);
        if (event.kind() != kind) {
            return Reading.failed(
                    "is read as a record of %s, the rule reads %s".formatted(event.kind(), kind));
        }
        List<Reading> readings = new ArrayList<>(1);
        decoder.decode(event)
                .route(
                        decoded -> readings.add(new Reading(decoded, "")),
                        (reason, detail) ->
                                readings.add(
                                        Reading.failed(
                                                "cannot be decoded: " + reason + ": " + detail)));
        return readings.get(0);
    }

    private static String enveloped(String example, LogKind kind) throws JsonProcessingException {
        return switch (kind) {
            case CLOUDTRAIL -> "{\"Records\":[" + example + "]}";
            case VPC_FLOW -> example.startsWith("{") ? flowRecord(example) : example;
            default -> example;
        };
    }

    /** A header line and the record's line, as in a file of a flow log. */
    private static String flowRecord(String example) throws JsonProcessingException {
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        Iterator<Map.Entry<String, JsonNode>> columns = JSON.readTree(example).fields();
        while (columns.hasNext()) {
            Map.Entry<String, JsonNode> column = columns.next();
            String value = column.getValue().asText();
            if (column.getValue().isContainerNode() || value.isEmpty() || value.contains(" ")) {
                throw new IllegalArgumentException(
                        "has '%s' in column %s, where a flow record has one word, '-' for none"
                                .formatted(column.getValue(), column.getKey()));
            }
            names.add(column.getKey());
            values.add(value);
        }
        return String.join(" ", names) + "\n" + String.join(" ", values) + "\n";
    }

    private static final class Collected implements Pieces {
        private final List<LogEvent> events = new ArrayList<>();
        private final List<String> losses = new ArrayList<>();

        @Override
        public void event(LogEvent event) {
            events.add(event);
        }

        @Override
        public void control(Origin origin, String what) {
            losses.add("it is a message of kind " + what);
        }

        @Override
        public void reject(Quarantined rejected) {
            losses.add(rejected.reason() + ": " + rejected.detail());
        }
    }
}
