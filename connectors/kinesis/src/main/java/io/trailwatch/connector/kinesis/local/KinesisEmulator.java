package io.trailwatch.connector.kinesis.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * kinesis-local, the Kinesis emulator that {@code deploy/local} pins, as a process listening on
 * loopback. It keeps its streams in memory, in region us-east-1 and account 000000000000, and takes
 * any credentials. It needs Node.js 18 or later; its package is installed on first use.
 */
public final class KinesisEmulator implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);

    private final ProcessHandle process;
    private final Endpoints endpoints;
    private final Path log;

    private KinesisEmulator(ProcessHandle process, Endpoints endpoints, Path log) {
        this.process = process;
        this.endpoints = endpoints;
        this.log = log;
    }

    /**
     * Where an emulator listens.
     *
     * @param plainPort port for HTTP
     * @param tlsPort port for HTTPS with a self-signed certificate
     */
    public record Endpoints(int plainPort, int tlsPort) {
        public Endpoints {
            if (plainPort < 1 || plainPort > 65535 || tlsPort < 1 || tlsPort > 65535) {
                throw new IllegalArgumentException(
                        "ports are " + plainPort + " and " + tlsPort + ", expected 1 to 65535");
            }
            if (plainPort == tlsPort) {
                throw new IllegalArgumentException("both ports are " + plainPort);
            }
        }

        /** Two ports free at this moment. */
        public static Endpoints free() {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            try (ServerSocket plain = new ServerSocket(0, 1, loopback);
                    ServerSocket tls = new ServerSocket(0, 1, loopback)) {
                return new Endpoints(plain.getLocalPort(), tls.getLocalPort());
            } catch (IOException e) {
                throw new KinesisEmulatorException("no free port on loopback", e);
            }
        }

        /** Plain HTTP, what clients use. */
        public URI http() {
            return URI.create("http://127.0.0.1:" + plainPort);
        }
    }

    /**
     * Starts an emulator on free ports that ends with this object or with this JVM, however that
     * ends, and waits until it answers.
     *
     * @param definition the project's folder {@code deploy/local}
     * @param cache folder for the installed package and logs, created if absent
     * @throws KinesisEmulatorException saying what is missing, with the end of the log
     */
    public static KinesisEmulator start(Path definition, Path cache) {
        NodeInstallation.ensure(definition, cache);
        Endpoints endpoints = Endpoints.free();
        Path log = cache.resolve("kinesis-" + endpoints.plainPort() + ".log");
        ProcessBuilder builder = command(cache, endpoints, log);
        builder.command().add("attached");
        return awaitAnswer(launch(builder), endpoints, log);
    }

    /**
     * Starts an emulator that outlives this JVM and waits until it answers.
     *
     * @param definition the project's folder {@code deploy/local}
     * @param cache folder for the installed package and logs, created if absent
     * @param endpoints ports to listen on
     * @param pidFile file that {@link #stopDetached} and {@link #isRunning} read
     * @return where it listens
     * @throws KinesisEmulatorException if it already runs, or saying what is missing
     */
    public static Endpoints startDetached(
            Path definition, Path cache, Endpoints endpoints, Path pidFile) {
        if (isRunning(pidFile)) {
            throw new KinesisEmulatorException(
                    "an emulator is already running, see " + pidFile, null);
        }
        NodeInstallation.ensure(definition, cache);
        Path log = cache.resolve("kinesis-" + endpoints.plainPort() + ".log");
        ProcessHandle process = launch(command(cache, endpoints, log));
        try {
            Files.writeString(pidFile, PidEntry.of(process).toText());
        } catch (IOException e) {
            destroyTree(process);
            throw new KinesisEmulatorException("cannot write " + pidFile, e);
        }
        return awaitAnswer(process, endpoints, log).endpoints;
    }

    /** Whether the emulator that this file names is running. */
    public static boolean isRunning(Path pidFile) {
        return detached(pidFile).isPresent();
    }

    /**
     * Stops the emulator that this file names and removes the file.
     *
     * @return whether one was running
     */
    public static boolean stopDetached(Path pidFile) {
        Optional<ProcessHandle> process = detached(pidFile);
        process.ifPresent(KinesisEmulator::destroyTree);
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new KinesisEmulatorException("cannot remove " + pidFile, e);
        }
        return process.isPresent();
    }

    /** Plain HTTP endpoint to give to clients. */
    public URI endpoint() {
        return endpoints.http();
    }

    /** What the emulator prints. */
    public Path log() {
        return log;
    }

    /** Stops the process and its children. */
    @Override
    public void close() {
        destroyTree(process);
    }

    static void destroyTree(ProcessHandle process) {
        List<ProcessHandle> tree = new ArrayList<>(process.descendants().toList());
        tree.add(process);
        tree.forEach(ProcessHandle::destroy);
        for (ProcessHandle handle : tree) {
            if (!awaitExit(handle)) {
                handle.destroyForcibly();
                if (!awaitExit(handle)) {
                    throw new KinesisEmulatorException(
                            "process " + handle.pid() + " cannot be stopped", null);
                }
            }
        }
    }

    private static boolean awaitExit(ProcessHandle process) {
        try {
            process.onExit().get(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            return true;
        } catch (ExecutionException e) {
            throw new KinesisEmulatorException("cannot stop process " + process.pid(), e);
        }
    }

    /** A process id alone may be someone else's by the time it is read again. */
    private record PidEntry(long pid, long startMillis) {
        static PidEntry of(ProcessHandle process) {
            return new PidEntry(
                    process.pid(),
                    process.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
        }

        String toText() {
            return pid + " " + startMillis + "\n";
        }
    }

    private static Optional<ProcessHandle> detached(Path pidFile) {
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        try {
            String text = Files.readString(pidFile);
            String pid = text.strip().split(" ", 2)[0];
            return ProcessHandle.of(Long.parseLong(pid))
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> PidEntry.of(process).toText().equals(text));
        } catch (IOException | NumberFormatException e) {
            throw new KinesisEmulatorException(
                    pidFile + " cannot be read as process id and start time; remove it", e);
        }
    }

    private static ProcessBuilder command(Path cache, Endpoints endpoints, Path log) {
        ProcessBuilder builder =
                new ProcessBuilder(new ArrayList<>(List.of("node", "kinesis.cjs")))
                        .directory(cache.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("KINESIS_MOCK_PLAIN_PORT", Integer.toString(endpoints.plainPort()));
        environment.put("KINESIS_MOCK_TLS_PORT", Integer.toString(endpoints.tlsPort()));
        environment.put("AWS_REGION", "us-east-1");
        environment.put("AWS_ACCOUNT_ID", "000000000000");
        environment.put("CREATE_STREAM_DURATION", "100ms");
        environment.put("SPLIT_SHARD_DURATION", "100ms");
        environment.put("MERGE_SHARDS_DURATION", "100ms");
        return builder;
    }

    private static ProcessHandle launch(ProcessBuilder builder) {
        try {
            return builder.start().toHandle();
        } catch (IOException e) {
            throw new KinesisEmulatorException("cannot start the Kinesis emulator", e);
        }
    }

    private static KinesisEmulator awaitAnswer(
            ProcessHandle process, Endpoints endpoints, Path log) {
        HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
        HttpRequest healthcheck =
                HttpRequest.newBuilder(endpoints.http().resolve("/healthcheck"))
                        .timeout(Duration.ofSeconds(2))
                        .build();
        Instant deadline = Instant.now().plus(START_TIMEOUT);
        String last = "no answer yet";
        boolean answered = false;
        try {
            while (process.isAlive() && Instant.now().isBefore(deadline)) {
                try {
                    int status =
                            client.send(healthcheck, HttpResponse.BodyHandlers.discarding())
                                    .statusCode();
                    if (status == 200) {
                        answered = true;
                        return new KinesisEmulator(process, endpoints, log);
                    }
                    last = "status " + status;
                } catch (IOException e) {
                    last = e.toString();
                }
                Thread.sleep(POLL.toMillis());
            }
            throw new KinesisEmulatorException(
                    "the Kinesis emulator "
                            + (process.isAlive()
                                    ? "has not answered at "
                                            + endpoints.http()
                                            + " within "
                                            + START_TIMEOUT
                                            + " ("
                                            + last
                                            + ")"
                                    : "ended while starting")
                            + "; end of "
                            + log
                            + ":\n"
                            + NodeInstallation.tail(log),
                    null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KinesisEmulatorException(
                    "interrupted while the Kinesis emulator was starting", e);
        } finally {
            if (!answered) {
                destroyTree(process);
            }
        }
    }
}
