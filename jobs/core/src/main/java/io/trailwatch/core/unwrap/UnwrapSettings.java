package io.trailwatch.core.unwrap;

import static java.util.Objects.requireNonNull;

import io.trailwatch.core.decode.AppMapping;
import io.trailwatch.core.decode.AppMappingFormat;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.FlowFormat;
import io.trailwatch.core.decode.FlowFormats;
import io.trailwatch.core.decode.Formats;
import java.io.Serializable;
import java.util.List;
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
 * @param mappings formats of the user, which are tried before ours
 */
public record UnwrapSettings(
        SourceHint hint,
        @Nullable String flowFormat,
        Map<String, String> flowFormats,
        DecodeLimits limits,
        List<AppMapping> mappings)
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
        mappings = List.copyOf(mappings);
    }

    /** Without formats of the user. */
    public UnwrapSettings(
            SourceHint hint,
            @Nullable String flowFormat,
            Map<String, String> flowFormats,
            DecodeLimits limits) {
        this(hint, flowFormat, flowFormats, limits, List.of());
    }

    /** One format for all flow records. */
    public UnwrapSettings(SourceHint hint, @Nullable String flowFormat, DecodeLimits limits) {
        this(hint, flowFormat, Map.of(), limits);
    }

    public UnwrapSettings withMappings(List<AppMapping> others) {
        return new UnwrapSettings(hint, flowFormat, flowFormats, limits, others);
    }

    /** The formats that JSON and text of the source may have; decoding needs the same ones. */
    public Formats formats() {
        return Formats.with(mappings.stream().map(AppMappingFormat::new).toList());
    }

    FlowFormats formatsOfFlows() {
        return new FlowFormats(flowFormat, flowFormats);
    }
}
