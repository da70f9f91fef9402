package io.trailwatch.cli.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Programs of the virtual environment that the build makes before these tests. */
final class Programs {
    static final Path HOME =
            Path.of(System.getProperty("trailwatch.home", "../..")).toAbsolutePath().normalize();

    private static final Path VENV = Path.of("target/venv").toAbsolutePath();

    private Programs() {}

    /** What a program printed, and its exit status. */
    record Run(int status, String output) {}

    /** Runs a program of the virtual environment in a folder. */
    static Run python(Path folder, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "run", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(new ArrayList<>(command))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.command().set(0, VENV.resolve("bin").resolve(command.get(0)).toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException(command + " has not ended after 5 minutes");
        }
        return new Run(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
    }
}
