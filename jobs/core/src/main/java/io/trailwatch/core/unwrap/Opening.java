package io.trailwatch.core.unwrap;

import com.fasterxml.jackson.core.JsonFactory;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.FlowFormat;
import io.trailwatch.core.decode.Formats;
import org.jspecify.annotations.Nullable;

/**
 * What the opening of one raw record has at hand.
 *
 * @param flowFormat of flow records without a header line; null for the default format
 * @param jsonFactory reads within the limits, with room for envelopes around an event
 */
record Opening(
        SourceHint hint,
        DecodeLimits limits,
        @Nullable FlowFormat flowFormat,
        Formats formats,
        JsonFactory jsonFactory,
        EventKeys keys,
        PieceSink sink) {}
