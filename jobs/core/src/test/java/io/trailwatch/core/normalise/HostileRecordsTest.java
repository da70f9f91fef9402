package io.trailwatch.core.normalise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.core.unwrap.Unwrapped;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.quarantine.RejectReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Records of the golden files with something else in every place, up to their rows. */
class HostileRecordsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Decoder DECODER = new Decoder(DecodeLimits.DEFAULT);
    private static final Set<LogKind> KINDS =
            EnumSet.of(
                    LogKind.HTTP_ACCESS,
                    LogKind.DNS_QUERY,
                    LogKind.KUBERNETES_AUDIT,
                    LogKind.AWS_FINDING);
    private static final List<String> INSTEAD =
            List.of(
                    "null",
                    "true",
                    "-1",
                    "1e400",
                    "99999999999999999999",
                    "\"\"",
                    "\"-\"",
                    "\"\\u0000\\ud800 %zz %ff\"",
                    "[]",
                    "[[null,{},1]]",
                    "{}",
                    "{\"\":{\"a\":[]}}");

    @Test
    void anythingInAnyPlaceOfAJsonRecordIsReadOrRejected() throws IOException {
        List<LogEvent> events = events();
        int tried = 0;
        for (LogEvent event : events) {
            if (event.payload()[0] == '{') {
                tried += mutate(event);
            }
        }
        assertThat(tried).isGreaterThan(1_000);
    }

    @Test
    void aLineThatIsCutOrFilledUpAnywhereIsReadOrRejected() throws IOException {
        int tried = 0;
        for (LogEvent event : events()) {
            String line = Unwrapped.text(event.payload());
            if (!line.startsWith("{")) {
                for (int at = 0; at <= line.length(); at++) {
                    decode(event, line.substring(0, at));
                    for (String filling : List.of("\"", "\\", " ", "%", "\" \"", "\t", "é[")) {
                        decode(event, line.substring(0, at) + filling + line.substring(at));
                        tried++;
                    }
                }
            }
        }
        assertThat(tried).isGreaterThan(1_000);
    }

    private static int mutate(LogEvent event) throws IOException {
        JsonNode whole = JSON.readTree(event.payload());
        int tried = 0;
        for (int place = 0; ; place++) {
            boolean reached = false;
            for (String instead : INSTEAD) {
                JsonNode copy = whole.deepCopy();
                int[] left = {place};
                reached = replace(copy, left, JSON.readTree(instead));
                decode(event, JSON.writeValueAsString(copy));
                tried++;
            }
            if (!reached) {
                return tried;
            }
        }
    }

    /** Replaces the value at the place that is so many values from the start; false behind all. */
    private static boolean replace(JsonNode node, int[] left, JsonNode instead) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                if (left[0]-- == 0) {
                    object.set(field.getKey(), instead);
                    return true;
                }
                if (replace(field.getValue(), left, instead)) {
                    return true;
                }
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                if (left[0]-- == 0) {
                    array.set(i, instead);
                    return true;
                }
                if (replace(array.get(i), left, instead)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void decode(LogEvent event, String payload) {
        LogEvent changed =
                new LogEvent(
                        event.kind(),
                        event.key(),
                        event.eventHour(),
                        event.format(),
                        event.origin(),
                        event.provenance(),
                        false,
                        Unwrapped.bytes(payload));
        DECODER.decode(changed)
                .route(
                        read -> {
                            EventRows.TableRow row =
                                    EventRows.of(
                                            read,
                                            IpContext.EMPTY,
                                            IpContext.EMPTY,
                                            OcsfVersion.V1_1_0);
                            RowReading.values(row.table(), row.row());
                        },
                        (reason, detail) ->
                                assertThat(reason)
                                        .as("%s: %s", detail, payload)
                                        .isNotEqualTo(RejectReason.DECODER_BUG));
        // What a glance says must not fail either.
        Unwrapped pieces = Unwrapped.of(payload);
        assertThat(pieces.reasons()).doesNotContain(RejectReason.DECODER_BUG);
    }

    private static List<LogEvent> events() throws IOException {
        List<LogEvent> events = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources/golden"))) {
            for (Path file : files.sorted().toList()) {
                if (Files.isRegularFile(file) && !file.toString().endsWith(".row.json")) {
                    Unwrapped.of(Files.readAllBytes(file)).events.stream()
                            .filter(event -> KINDS.contains(event.kind()))
                            .forEach(events::add);
                }
            }
        }
        return events;
    }
}
