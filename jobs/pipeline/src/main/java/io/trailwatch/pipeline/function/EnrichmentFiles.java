package io.trailwatch.pipeline.function;

import io.trailwatch.core.enrich.Enrichment;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;

/**
 * Files an {@link Enrichment} is loaded from, where the task runs.
 *
 * @param geoip MaxMind DB files
 * @param intel threat lists
 */
public record EnrichmentFiles(List<String> geoip, List<String> intel) implements Serializable {
    public EnrichmentFiles {
        geoip = List.copyOf(geoip);
        intel = List.copyOf(intel);
    }

    /**
     * Loads the files.
     *
     * @throws io.trailwatch.core.enrich.EnrichmentException if one is missing or damaged; the
     *     message names it
     */
    public Enrichment load() {
        return Enrichment.load(
                geoip.stream().map(Path::of).toList(), intel.stream().map(Path::of).toList());
    }
}
