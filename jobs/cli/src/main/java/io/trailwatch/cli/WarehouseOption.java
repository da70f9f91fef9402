package io.trailwatch.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option {@code --warehouse} of commands that read what a run wrote. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class WarehouseOption {
    @Option(
            names = {"-w", "--warehouse"},
            required = true,
            paramLabel = "DIR",
            description = "Folder of the warehouse, as given to replay or shown by demo.")
    private Path directory;

    /**
     * The folder.
     *
     * @throws CommandException if there is none
     */
    public Path existing() {
        if (!Files.isDirectory(directory)) {
            throw CommandException.usage("--warehouse: %s is no folder".formatted(directory));
        }
        return directory.toAbsolutePath().normalize();
    }
}
