package io.trailwatch.cli.local;

import static java.util.Objects.requireNonNull;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.Folders;
import io.trailwatch.cli.Installation;
import io.trailwatch.cli.JavaRuntimes.JavaRuntime;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.cli.lake.LakeOption;
import io.trailwatch.cli.local.LocalState.Service;
import io.trailwatch.cli.sql.TrinoDistribution;
import io.trailwatch.cli.sql.TrinoServer;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.kinesis.KinesisStreams;
import io.trailwatch.connector.kinesis.config.KinesisConnection;
import io.trailwatch.connector.kinesis.local.KinesisEmulator;
import io.trailwatch.connector.kinesis.local.KinesisEmulatorException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Groups the commands about services on loopback. */
@Command(
        name = "local",
        subcommands = {
            LocalCommand.UpCommand.class,
            PutCommand.class,
            LocalCommand.DownCommand.class,
            LocalCommand.StatusCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Starts and stops services on loopback: emulators of Kinesis, S3, the Glue Data Catalog"
                    + " and the Glue Schema Registry, and Trino over a lake.",
            "SNS and SQS are not emulated."
        },
        footer = {
            "Examples:",
            "  ./trailwatch local up",
            "  ./trailwatch local put logs/",
            "  ./trailwatch local status",
            "  ./trailwatch local down"
        })
public final class LocalCommand extends TrailwatchCommand {
    /** The stream that the configurations in {@code deploy/local} read. */
    static final String STREAM = "trail";

    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private static final KinesisEmulator.Endpoints USUAL =
            new KinesisEmulator.Endpoints(4568, 4567);

    @Override
    public Integer call() {
        spec().commandLine().usage(console().err());
        return Trailwatch.EXIT_USAGE;
    }

    private static Path kinesisFolder(Installation installation) {
        return installation.state().resolve("kinesis");
    }

    private static Path kinesisPidFile(Installation installation) {
        return kinesisFolder(installation).resolve("kinesis.pid");
    }

    /** The ports that deploy/local names, or any others when something listens there already. */
    private static KinesisEmulator.Endpoints usualOrFree() {
        return isFree(USUAL.plainPort()) && isFree(USUAL.tlsPort())
                ? USUAL
                : KinesisEmulator.Endpoints.free();
    }

