package io.trailwatch.core.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;

/** Our limits in the terms of Jackson, whose own leave the length of a document unlimited. */
final class JsonLimits {
    private JsonLimits() {}

    static JsonFactory factory(DecodeLimits limits, int maxDepth) {
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

    /** What is wrong and at which byte, on one line. */
    static String describe(JsonProcessingException broken) {
        JsonLocation location = broken.getLocation();
        return location == null
                ? broken.getOriginalMessage()
                : "%s at byte %d".formatted(broken.getOriginalMessage(), location.getByteOffset());
    }
}
