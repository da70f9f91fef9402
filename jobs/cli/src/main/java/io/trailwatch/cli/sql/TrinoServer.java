package io.trailwatch.cli.sql;

import static java.util.Objects.requireNonNull;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Console;
import io.trailwatch.cli.Folders;
import io.trailwatch.cli.Installation;
import io.trailwatch.cli.JavaRuntimes.JavaRuntime;
import io.trailwatch.connector.iceberg.LakeSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A Trino server over one lake, on loopback. It reads only: its catalog refuses every statement
 * that writes.
 *
 * @param port of its HTTP API on 127.0.0.1
 * @param folder its settings, data and log; deleted when it is stopped
 */
public record TrinoServer(Process process, int port, Path folder) implements AutoCloseable {
    /** Catalog and schema a session has, so that queries name bare tables, as in Athena. */
    public static final String CATALOG = "lake";

    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final String LOOPBACK = "127.0.0.1";

    public TrinoServer {
        requireNonNull(process, "process");
        requireNonNull(folder, "folder");
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @param lake of any kind; a catalog or files on AWS are read with the credentials that the
     *     environment of this process names
     * @throws CommandException if it does not start; the message names its log
     */
    public static TrinoServer start(
            TrinoDistribution distribution,
            JavaRuntime java,
            LakeSettings lake,
            Installation installation,
            Console console) {
        try {
            Files.createDirectories(installation.state());
            Path folder = Files.createTempDirectory(installation.state(), "trino-run");
            int port = freePort();
            writeSettings(folder, port, distribution, lake);
            Path log = folder.resolve("server.log");
            Process process =
                    new ProcessBuilder(command(distribution, java, folder))
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            TrinoServer server = new TrinoServer(process, port, folder);
            Thread stop = new Thread(server::close);
            Runtime.getRuntime().addShutdownHook(stop);
            try {
                server.awaitAnswer(console, installation);
            } finally {
                Runtime.getRuntime().removeShutdownHook(stop);
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start Trino", e);
        }
    }

    private static List<String> command(
            TrinoDistribution distribution, JavaRuntime java, Path folder) {
        List<String> command = new ArrayList<>();
        command.add(java.java().toString());
        command.addAll(
                List.of(
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        // The JVM keeps the loaded classes at its end and starts faster from then.
                        "-XX:+AutoCreateSharedArchive",
                        "-XX:SharedArchiveFile="
                                + distribution.folder().resolve("java-" + java.feature() + ".jsa"),
                        "-Xlog:disable",
                        "--add-modules=jdk.incubator.vector",
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djdk.attach.allowAttachSelf=true",
                        "-XX:+EnableDynamicAgentLoading",
                        "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                        "-Dfile.encoding=UTF-8",
                        "-Duser.timezone=UTC",
                        "-Dconfig=" + folder.resolve("config.properties"),
                        "-cp",
                        distribution.classPath(),
                        "io.trino.server.TrinoServer"));
        return command;
    }

    private static void writeSettings(
            Path folder, int port, TrinoDistribution distribution, LakeSettings lake)
            throws IOException {
        Files.createDirectories(folder.resolve("tmp"));
        Path catalogs = Files.createDirectories(folder.resolve("catalog"));
        Files.writeString(
                folder.resolve("config.properties"),
                """
                node.id=trailwatch
                node.environment=trailwatch
                node.internal-address=%s
                node.bind-ip=%s
                coordinator=true
                node-scheduler.include-coordinator=true
                http-server.http.port=%d
                discovery.uri=http://%s:%d
                plugin.dir=%s
                catalog.config-dir=%s
                query.max-memory=500MB
                query.max-memory-per-node=500MB
                memory.heap-headroom-per-node=200MB
                """
                        .formatted(
                                LOOPBACK,
                                LOOPBACK,
                                port,
                                LOOPBACK,
                                port,
                                distribution.plugins(),
                                catalogs));
        Files.writeString(catalogs.resolve(CATALOG + ".properties"), TrinoCatalog.properties(lake));
    }

    /** Free at this moment; should another process take it before Trino does, the start fails. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            return socket.getLocalPort();
        }
    }

    private void awaitAnswer(Console console, Installation installation) throws IOException {
        long started = System.nanoTime();
        try {
            while (!isReady(port)) {
                Duration waited = Duration.ofNanos(System.nanoTime() - started);
                if (!process.isAlive() || waited.compareTo(START_LIMIT) > 0) {
                    Path log = installation.logs().resolve("trino.log");
                    Files.createDirectories(installation.logs());
                    Files.copy(
                            folder.resolve("server.log"), log, StandardCopyOption.REPLACE_EXISTING);
                    close();
                    throw CommandException.failure(
                            "Trino did not start within %d s; its log is %s"
                                    .formatted(waited.toSeconds(), log));
                }
                console.progress("Starting Trino ... %d s".formatted(waited.toSeconds()));
                if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                    continue;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw CommandException.failure("interrupted while Trino started", e);
        } finally {
            console.clearProgress();
        }
    }

    /** Whether a server on a loopback port has finished its start. */
    public static boolean isReady(int port) {
        HttpRequest info =
                HttpRequest.newBuilder(URI.create("http://%s:%d/v1/info".formatted(LOOPBACK, port)))
                        .timeout(Duration.ofSeconds(2))
                        .build();
        try {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(info, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 && answer.body().contains("\"starting\":false");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Stops the server and deletes its folder. */
    @Override
    public void close() {
        stop(Optional.of(process.toHandle()), folder);
    }

    /**
     * Stops a server that another process started, and deletes its folder.
     *
     * @param process empty when it has ended already
     */
    public static void stop(Optional<ProcessHandle> process, Path folder) {
        process.ifPresent(TrinoServer::end);
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }

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
}
