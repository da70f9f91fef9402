package io.trailwatch.cli.local;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.Installation;
import io.trailwatch.cli.JavaRuntimes.JavaRuntime;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
            "Starts and stops services on loopback: a Kinesis emulator, and Trino over a"
                    + " warehouse.",
            "S3, Glue and SNS are not emulated yet."
        },
        footer = {
            "Examples:",
            "  ./trailwatch local up --warehouse warehouse",
            "  ./trailwatch local put logs/",
            "  ./trailwatch local status",
            "  ./trailwatch local down"
        })
public final class LocalCommand extends TrailwatchCommand {
    /** The stream that {@code deploy/local/run.json} reads. */
    static final String STREAM = "trail";

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
                "Starts the Kinesis emulator (needs Node.js 18 or newer) and, with --warehouse,"
                        + " Trino over that warehouse (needs Java 24 or newer). Both listen on"
                        + " loopback and run until 'local down'. The emulator has a stream named"
                        + " trail, which deploy/local/run.json reads.",
                "S3, Glue and SNS are not emulated yet."
            },
            footer = {
                "Examples:",
                "  ./trailwatch local up",
                "  ./trailwatch local up --warehouse warehouse"
            })
    static final class UpCommand extends TrailwatchCommand {
        @Option(
                names = {"-w", "--warehouse"},
                paramLabel = "DIR",
                description = "Warehouse that Trino serves. Without it Trino is not started.")
        private @Nullable Path warehouse;

        @Override
        public Integer call() {
            Installation installation = Installation.current();
            LocalState before = LocalState.read(installation);
            Path wanted = warehouse == null ? null : warehouse.toAbsolutePath().normalize();
            boolean trinoRuns = before.running(LocalState.TRINO).isPresent();
            if (wanted != null && trinoRuns && !wanted.equals(before.warehouse())) {
                throw CommandException.usage(
                        "--warehouse: Trino already serves %s; stop it with 'local down' first"
                                .formatted(before.warehouse()));
            }
            LocalState state =
                    new LocalState(
                            trinoRuns ? before.warehouse() : null,
                            before.services().stream()
                                    .filter(service -> service.process().isPresent())
                                    .toList());
            if (!KinesisEmulator.isRunning(kinesisPidFile(installation))) {
                state = startKinesis(installation, state);
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
                        state.warehouse(),
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

        private LocalState startTrino(Installation installation, LocalState state, Path wanted) {
            LakeSettings lake;
            try {
                lake = LakeSettings.local(wanted);
            } catch (IllegalArgumentException e) {
                throw CommandException.usage("--warehouse: " + e.getMessage());
            }
            if (!Files.isRegularFile(lake.catalogFile().orElseThrow())) {
                throw CommandException.usage("--warehouse: no warehouse at " + wanted);
            }
            JavaRuntime java = TrinoDistribution.java();
            TrinoDistribution distribution = TrinoDistribution.of(installation);
            distribution.fetch(installation, console());
            TrinoServer server =
                    TrinoServer.start(distribution, java, lake, installation, console());
            ProcessHandle process = server.process().toHandle();
            return with(
                    installation,
                    state,
                    wanted,
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
                @Nullable Path warehouse,
                Service service) {
            List<Service> services = new ArrayList<>(state.services());
            services.removeIf(known -> known.name().equals(service.name()));
            services.add(service);
            LocalState next = new LocalState(warehouse, services);
            next.write(installation);
            return next;
        }
    }

    /** Stops what runs. */
    @Command(
            name = "down",
            description = "Stops the services that 'local up' started.",
            footer = {"Example:", "  ./trailwatch local down"})
    static final class DownCommand extends TrailwatchCommand {
        @Override
        public Integer call() {
            Installation installation = Installation.current();
            LocalState state = LocalState.read(installation);
            KinesisEmulator.stopDetached(kinesisPidFile(installation));
            for (Service service : state.services()) {
                if (service.name().equals(LocalState.TRINO)) {
                    TrinoServer.stop(service.process(), service.folder());
                }
                console().println("stopped " + service.name());
            }
            if (state.services().isEmpty()) {
                console().println("Nothing was running.");
            }
            LocalState.forget(installation);
            return Trailwatch.EXIT_OK;
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
                        service.name().equals(LocalState.TRINO)
                                ? String.valueOf(state.warehouse())
                                : "streams in memory, region us-east-1");
            }
            table.print(console);
        }
    }
}
