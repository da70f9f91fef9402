package io.trailwatch.core.unwrap;

import static java.util.Objects.requireNonNull;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.FlowFormat;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How raw records of one source are opened.
 *
 * @param hint what the source carries
 * @param flowFormat field names of flow records that have no header line, as {@link
 *     FlowFormat#parse} reads them; null means the default format of version 2
 */
public record UnwrapSettings(SourceHint hint, @Nullable String flowFormat, DecodeLimits limits)
        implements Serializable {
    public static final UnwrapSettings DEFAULT =
            new UnwrapSettings(SourceHint.AUTO, null, DecodeLimits.DEFAULT);

    /**
     * @throws IllegalArgumentException if the flow format cannot be read, or names no field of AWS
     */
    public UnwrapSettings {
        requireNonNull(hint, "hint");
        requireNonNull(limits, "limits");
        if (flowFormat != null) {
            FlowFormat.parse(flowFormat).requireAKnownField();
        }
    }
}
