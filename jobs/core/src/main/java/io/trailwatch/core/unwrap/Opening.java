package io.trailwatch.core.unwrap;

import com.fasterxml.jackson.core.JsonFactory;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.FlowFormats;
import io.trailwatch.core.decode.Formats;
import io.trailwatch.core.decode.SchemaResolver;

/**
 * What the opening of one raw record has at hand.
 *
 * @param source stream ARN or file path of the raw record
 * @param flowFormats of flow records without a header line
 * @param jsonFactory reads within the limits, with room for envelopes around an event
 * @param schemas reads records of a schema registry
 */
record Opening(
        String source,
        SourceHint hint,
        DecodeLimits limits,
        FlowFormats flowFormats,
        Formats formats,
        JsonFactory jsonFactory,
        EventKeys keys,
        PieceSink sink,
        Scratch scratch,
        SchemaResolver schemas) {}
