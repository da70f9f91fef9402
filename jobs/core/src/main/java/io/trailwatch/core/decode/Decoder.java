package io.trailwatch.core.decode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.quarantine.RejectReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads log events, each once. Of a field that stands twice in a JSON object the last one counts;
 * numbers and flags in the place of text are read as their text.
 */
public final class Decoder {
    private final Formats formats;
    private final ObjectReader json;
    private final FlowDecoder flowDecoder = new FlowDecoder();

    public Decoder(DecodeLimits limits) {
        this(Formats.with(List.of()), limits);
    }

    public Decoder(Formats formats, DecodeLimits limits) {
        this.formats = formats;
        this.json =
                JsonMapper.builder(JsonLimits.factory(limits, limits.maxDepth()))
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .build()
                        .readerFor(JsonNode.class);
    }

    /** Never throws: a fault of ours is a rejection too, named {@code DECODER_BUG}. */
    public Decoded<DecodedEvent> decode(LogEvent event) {
        try {
            return Decoded.accepted(new DecodedEvent(event, body(event)));
        } catch (RejectedException rejected) {
            return Decoded.rejected(rejected.reason(), rejected.detail());
        } catch (BrokenAvroException broken) {
            return Decoded.rejected(RejectReason.BROKEN_AVRO, String.valueOf(broken.getMessage()));
        } catch (RuntimeException fault) {
            return Decoded.rejected(
                    RejectReason.DECODER_BUG,
                    fault.getClass().getName() + ": " + fault.getMessage());
        }
    }

    private EventBody body(LogEvent event) throws RejectedException {
        if (event.kind() == LogKind.VPC_FLOW) {
            return flowDecoder.decode(event);
        }
        if (event.kind() != LogKind.APP_EVENT) {
            return body(event.format(), event);
        }
        RegisteredSchema schema = RegisteredSchema.of(event.format());
        if (schema == null) {
            return body(event.format(), event);
        }
        EventBody body = body(RegisteredSchema.formatOf(event.format()), event);
        return body instanceof AppEvent app ? app.withSchema(schema) : body;
    }

    private EventBody body(String format, LogEvent event) throws RejectedException {
        if (format.equals(AppEventAvro.FORMAT)) {
            return AppEventAvro.decode(event.payload());
        }
        JsonFormat jsonFormat = formats.json(format);
        if (jsonFormat != null) {
            return jsonFormat.decode(object(event.payload()), event);
        }
        LineFormat lineFormat = formats.line(format);
        if (lineFormat != null) {
            return lineFormat.decode(new String(event.payload(), StandardCharsets.UTF_8), event);
        }
        throw new RejectedException(
                RejectReason.UNKNOWN_FORMAT,
                "format is '%s', which is not known any more".formatted(format));
    }

    private ObjectNode object(byte[] payload) throws RejectedException {
        try {
            JsonNode node = json.readValue(payload);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new RejectedException(
                    RejectReason.UNKNOWN_EVENT,
                    "JSON of type %s where an object must stand".formatted(node.getNodeType()));
        } catch (StreamConstraintsException limit) {
            throw new RejectedException(RejectReason.TOO_LARGE, limit.getOriginalMessage());
        } catch (JsonProcessingException broken) {
            throw new RejectedException(RejectReason.BROKEN_JSON, JsonLimits.describe(broken));
        } catch (IOException broken) {
            throw new RejectedException(
                    RejectReason.BROKEN_JSON, String.valueOf(broken.getMessage()));
        }
    }
}
