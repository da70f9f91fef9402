package io.trailwatch.cli.sql;

import static java.util.Objects.requireNonNull;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.Installation;
import io.trailwatch.cli.JavaRuntimes;
import io.trailwatch.cli.JavaRuntimes.JavaRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Trino as it lies on disk: the server, its Iceberg plugin, and the SQLite driver with which the
 * plugin reads our catalog. Fetched once, through the Maven wrapper.
 *
 * @param folder holds {@code lib/} and {@code plugin/}
 */
public record TrinoDistribution(Path folder) {
    public static final String VERSION = "476";

    /** Trino 476 is compiled for this release. */
    public static final int MIN_JAVA = 24;

    private static final String UNPACK =
            "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack";

    public TrinoDistribution {
        requireNonNull(folder, "folder");
    }

    /** Where the distribution lies, whether or not it was fetched. */
    public static TrinoDistribution of(Installation installation) {
        return new TrinoDistribution(installation.state().resolve("trino-" + VERSION));
    }

    public boolean isFetched() {
        return Files.isDirectory(folder.resolve("lib"));
    }

    public Path plugins() {
        return folder.resolve("plugin");
    }

    /** Class path of the server, as the JVM takes it. */
    public String classPath() {
        return folder.resolve("lib") + "/*";
    }

    /**
     * The Java that runs the server.
     *
     * @throws CommandException if there is none
     */
    public static JavaRuntime java() {
        return JavaRuntimes.find(
                        MIN_JAVA,
                        List.of("TRAILWATCH_TRINO_JAVA_HOME", "JAVA_HOME"),
                        System.getenv())
                .orElseThrow(
                        () ->
                                CommandException.failure(
                                        "Trino %s needs Java %d or newer, and none was found in"
                                                        .formatted(VERSION, MIN_JAVA)
                                                + " TRAILWATCH_TRINO_JAVA_HOME, JAVA_HOME,"
                                                + " /usr/lib/jvm, ~/.sdkman or ~/.jdks. Install one"
                                                + " (such as Temurin 25) or point"
                                                + " TRAILWATCH_TRINO_JAVA_HOME at one."));
    }

    /**
     * Fetches what is missing.
     *
     * @throws CommandException if it cannot be fetched; the message says where the log is
     */
    public void fetch(Installation installation, Console console) {
        if (isFetched()) {
            return;
        }
        try {
            Files.createDirectories(installation.logs());
            Path part = Files.createTempDirectory(installation.state(), "trino-part");
            try {
                unpack(
                        installation,
                        console,
                        "io.trino:trino-server-core:" + VERSION + ":tar.gz",
                        part);
                unpack(installation, console, "io.trino:trino-iceberg:" + VERSION + ":zip", part);
                Path server = part.resolve("trino-server-core-" + VERSION);
                Path iceberg = server.resolve("plugin/iceberg");
                Files.createDirectories(server.resolve("plugin"));
                Files.move(part.resolve("trino-iceberg-" + VERSION), iceberg);
                Path driver = sqliteDriver();
                Files.copy(
                        driver,
                        iceberg.resolve(requireNonNull(driver.getFileName())),
                        StandardCopyOption.REPLACE_EXISTING);
                if (!isFetched()) {
                    Files.move(server, folder);
                }
            } finally {
                delete(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack Trino into " + folder, e);
        } finally {
            console.clearProgress();
        }
    }

    private static void unpack(
            Installation installation, Console console, String artifact, Path folder)
            throws IOException {
        Path log = installation.logs().resolve("trino-fetch.log");
        Process maven =
                new ProcessBuilder(
                                installation.home().resolve("mvnw").toString(),
                                "-B",
                                "-q",
                                "-N",
                                UNPACK,
                                "-Dartifact=" + artifact,
                                "-DoutputDirectory=" + folder)
                        .directory(installation.home().toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        long started = System.nanoTime();
        try {
            while (!maven.waitFor(250, TimeUnit.MILLISECONDS)) {
                console.progress(
                        "Fetching Trino %s (540 MB, once): %s, %d s"
                                .formatted(
                                        VERSION,
                                        artifact.split(":", -1)[1],
                                        TimeUnit.NANOSECONDS.toSeconds(
                                                System.nanoTime() - started)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.failure("interrupted while fetching Trino", e);
        } finally {
            maven.destroy();
        }
        if (maven.exitValue() != 0) {
            throw CommandException.failure(
                    "cannot fetch %s; the log of Maven is %s".formatted(artifact, log));
        }
    }

    /** The driver that this process would use itself. */
    private static Path sqliteDriver() {
        try {
            return Path.of(
                    Class.forName("org.sqlite.JDBC")
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI());
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IllegalStateException("the SQLite driver is not on the class path", e);
        }
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
