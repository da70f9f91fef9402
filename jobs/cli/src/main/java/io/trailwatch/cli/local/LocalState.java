package io.trailwatch.cli.local;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.Installation;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.RestCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The services that {@code local up} started, kept in {@code .trailwatch/local.json}.
 *
 * @param served the lake Trino serves, see {@link #name}; null when Trino was not asked for
 */
public record LocalState(@Nullable String served, List<Service> services) {
    static final String TRINO = "trino";
    static final String KINESIS = "kinesis";
    static final String S3 = "s3";
    static final String GLUE = "glue";
    static final String REGISTRY = "registry";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A process of ours.
     *
     * @param startedMillis start of the process, epoch milliseconds: a process of the same id that
     *     began at another time is not ours
     * @param folder its working folder, deleted when it is stopped
     */
    public record Service(String name, long pid, long startedMillis, String endpoint, Path folder) {
        public Service {
            requireNonNull(name, "name");
            requireNonNull(endpoint, "endpoint");
            requireNonNull(folder, "folder");
        }

        /** The process, if it still runs. */
        public Optional<ProcessHandle> process() {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> startOf(process) == startedMillis);
        }

        static long startOf(ProcessHandle process) {
            return process.info().startInstant().map(start -> start.toEpochMilli()).orElse(0L);
        }
    }

    public LocalState {
        services = List.copyOf(services);
    }

    private static Path file(Installation installation) {
        return installation.state().resolve("local.json");
    }

    /** What was remembered; no services when nothing was. */
    static LocalState read(Installation installation) {
        Path file = file(installation);
        if (!Files.exists(file)) {
            return new LocalState(null, List.of());
        }
        try {
            JsonNode state = JSON.readTree(file.toFile());
            List<Service> services = new ArrayList<>();
            for (JsonNode service : state.path("services")) {
                services.add(
                        new Service(
                                service.path("name").asText(),
                                service.path("pid").asLong(),
                                service.path("started_millis").asLong(),
                                service.path("endpoint").asText(),
                                Path.of(service.path("folder").asText())));
            }
            return new LocalState(state.path("served").textValue(), services);
        } catch (IOException e) {
            throw CommandException.failure(
                    "cannot read %s; delete it to forget the services it names".formatted(file), e);
        }
    }

    void write(Installation installation) {
        ObjectNode state = JSON.createObjectNode();
        if (served != null) {
            state.put("served", served);
        }
        for (Service service : services) {
            state.withArray("services")
                    .addObject()
                    .put("name", service.name())
                    .put("pid", service.pid())
                    .put("started_millis", service.startedMillis())
                    .put("endpoint", service.endpoint())
                    .put("folder", service.folder().toString());
        }
        Path file = file(installation);
        try {
            Files.createDirectories(installation.state());
            Path part = file.resolveSibling("local.json.part");
            JSON.writerWithDefaultPrettyPrinter().writeValue(part.toFile(), state);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    static void forget(Installation installation) {
        try {
            Files.deleteIfExists(file(installation));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file(installation), e);
        }
    }

    Optional<Service> running(String name) {
        return services.stream()
                .filter(service -> service.name().equals(name))
                .filter(service -> service.process().isPresent())
                .findFirst();
    }

    /** Tells a lake from others, and people where it is. */
    static String name(LakeSettings lake) {
        RestCatalog rest = lake.rest();
        String endpoint = rest == null ? lake.glueEndpoint() : rest.uri();
        return endpoint == null ? lake.display() : lake.display() + " of " + endpoint;
    }

    /** Endpoint of a running schema registry. */
    public static Optional<String> registryEndpoint(Installation installation) {
        return read(installation).running(REGISTRY).map(Service::endpoint);
    }

    /** Port of a running Trino that serves this lake. */
    public static OptionalInt trinoPort(Installation installation, LakeSettings lake) {
        LocalState state = read(installation);
        if (!name(lake).equals(state.served())) {
            return OptionalInt.empty();
        }
        return state.running(TRINO)
                .map(
                        trino ->
                                OptionalInt.of(
                                        Integer.parseInt(trino.endpoint().replaceFirst(".*:", ""))))
                .orElse(OptionalInt.empty());
    }
}
