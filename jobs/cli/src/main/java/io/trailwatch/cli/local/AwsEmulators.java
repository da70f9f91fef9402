package io.trailwatch.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Installation;
import io.trailwatch.cli.local.LocalState.Service;
import io.trailwatch.connector.iceberg.local.GlueEmulator;
import io.trailwatch.connector.iceberg.local.S3Emulator;
import io.trailwatch.connector.registry.local.RegistryEmulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * S3, the Glue Data Catalog and the Glue Schema Registry on loopback, in one process that outlives
 * the command that started it. What S3 and the catalog hold is kept in a folder and is there again
 * at the next start; schemas are not.
 */
final class AwsEmulators {
    /** The bucket that {@code deploy/local/run-aws.json} writes to. */
    static final String BUCKET = "lake";

    /** The ports that deploy/local names. */
    static final Map<String, Integer> USUAL_PORTS =
            new TreeMap<>(
                    Map.of(
                            LocalState.GLUE, 4569,
                            LocalState.S3, 4570,
                            LocalState.REGISTRY, 4571));

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private AwsEmulators() {}

    /**
     * The process: starts the services, tells where they listen, and serves until it is stopped.
     *
     * @param args folder, then {@code name=port} of each service, where port 0 means any
     */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Map<String, Integer> ports = new TreeMap<>();
        for (String argument : List.of(args).subList(1, args.length)) {
            String[] parts = argument.split("=", 2);
            ports.put(parts[0], Integer.valueOf(parts[1]));
        }
        S3Emulator s3 =
                S3Emulator.inFolder(folder.resolve("s3"), ports.getOrDefault(LocalState.S3, 0));
        s3.createBucket(BUCKET);
        GlueEmulator glue =
                GlueEmulator.inFile(
                        folder.resolve("glue.json"), ports.getOrDefault(LocalState.GLUE, 0));
        RegistryEmulator registry =
                RegistryEmulator.start(ports.getOrDefault(LocalState.REGISTRY, 0));
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    registry.close();
                                    glue.close();
                                    s3.close();
                                }));
        ObjectNode endpoints = JSON.createObjectNode();
        endpoints.put(LocalState.S3, s3.url());
        endpoints.put(LocalState.GLUE, glue.url());
        endpoints.put(LocalState.REGISTRY, registry.url().toString());
        Path part = folder.resolve("endpoints.part");
        JSON.writeValue(part.toFile(), endpoints);
        Files.move(part, endpointsFile(folder), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Where what the services hold is kept. */
    static Path folder(Installation installation) {
        return installation.state().resolve("aws");
    }

    private static Path endpointsFile(Path folder) {
        return folder.resolve("endpoints.json");
    }

    /**
     * Starts the process and waits until its services answer.
     *
     * @param ports by name of the service; 0 takes a free one
     * @throws CommandException if it does not start; the message names its log
     */
    static List<Service> startDetached(Installation installation, Map<String, Integer> ports)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectories(folder(installation));
        Path log = Files.createDirectories(installation.logs()).resolve("aws-emulators.log");
        Files.deleteIfExists(endpointsFile(folder));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dtrailwatch.log.folder=" + installation.logs(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AwsEmulators.class.getName(),
                        folder.toString()));
        ports.forEach((name, port) -> command.add(name + "=" + port));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .start();
        boolean answered = false;
        long started = System.nanoTime();
        try {
            while (!Files.exists(endpointsFile(folder))) {
                Duration waited = Duration.ofNanos(System.nanoTime() - started);
                if (process.waitFor(50, TimeUnit.MILLISECONDS)
                        || waited.compareTo(START_LIMIT) > 0) {
                    throw CommandException.failure(
                            "the emulators of S3, Glue and the Schema Registry did not start; their"
                                    + " log is "
                                    + log);
                }
            }
            JsonNode endpoints = JSON.readTree(endpointsFile(folder).toFile());
            List<Service> services = new ArrayList<>();
            for (Map.Entry<String, JsonNode> endpoint : endpoints.properties()) {
                services.add(
                        new Service(
                                endpoint.getKey(),
                                process.pid(),
                                Service.startOf(process.toHandle()),
                                endpoint.getValue().asText(),
                                folder));
            }
            answered = true;
            return services;
        } finally {
            if (!answered) {
                process.destroyForcibly();
            }
        }
    }
}
