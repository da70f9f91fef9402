package io.trailwatch.cli.lake;

import io.trailwatch.cli.CommandException;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.pipeline.job.DetectionJob;
import io.trailwatch.pipeline.job.JobSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which lake a command is about: a local one by its folder, any by the configuration of a job. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class LakeOption {
    @ArgGroup(multiplicity = "1")
    private Place place;

    private static final class Place {
        @Option(
                names = {"-w", "--warehouse"},
                paramLabel = "DIR",
                description = "Folder of a local warehouse, as given to replay or shown by demo.")
        private @Nullable Path folder;

        @Option(
                names = {"-c", "--config"},
                paramLabel = "FILE",
                description = "Configuration of the job that writes the lake, as given to run.")
        private @Nullable Path config;
    }

    /**
     * Where the lake is.
     *
     * @throws CommandException if there is no such folder, or the file does not name a lake
     */
    public LakeSettings settings() {
        if (place.folder != null) {
            if (!Files.isDirectory(place.folder)) {
                throw CommandException.usage(
                        "--warehouse: %s is no folder".formatted(place.folder));
            }
            try {
                return LakeSettings.local(place.folder);
            } catch (IllegalArgumentException e) {
                throw CommandException.usage("--warehouse: " + e.getMessage());
            }
        }
        try {
            return JobSettings.lake(DetectionJob.read(String.valueOf(place.config)));
        } catch (IOException e) {
            throw CommandException.usage("--config: cannot read " + place.config);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--config %s: %s".formatted(place.config, e.getMessage()));
        }
    }
}
