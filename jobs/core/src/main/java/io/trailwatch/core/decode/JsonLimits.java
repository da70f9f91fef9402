package io.trailwatch.core.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.trailwatch.quarantine.RejectReason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Our limits in the terms of Jackson, whose own leave the length of a document unlimited. */
public final class JsonLimits {
    private JsonLimits() {}

    public static JsonFactory factory(DecodeLimits limits, int maxDepth) {
        return new JsonFactoryBuilder()
                .streamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxNestingDepth(maxDepth)
                                .maxNumberLength(limits.maxNumberChars())
                                .maxNameLength(limits.maxNameChars())
                                .maxStringLength(limits.maxEnvelopeBytes())
                                .maxDocumentLength(limits.maxEnvelopeBytes())
                                .build())
                // Messages would quote the source otherwise, which is untrusted.
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
    }

    /** What keeps a parser from reading the bytes to their end; null when nothing does. */
    public static @Nullable RejectedException problem(
            JsonFactory factory, byte[] bytes, int from, int to) {
        try (JsonParser json = factory.createParser(bytes, from, to - from)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.VALUE_STRING) {
                    json.getText();
                }
            }
            return null;
        } catch (StreamConstraintsException limit) {
            return new RejectedException(RejectReason.TOO_LARGE, limit.getOriginalMessage());
        } catch (JsonProcessingException broken) {
            return new RejectedException(RejectReason.BROKEN_JSON, describe(broken));
        } catch (IOException broken) {
            return new RejectedException(
                    RejectReason.BROKEN_JSON, String.valueOf(broken.getMessage()));
        }
    }

    /** What is wrong and at which byte, on one line. */
    public static String describe(JsonProcessingException broken) {
        JsonLocation location = broken.getLocation();
        return location == null
                ? broken.getOriginalMessage()
                : "%s at byte %d".formatted(broken.getOriginalMessage(), location.getByteOffset());
    }
}
