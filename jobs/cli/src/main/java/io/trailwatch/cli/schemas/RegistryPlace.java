package io.trailwatch.cli.schemas;

import static java.util.Objects.requireNonNull;

import io.trailwatch.connector.registry.GlueConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a Glue Schema Registry is, as the command line says it.
 *
 * @param region AWS Region
 * @param endpoint of an emulator; null for AWS
 */
public record RegistryPlace(String region, @Nullable URI endpoint) {
    /** Emulators serve every region; this is the one of the Kinesis emulator too. */
    private static final String REGION_OF_EMULATORS = "us-east-1";

    private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-[0-9]");

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
     * @throws IllegalArgumentException if it is neither; the message names the option
     */
    public static RegistryPlace parse(String option, String where) {
        if (REGION.matcher(where).matches()) {
            return new RegistryPlace(where, null);
        }
        try {
            URI url = new URI(where);
            if (url.getHost() != null
                    && Set.of("http", "https").contains(String.valueOf(url.getScheme()))) {
                return emulator(url);
            }
        } catch (URISyntaxException e) {
            // the message below says all of it
        }
        throw new IllegalArgumentException(
                "%s is '%s', must be a Region such as eu-central-1, or the URL of an emulator"
                        .formatted(option, where));
    }

    public GlueConnection connection() {
        return new GlueConnection(region, endpoint);
    }
}
