package io.trailwatch.cli.sql;

import static java.util.Objects.requireNonNull;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.Folders;
import io.trailwatch.cli.Installation;
import io.trailwatch.cli.JavaRuntimes;
import io.trailwatch.cli.JavaRuntimes.JavaRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Trino as it lies on disk: the server, its Iceberg plugin, and the SQLite driver with which the
 * plugin reads our catalog. Fetched once, through the Maven wrapper. The server's other plugins are
 * left out: no table of a warehouse needs them.
 *
 * @param folder holds {@code lib/} and {@code plugin/}
 */
public record TrinoDistribution(Path folder) {
    public static final String VERSION = "476";

    /** Trino 476 is compiled for this release. */
    public static final int MIN_JAVA = 24;

    private static final String PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1";

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
                String server = "trino-server-core-" + VERSION;
                maven(
                        installation,
                        console,
                        "copy",
                        "io.trino:trino-server-core:" + VERSION + ":tar.gz",
                        part);
                maven(
                        installation,
                        console,
                        "unpack",
                        "io.trino:trino-iceberg:" + VERSION + ":zip",
                        part);
                // The archive names most jars of its plugins by hard links, which Maven leaves out.
                run(
                        new ProcessBuilder("tar", "-xzf", server + ".tar.gz")
                                .directory(part.toFile()),
                        installation,
                        console,
                        "Unpacking Trino " + VERSION);
                Path unpacked = part.resolve(server);
                Path plugins = unpacked.resolve("plugin");
                Folders.delete(plugins);
                Files.createDirectories(plugins);
                Path iceberg = plugins.resolve("iceberg");
                Files.move(part.resolve("trino-iceberg-" + VERSION), iceberg);
                Path driver = sqliteDriver();
                Files.copy(
                        driver,
                        iceberg.resolve(requireNonNull(driver.getFileName())),
                        StandardCopyOption.REPLACE_EXISTING);
                if (!isFetched()) {
                    Files.move(unpacked, folder);
                }
            } finally {
                Folders.delete(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack Trino into " + folder, e);
        } finally {
            console.clearProgress();
        }
    }

    private static void maven(
            Installation installation, Console console, String goal, String artifact, Path folder)
            throws IOException {
        String name = artifact.split(":", -1)[1];
        run(
                new ProcessBuilder(
                                installation.home().resolve("mvnw").toString(),
                                "-B",
                                "-q",
                                "-N",
                                PLUGIN + ":" + goal,
                                "-Dartifact=" + artifact,
                                // Else the plugin takes its mark of an earlier fetch for the files.
                                "-Dmdep.overWriteReleases=true",
                                "-DoutputDirectory=" + folder)
                        .directory(installation.home().toFile()),
                installation,
                console,
                "Fetching Trino %s (540 MB, once): %s".formatted(VERSION, name));
    }

    private static void run(
            ProcessBuilder command, Installation installation, Console console, String doing)
            throws IOException {
        Path log = installation.logs().resolve("trino-fetch.log");
        Process process = command.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        long started = System.nanoTime();
        try {
            while (!process.waitFor(250, TimeUnit.MILLISECONDS)) {
                long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);
                console.progress("%s, %d s".formatted(doing, seconds));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.failure("interrupted while fetching Trino", e);
        } finally {
            process.destroy();
        }
        if (process.exitValue() != 0) {
            throw CommandException.failure(
                    "%s failed; the log is %s".formatted(String.join(" ", command.command()), log));
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
}