    private static boolean isFree(int port) {
        try (ServerSocket ignored = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Starts what does not run yet. */
    @Command(
            name = "up",
            description = {
                "Starts emulators of Kinesis (needs Node.js 18 or newer), S3, the Glue Data Catalog"
                        + " and the Glue Schema Registry and, with --warehouse or --config, Trino"
                        + " over that lake (needs Java 24 or newer). All listen on loopback and"
                        + " run until 'local down'.",
                "There are a stream named trail and a bucket named lake: deploy/local/run.json"
                        + " reads the stream into a local warehouse, deploy/local/run-aws.json"
                        + " into tables in Glue and S3. Streams and schemas live in memory; objects"
                        + " and tables are kept below .trailwatch/aws and are there again after"
                        + " the next 'local up'."
            },
            footer = {
                "Examples:",
                "  ./trailwatch local up",
                "  ./trailwatch local up --warehouse warehouse",
                "  ./trailwatch local up --config deploy/local/run-aws.json"
            })
    static final class UpCommand extends TrailwatchCommand {
        @ArgGroup(
                multiplicity = "0..1",
                heading = "%nThe lake that Trino serves; without it Trino is not started:%n")
        private LakeOption.@Nullable Place place;

        @Override
        public Integer call() {
            Installation installation = Installation.current();
            LocalState before = LocalState.read(installation);
            LakeSettings wanted = place == null ? null : place.existing();
            boolean trinoRuns = before.running(LocalState.TRINO).isPresent();
            if (wanted != null && trinoRuns && !LocalState.name(wanted).equals(before.served())) {
                throw CommandException.usage(
                        "%s: Trino already serves %s; stop it with 'local down' first"
                                .formatted(requireNonNull(place).option(), before.served()));
            }
            LocalState state =
                    new LocalState(
                            trinoRuns ? before.served() : null,
                            before.services().stream()
                                    .filter(service -> service.process().isPresent())
                                    .toList());
            if (!KinesisEmulator.isRunning(kinesisPidFile(installation))) {
                state = startKinesis(installation, state);
            }
            if (state.running(LocalState.S3).isEmpty()) {
                state = startAws(installation, state);
            }
            if (wanted != null && !trinoRuns) {
                state = startTrino(installation, state, wanted);
            }
            StatusCommand.print(console(), state);
            return Trailwatch.EXIT_OK;
        }

        private LocalState startKinesis(Installation installation, LocalState state) {
            Path folder = kinesisFolder(installation);
            try {
                Files.createDirectories(folder);
                console().progress("Starting the Kinesis emulator ...");
                KinesisEmulator.Endpoints endpoints =
                        KinesisEmulator.startDetached(
                                installation.home().resolve("deploy/local"),
                                folder,
                                usualOrFree(),
                                kinesisPidFile(installation));
                try (KinesisStreams streams =
                        KinesisStreams.connect(KinesisConnection.emulator(endpoints.http()))) {
                    streams.createIfAbsent(STREAM, 2);
                }
                console().clearProgress();
                String[] entry =
                        Files.readString(kinesisPidFile(installation)).strip().split(" ", 2);
                return with(
                        installation,
                        state,
                        state.served(),
                        new Service(
                                LocalState.KINESIS,
                                Long.parseLong(entry[0]),
                                Long.parseLong(entry[1]),
                                endpoints.http().toString(),
                                folder));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw CommandException.failure("interrupted", e);
            } catch (KinesisEmulatorException e) {
                throw CommandException.failure(String.valueOf(e.getMessage()), e);
            } catch (IOException e) {
                throw CommandException.failure("cannot start the Kinesis emulator", e);
            }
        }

        private LocalState startAws(Installation installation, LocalState state) {
            try {
                console().progress("Starting the emulators of S3 and Glue ...");
                Map<String, Integer> ports = new TreeMap<>(AwsEmulators.USUAL_PORTS);
                ports.replaceAll((name, port) -> isFree(port) ? port : 0);
                LocalState next = state;
                for (Service service : AwsEmulators.startDetached(installation, ports)) {
                    next = with(installation, next, next.served(), service);
                }
                return next;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw CommandException.failure("interrupted", e);
            } catch (IOException e) {
                throw CommandException.failure("cannot start the emulators of S3 and Glue", e);
            } finally {
                console().clearProgress();
            }
        }

        private LocalState startTrino(
                Installation installation, LocalState state, LakeSettings lake) {
            JavaRuntime java = TrinoDistribution.java();
            TrinoDistribution distribution = TrinoDistribution.of(installation);
            distribution.fetch(installation, console());
            TrinoServer server =
                    TrinoServer.start(distribution, java, lake, installation, console());
            ProcessHandle process = server.process().toHandle();
            return with(
                    installation,
                    state,
                    LocalState.name(lake),
                    new Service(
                            LocalState.TRINO,
                            process.pid(),
                            Service.startOf(process),
                            "http://127.0.0.1:" + server.port(),
                            server.folder()));
        }

        /** Remembered at once: a later failure must not leave a service that nobody knows. */
        private static LocalState with(
                Installation installation,
                LocalState state,
                @Nullable String served,
                Service service) {
            List<Service> services = new ArrayList<>(state.services());
            services.removeIf(known -> known.name().equals(service.name()));
            services.add(service);
            LocalState next = new LocalState(served, services);
            next.write(installation);
            return next;
        }
    }

    /** Stops what runs. */
    @Command(
            name = "down",
            description = {
                "Stops the services that 'local up' started. Streams and schemas are gone then;"
                        + " objects and tables of the S3 and Glue emulators stay."
            },
            footer = {
                "Examples:",
                "  ./trailwatch local down",
                "  ./trailwatch local down --delete"
            })
    static final class DownCommand extends TrailwatchCommand {
        @Option(
                names = "--delete",
                description = "Delete the objects and tables of the emulators, too.")
        private boolean delete;

        @Override
        public Integer call() {
            Installation installation = Installation.current();
            LocalState state = LocalState.read(installation);
            KinesisEmulator.stopDetached(kinesisPidFile(installation));
            for (Service service : state.services()) {
                switch (service.name()) {
                    case LocalState.TRINO -> TrinoServer.stop(service.process(), service.folder());
                    case LocalState.S3, LocalState.GLUE, LocalState.REGISTRY ->
                            service.process().ifPresent(DownCommand::end);
                    default -> {
                        // Kinesis is stopped above, by its own file.
                    }
                }
                console().println("stopped " + service.name());
            }
            if (delete) {
                deleteData(AwsEmulators.folder(installation));
            }
            if (state.services().isEmpty()) {
                console().println("Nothing was running.");
            }
            LocalState.forget(installation);
            return Trailwatch.EXIT_OK;
        }

        /** One process has several services: it may have ended with the first. */
        private static void end(ProcessHandle process) {
            process.destroy();
            try {
                process.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException e) {
                process.destroyForcibly();
                process.onExit().join();
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }

        private void deleteData(Path folder) {
            try {
                Folders.delete(folder);
            } catch (IOException e) {
                throw CommandException.failure("cannot delete " + folder, e);
            }
            console().println("deleted " + folder);
        }
    }

    /** Tells what runs. */
    @Command(
            name = "status",
            description = {
                "Tells which services run, and where.",
                "",
                "With --json: one object a service with name, running, endpoint.",
                "Exit status 1 when a service that was started no longer runs."
            },
            footer = {"Example:", "  ./trailwatch local status --json"})
    static final class StatusCommand extends TrailwatchCommand {
        @Option(names = "--json", description = "One JSON object a line.")
        private boolean json;

        @Override
        public Integer call() {
            LocalState state = LocalState.read(Installation.current());
            if (json) {
                for (Service service : state.services()) {
                    jsonLines()
                            .object(
                                    out -> {
                                        out.writeStringField("name", service.name());
                                        out.writeBooleanField(
                                                "running", service.process().isPresent());
                                        out.writeStringField("endpoint", service.endpoint());
                                    });
                }
            } else {
                print(console(), state);
            }
            return state.services().stream().allMatch(service -> service.process().isPresent())
                    ? Trailwatch.EXIT_OK
                    : Trailwatch.EXIT_FAILED;
        }

        static void print(Console console, LocalState state) {
            if (state.services().isEmpty()) {
                console.println("No services; './trailwatch local up' starts them.");
                return;
            }
            TextTable table = TextTable.of("SERVICE", "STATE", "ENDPOINT", "SERVES");
            for (Service service : state.services()) {
                table.row(
                        service.name(),
                        service.process().isPresent() ? "running" : "ended",
                        service.endpoint(),
                        serves(service, state));
            }
            table.print(console);
        }

        private static String serves(Service service, LocalState state) {
            return switch (service.name()) {
                case LocalState.TRINO -> String.valueOf(state.served());
                case LocalState.KINESIS -> "streams in memory, region us-east-1";
                case LocalState.S3 -> "bucket " + AwsEmulators.BUCKET + ", " + service.folder();
                case LocalState.GLUE -> "databases and tables, " + service.folder();
                case LocalState.REGISTRY -> "schemas in memory, registry trailwatch";
                default -> "";
            };
        }
    }
}
