package io.trailwatch.core.unwrap;

import static java.util.Objects.requireNonNull;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.FlowFormat;
import io.trailwatch.core.decode.FlowFormats;
import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How raw records of one source are opened.
 *
 * @param hint what the source carries
 * @param flowFormat field names of flow records that have no header line, as {@link
 *     FlowFormat#parse} reads them; null means the default formats alone
 * @param flowFormats the same for single log groups, accounts and sources, by a key of {@link
 *     FlowFormats}
 */
public record UnwrapSettings(
        SourceHint hint,
        @Nullable String flowFormat,
        Map<String, String> flowFormats,
        DecodeLimits limits)
        implements Serializable {
    public static final UnwrapSettings DEFAULT =
            new UnwrapSettings(SourceHint.AUTO, null, DecodeLimits.DEFAULT);

    /**
     * @throws IllegalArgumentException if a flow format cannot be read, or names no field of AWS
     */
    public UnwrapSettings {
        requireNonNull(hint, "hint");
        requireNonNull(limits, "limits");
        flowFormats = Map.copyOf(flowFormats);
        FlowFormats unused = new FlowFormats(flowFormat, flowFormats);
    }

    /** One format for all flow records. */
    public UnwrapSettings(SourceHint hint, @Nullable String flowFormat, DecodeLimits limits) {
        this(hint, flowFormat, Map.of(), limits);
    }

    FlowFormats formatsOfFlows() {
        return new FlowFormats(flowFormat, flowFormats);
    }
}
