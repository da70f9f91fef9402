package io.trailwatch.cli.schemas;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Installation;
import io.trailwatch.cli.local.LocalState;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that name a registry: one of AWS, or that of {@code local up}. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RegistryOptions {
    @Option(
            names = "--registry",
            paramLabel = "NAME",
            defaultValue = "trailwatch",
            description = "Name of the registry. Default: ${DEFAULT-VALUE}")
    private String registry;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "AWS Region of the registry; without it, the one of 'local up'.")
    private @Nullable String region;

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "Glue API other than that of the Region, such as an emulator.")
    private @Nullable String endpoint;

    String registry() {
        return registry;
    }

    /**
     * Where the registry is.
     *
     * @throws CommandException if no place is given and none runs here
     */
    RegistryPlace place() {
        if (region == null && endpoint == null) {
            return LocalState.registryEndpoint(Installation.current())
                    .map(url -> RegistryPlace.emulator(URI.create(url)))
                    .orElseThrow(
                            () ->
                                    CommandException.usage(
                                            "no --region and no --endpoint, and no schema registry"
                                                    + " of './trailwatch local up' runs"));
        }
        try {
            return RegistryPlace.of(region, "--endpoint", endpoint);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }
}
