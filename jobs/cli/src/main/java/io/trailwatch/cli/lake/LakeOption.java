package io.trailwatch.cli.lake;

import static java.util.Objects.requireNonNull;

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

    /** The two ways to name a lake; an argument group of commands that can do without one. */
    public static final class Place {
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

        /**
         * Where the lake is.
         *
         * @throws CommandException if there is no such folder, or the file does not name a lake
         */
        public LakeSettings settings() {
            if (folder != null) {
                if (!Files.isDirectory(folder)) {
                    throw CommandException.usage("--warehouse: %s is no folder".formatted(folder));
                }
                try {
                    return LakeSettings.local(folder);
                } catch (IllegalArgumentException e) {
                    throw CommandException.usage("--warehouse: " + e.getMessage());
                }
            }
            Path file = requireNonNull(config, "config");
            try {
                return JobSettings.lake(DetectionJob.read(file.toString()));
            } catch (IOException e) {
                throw CommandException.usage("--config: cannot read " + file);
            } catch (IllegalArgumentException e) {
                throw CommandException.usage("--config %s: %s".formatted(file, e.getMessage()));
            }
        }

        /**
         * Where the lake is, once it is sure that a local one has a catalog. Whether one of another
         * kind is there tells only its catalog, when it is asked.
         *
         * @throws CommandException if there is no lake
         */
        public LakeSettings existing() {
            LakeSettings settings = settings();
            Path catalog = settings.catalogFile().orElse(null);
            if (catalog != null && !Files.isRegularFile(catalog)) {
                throw CommandException.usage(
                        "%s: no warehouse at %s: it has no %s"
                                .formatted(option(), settings.display(), catalog.getFileName()));
            }
            return settings;
        }

        /** The option that was given, to begin a message with. */
        public String option() {
            return folder != null ? "--warehouse" : "--config " + config;
        }
    }

    /**
     * Where the lake is.
     *
     * @throws CommandException if there is no such folder, or the file does not name a lake
     */
    public LakeSettings settings() {
        return place.settings();
    }

    /**
     * Where the lake is, once it is sure that a local one has a catalog.
     *
     * @throws CommandException if there is no lake
     */
    public LakeSettings existing() {
        return place.existing();
    }

    /** The option that was given, to begin a message with. */
    public String option() {
        return place.option();
    }
}
