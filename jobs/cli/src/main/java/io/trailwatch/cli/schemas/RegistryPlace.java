package io.trailwatch.cli.schemas;

import static java.util.Objects.requireNonNull;

import io.trailwatch.connector.registry.GlueConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a Glue Schema Registry is, as the command line says it.
 *
 * @param region AWS Region
 * @param endpoint that replaces the Region's own, as of an emulator; null for AWS
 */
public record RegistryPlace(String region, @Nullable URI endpoint) {
    /** Emulators serve every region; this is the one of the Kinesis emulator too. */
    private static final String REGION_OF_EMULATORS = "us-east-1";

    public RegistryPlace {
        requireNonNull(region, "region");
    }

    /** An emulator. */
    public static RegistryPlace emulator(URI endpoint) {
        return new RegistryPlace(REGION_OF_EMULATORS, endpoint);
    }

    /**
     * A Region, or the URL of an emulator.
     *
     * @param option that gave the URL
     * @throws IllegalArgumentException if the URL is none; the message names the option
     */
    public static RegistryPlace of(@Nullable String region, String option, @Nullable String url) {
        if (url == null) {
            return new RegistryPlace(region == null ? REGION_OF_EMULATORS : region, null);
        }
        try {
            URI endpoint = new URI(url);
            if (endpoint.getHost() != null
                    && Set.of("http", "https").contains(String.valueOf(endpoint.getScheme()))) {
                return new RegistryPlace(region == null ? REGION_OF_EMULATORS : region, endpoint);
            }
        } catch (URISyntaxException e) {
            // the message below says all of it
        }
        throw new IllegalArgumentException(
                "%s is '%s', must be a URL such as http://127.0.0.1:4571".formatted(option, url));
    }

    public GlueConnection connection() {
        return new GlueConnection(region, endpoint);
    }
}
