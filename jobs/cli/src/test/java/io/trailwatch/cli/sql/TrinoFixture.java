package io.trailwatch.cli.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.cli.CommandLineRun;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.Installation;
import io.trailwatch.cli.JavaRuntimes;
import io.trailwatch.cli.JavaRuntimes.JavaRuntime;
import io.trailwatch.cli.generate.FileSink;
import io.trailwatch.cli.generate.Label;
import io.trailwatch.cli.generate.Simulation;
import io.trailwatch.cli.generate.SimulationOptions;
import io.trailwatch.connector.iceberg.LakeSettings;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * One Trino over one warehouse for all tests of a run: its start takes longer than they do. The
 * warehouse holds a simulated organisation, attacked on the last of its days, and the few logs of
 * {@code src/test/resources/athena/logs}, which tell what the simulation does not.
 */
public final class TrinoFixture {
    /** Three working days, quiet ones; the attacks are as always. */
    public static final SimulationOptions SIMULATION =
            new SimulationOptions(42, SimulationOptions.DEFAULT_START, 3, 0.1, true);

    private static final Path MORE_LOGS = Path.of("src/test/resources/athena/logs");

    /** A rule in dry-run beside our own. */
    private static final Path ON_TRIAL = Path.of("src/test/resources/athena/rules");

    /** When the logs of {@link #MORE_LOGS} arrived; a checkout does not keep that. */
    private static final Instant ARRIVAL = SIMULATION.end();

    /** Networks of the simulation, and where they are said to be. */
    private static final Map<String, String> PLACES =
            Map.of(
                    "81.2.69.160/27", "GB",
                    "81.2.69.192/28", "GB",
                    "89.160.20.0/24", "SE",
                    "175.16.199.0/24", "CN",
                    "216.160.83.56/29", "US",
                    "192.0.2.0/24", "IE",
                    "198.51.100.0/24", "IE",
                    "203.0.113.0/24", "IE",
                    "2001:db8::/32", "PT");

    private static @Nullable TrinoFixture instance;

    private final TrinoServer server;
    private final Path folder;
    private final List<Label> labels;

    private TrinoFixture(TrinoServer server, Path folder, List<Label> labels) {
        this.server = server;
        this.folder = folder;
        this.labels = labels;
    }

    /** Port of the server; skips the test where no Java runs it. */
    public static int port() throws Exception {
        return instance().server.port();
    }

    /** What was planted in the logs of the warehouse. */
    public static List<Label> labels() throws Exception {
        return instance().labels;
    }

    /** Holds the logs and the warehouse. */
    public static Path folder() throws Exception {
        return instance().folder;
    }

    private static synchronized TrinoFixture instance() throws Exception {
        if (instance == null) {
            Optional<JavaRuntime> java =
                    JavaRuntimes.find(
                            TrinoDistribution.MIN_JAVA,
                            List.of("TRAILWATCH_TRINO_JAVA_HOME", "JAVA_HOME"),
                            System.getenv());
            Assumptions.assumeTrue(
                    java.isPresent(), "needs Java " + TrinoDistribution.MIN_JAVA + " for Trino");
            instance = start(java.orElseThrow());
        }
        return instance;
    }

    private static TrinoFixture start(JavaRuntime java) throws Exception {
        Path folder = Files.createTempDirectory(Path.of("target"), "simulated").toAbsolutePath();
        List<Label> labels;
        try (FileSink sink = new FileSink(folder.resolve("logs"))) {
            labels = new Simulation(SIMULATION).run(sink).labels();
        }
        addMoreLogs(folder.resolve("logs"));
        Path places = folder.resolve("places.mmdb");
        PlacesFile.write(places, PLACES);
        Path warehouse = folder.resolve("warehouse");
        CommandLineRun replay =
                CommandLineRun.of(
                        "replay",
                        folder.resolve("logs").toString(),
                        "--warehouse",
                        warehouse.toString(),
                        "--geoip",
                        places.toString(),
                        "--rules",
                        ON_TRIAL.toString(),
                        "--pack");
        assertThat(replay.status()).as(replay.err()).isZero();

        Installation installation = Installation.current();
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Console console = Console.plain(nowhere, nowhere);
        TrinoDistribution distribution = TrinoDistribution.of(installation);
        distribution.fetch(installation, console);
        TrinoServer server =
                TrinoServer.start(
                        distribution, java, LakeSettings.local(warehouse), installation, console);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        return new TrinoFixture(server, folder, labels);
    }

    private static void addMoreLogs(Path logs) throws Exception {
        try (Stream<Path> files = Files.walk(MORE_LOGS)) {
            for (Path file :
                    files.filter(Files::isRegularFile)
                            .filter(f -> !f.endsWith("README.md"))
                            .toList()) {
                Path copy = logs.resolve("more").resolve(MORE_LOGS.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
                Files.setLastModifiedTime(copy, FileTime.from(ARRIVAL));
            }
        }
    }
}
