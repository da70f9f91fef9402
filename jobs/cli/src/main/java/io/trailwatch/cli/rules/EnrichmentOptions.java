package io.trailwatch.cli.rules;

import io.trailwatch.cli.CommandException;
import io.trailwatch.core.enrich.Enrichment;
import io.trailwatch.core.enrich.EnrichmentException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that name what is known of addresses; without them virtual fields are empty. */
final class EnrichmentOptions {
    @Option(
            names = "--geoip",
            paramLabel = "FILE",
            split = ";",
            description =
                    "MaxMind DB file (City, Country or ASN) for src_country and its like; may be"
                            + " given several times.")
    private @Nullable List<Path> geoip;

    @Option(
            names = "--intel",
            paramLabel = "FILE",
            description = "Threat list for src_threat_list: one address or CIDR a line.")
    private @Nullable Path intel;

    /**
     * Opens the files.
     *
     * @throws CommandException if one is missing or damaged; the message names the option
     */
    Enrichment open() {
        List<Path> geoFiles = geoip == null ? List.of() : geoip;
        geoFiles.forEach(file -> requireFile("--geoip", file));
        if (intel != null) {
            requireFile("--intel", intel);
        }
        try {
            return Enrichment.load(geoFiles, intel == null ? List.of() : List.of(intel));
        } catch (EnrichmentException e) {
            throw CommandException.usage("--geoip, --intel: " + e.getMessage());
        }
    }

    private static void requireFile(String option, Path file) {
        if (!Files.exists(file)) {
            throw CommandException.usage("%s is %s, which does not exist".formatted(option, file));
        }
    }
}
