package io.trailwatch.connector.registry.local;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.jspecify.annotations.Nullable;

/**
 * As much of the Schema Registry part of the Glue API as its clients ask for: JSON 1.1 over HTTP on
 * loopback, all in memory. The registries {@link #DEFAULT_REGISTRY} and {@link #REGISTRY} exist
 * from the start; others are made by {@code CreateRegistry}.
 *
 * <p>The id of a version follows from its registry, schema and definition, so that records outlive
 * a restart of the emulator when their schema is registered again. Avro versions are checked for
 * the compatibility of their schema; JSON schemas for nothing but that they are JSON. Lists are not
 * paged.
 */
public final class RegistryEmulator implements AutoCloseable {
    /** The registry that AWS uses where none is named. */
    public static final String DEFAULT_REGISTRY = "default-registry";

    /** The registry that our commands use where none is named. */
    public static final String REGISTRY = "trailwatch";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ARN = "arn:aws:glue:us-east-1:000000000000:";
    private static final Set<String> FORMATS = Set.of("AVRO", "JSON", "PROTOBUF");
    private static final Set<String> COMPATIBILITIES =
            Set.of(
                    "NONE",
                    "DISABLED",
                    "BACKWARD",
                    "BACKWARD_ALL",
                    "FORWARD",
                    "FORWARD_ALL",
                    "FULL",
                    "FULL_ALL");

    private final HttpServer server;
    private final ExecutorService executor;
    private final Handler handler;

    // All below are guarded by this.
    private final Set<String> registries = new LinkedHashSet<>(List.of(DEFAULT_REGISTRY, REGISTRY));
    private final Map<SchemaName, RegisteredSchema> schemas = new LinkedHashMap<>();
    private final Map<UUID, Version> versions = new LinkedHashMap<>();

    /** Answers one call. */
    @FunctionalInterface
    public interface Handler {
        Answer answer(String operation, JsonNode request);
    }

    /** Status and body of an answer. */
    public record Answer(int status, ObjectNode body) {
        public Answer {
            requireNonNull(body, "body");
        }

        static Answer of(ObjectNode body) {
            return new Answer(200, body);
        }

        /**
         * A failure as the service writes it.
         *
         * @param code such as {@code EntityNotFoundException}
         */
        public static Answer failure(int status, String code, String message) {
            return new Answer(
                    status, JSON.createObjectNode().put("__type", code).put("Message", message));
        }
    }

    private record SchemaName(String registry, String schema) {}

    private record RegisteredSchema(
            SchemaName name, String dataFormat, String compatibility, List<Version> versions) {
        RegisteredSchema withCompatibility(String changed) {
            return new RegisteredSchema(name, dataFormat, changed, versions);
        }

        String arn() {
            return ARN + "schema/" + name.registry() + "/" + name.schema();
        }

        Optional<Version> byDefinition(String definition) {
            return versions.stream().filter(v -> v.definition().equals(definition)).findFirst();
        }

        /** Those that count for compatibility, oldest first. */
        List<Version> available() {
            return versions.stream().filter(v -> v.status().equals("AVAILABLE")).toList();
        }
    }

    private record Version(
            UUID id, RegisteredSchema schema, int number, String definition, String status) {}

    private RegistryEmulator(int port, UnaryOperator<Handler> around) throws IOException {
        this.handler = around.apply(this::answer);
        this.server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        this.executor =
                Executors.newFixedThreadPool(
                        4,
                        task -> {
                            Thread thread = new Thread(task, "registry-emulator");
                            thread.setDaemon(true);
                            return thread;
                        });
        server.createContext("/", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    /**
     * Starts one on loopback.
     *
     * @param port 0 for any that is free
     * @throws IOException if the port is taken
     */
    public static RegistryEmulator start(int port) throws IOException {
        return start(port, UnaryOperator.identity());
    }

    /**
     * Starts one whose calls go through another handler, which may fail them or change what it
     * gets.
     *
     * @param around the handler to ask, given the emulator's own
     * @throws IOException if the port is taken
     */
    public static RegistryEmulator start(int port, UnaryOperator<Handler> around)
            throws IOException {
        return new RegistryEmulator(port, around);
    }

    /** Where it listens: the endpoint for clients. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            Answer answer =
                    target == null
                            ? Answer.failure(
                                    400, "UnknownOperationException", "no X-Amz-Target header")
                            : handler.answer(target.substring(target.indexOf('.') + 1), request);
            byte[] bytes = JSON.writeValueAsBytes(answer.body());
            exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private synchronized Answer answer(String operation, JsonNode request) {
        return switch (operation) {
            case "CreateRegistry" -> createRegistry(request);
            case "GetRegistry" -> getRegistry(request);
            case "CreateSchema" -> createSchema(request);
            case "GetSchema" -> getSchema(request);
            case "UpdateSchema" -> updateSchema(request);
            case "DeleteSchema" -> deleteSchema(request);
            case "ListSchemas" -> listSchemas();
            case "RegisterSchemaVersion" -> registerSchemaVersion(request);
            case "GetSchemaVersion" -> getSchemaVersion(request);
            case "GetSchemaByDefinition" -> getSchemaByDefinition(request);
            case "ListSchemaVersions" -> listSchemaVersions(request);
            // The official library writes where a schema comes from; nobody reads it here.
            case "PutSchemaVersionMetadata" -> Answer.of(JSON.createObjectNode());
            default ->
                    Answer.failure(
                            400,
                            "UnknownOperationException",
                            operation + " is not emulated by the schema registry");
        };
    }

    private Answer createRegistry(JsonNode request) {
        String name = request.path("RegistryName").asText();
        if (name.isEmpty()) {
            return invalid("RegistryName is absent");
        }
        return registries.add(name)
                ? Answer.of(registry(name))
                : Answer.failure(400, "AlreadyExistsException", "Registry already exists.");
    }

    private Answer getRegistry(JsonNode request) {
        String name = request.path("RegistryId").path("RegistryName").asText();
        return registries.contains(name)
                ? Answer.of(registry(name).put("Status", "AVAILABLE"))
                : notFound("Registry is not found.");
    }

    private static ObjectNode registry(String name) {
        return JSON.createObjectNode()
                .put("RegistryName", name)
                .put("RegistryArn", ARN + "registry/" + name);
    }

    private Answer createSchema(JsonNode request) {
        String registry = request.path("RegistryId").path("RegistryName").asText(DEFAULT_REGISTRY);
        SchemaName name = new SchemaName(registry, request.path("SchemaName").asText());
        String format = request.path("DataFormat").asText();
        String compatibility = request.path("Compatibility").asText("BACKWARD");
        if (!registries.contains(registry)) {
            return notFound("Registry is not found.");
        }
        if (schemas.containsKey(name)) {
            return Answer.failure(400, "AlreadyExistsException", "Schema already exists.");
        }
        if (name.schema().isEmpty()
                || !FORMATS.contains(format)
                || !COMPATIBILITIES.contains(compatibility)) {
            return invalid(
                    "SchemaName is '%s', DataFormat '%s', Compatibility '%s'"
                            .formatted(name.schema(), format, compatibility));
        }
        RegisteredSchema schema =
                new RegisteredSchema(name, format, compatibility, new ArrayList<>());
        ObjectNode answer = schema(schema);
        String definition = request.path("SchemaDefinition").asText();
        if (!definition.isEmpty()) { // a schema may be made without a version
            String problem = problem(format, definition);
            if (problem != null) {
                return invalid(problem);
            }
            Version first = add(schema, definition, "AVAILABLE");
            answer.put("SchemaVersionId", first.id().toString())
                    .put("SchemaVersionStatus", first.status());
        }
        schemas.put(name, schema);
        return Answer.of(answer);
    }

    private Answer getSchema(JsonNode request) {
        RegisteredSchema schema = find(request);
        return schema == null ? schemaNotFound() : Answer.of(schema(schema));
    }

    private Answer updateSchema(JsonNode request) {
        RegisteredSchema schema = find(request);
        String compatibility = request.path("Compatibility").asText();
        if (schema == null) {
            return schemaNotFound();
        }
        if (!COMPATIBILITIES.contains(compatibility)) {
            return invalid("Compatibility is '%s'".formatted(compatibility));
        }
        schemas.put(schema.name(), schema.withCompatibility(compatibility));
        return Answer.of(JSON.createObjectNode().put("SchemaArn", schema.arn()));
    }

    private Answer deleteSchema(JsonNode request) {
        RegisteredSchema schema = find(request);
        if (schema == null) {
            return schemaNotFound();
        }
        schemas.remove(schema.name());
        versions.values().removeIf(version -> version.schema().name().equals(schema.name()));
        return Answer.of(
                JSON.createObjectNode().put("SchemaArn", schema.arn()).put("Status", "DELETING"));
    }

    private Answer listSchemas() {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("Schemas");
        schemas.values().forEach(schema -> list.add(schema(schema)));
        return Answer.of(answer);
    }

    private Answer registerSchemaVersion(JsonNode request) {
        RegisteredSchema schema = find(request);
        if (schema == null) {
            return schemaNotFound();
        }
        String definition = request.path("SchemaDefinition").asText();
        Optional<Version> known = schema.byDefinition(definition);
        if (known.isPresent()) {
            return Answer.of(version(known.get()));
        }
        String problem = problem(schema.dataFormat(), definition);
        if (problem != null) {
            return invalid(problem);
        }
        return Answer.of(
                version(
                        add(
                                schema,
                                definition,
                                isCompatible(schema, definition) ? "AVAILABLE" : "FAILURE")));
    }

    private Answer getSchemaVersion(JsonNode request) {
        Version version;
        if (request.has("SchemaVersionId")) {
            version = versions.get(uuid(request.path("SchemaVersionId").asText()));
        } else {
            RegisteredSchema schema = find(request);
            if (schema == null) {
                return schemaNotFound();
            }
            JsonNode number = request.path("SchemaVersionNumber");
            version =
                    schema.versions().stream()
                            .filter(
                                    v ->
                                            number.path("LatestVersion").asBoolean()
                                                    ? v.number() == schema.versions().size()
                                                    : v.number()
                                                            == number.path("VersionNumber").asInt())
                            .findFirst()
                            .orElse(null);
        }
        return version == null ? versionNotFound() : Answer.of(version(version));
    }

    private Answer getSchemaByDefinition(JsonNode request) {
        RegisteredSchema schema = find(request);
        return schema == null
                ? schemaNotFound()
                : schema.byDefinition(request.path("SchemaDefinition").asText())
                        .map(version -> Answer.of(version(version)))
                        .orElseGet(RegistryEmulator::versionNotFound);
    }

    private Answer listSchemaVersions(JsonNode request) {
        RegisteredSchema schema = find(request);
        if (schema == null) {
            return schemaNotFound();
        }
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode list = answer.putArray("Schemas");
        schema.versions().forEach(version -> list.add(version(version)));
        return Answer.of(answer);
    }

    private Version add(RegisteredSchema schema, String definition, String status) {
        UUID id =
                UUID.nameUUIDFromBytes(
                        String.join(
                                        "\n",
                                        schema.name().registry(),
                                        schema.name().schema(),
                                        definition)
                                .getBytes(StandardCharsets.UTF_8));
        Version version = new Version(id, schema, schema.versions().size() + 1, definition, status);
        schema.versions().add(version);
        versions.put(id, version);
        return version;
    }

    private @Nullable RegisteredSchema find(JsonNode request) {
        JsonNode id = request.path("SchemaId");
        String arn = id.path("SchemaArn").asText();
        if (!arn.isEmpty()) {
            return schemas.values().stream()
                    .filter(schema -> schema.arn().equals(arn))
                    .findFirst()
                    .orElse(null);
        }
        return schemas.get(
                new SchemaName(
                        id.path("RegistryName").asText(DEFAULT_REGISTRY),
                        id.path("SchemaName").asText()));
    }

    private static ObjectNode schema(RegisteredSchema schema) {
        return JSON.createObjectNode()
                .put("RegistryName", schema.name().registry())
                .put("SchemaName", schema.name().schema())
                .put("SchemaArn", schema.arn())
                .put("DataFormat", schema.dataFormat())
                .put("Compatibility", schema.compatibility())
                .put("SchemaStatus", "AVAILABLE")
                .put("LatestSchemaVersion", schema.versions().size())
                .put("NextSchemaVersion", schema.versions().size() + 1);
    }

    private static ObjectNode version(Version version) {
        return JSON.createObjectNode()
                .put("SchemaVersionId", version.id().toString())
                .put("SchemaDefinition", version.definition())
                .put("DataFormat", version.schema().dataFormat())
                .put("SchemaArn", version.schema().arn())
                .put("VersionNumber", version.number())
                .put("Status", version.status());
    }

    /** What is wrong with a definition; null for nothing. */
    private static @Nullable String problem(String format, String definition) {
        try {
            switch (format) {
                case "AVRO" -> new Schema.Parser().parse(definition);
                case "JSON" -> JSON.readTree(definition);
                default -> {}
            }
            return null;
        } catch (RuntimeException | IOException e) { // Avro throws more than it declares
            return "Schema definition of %s is invalid: %s".formatted(format, e.getMessage());
        }
    }

    private static boolean isCompatible(RegisteredSchema schema, String definition) {
        String compatibility = schema.compatibility();
        if (compatibility.equals("DISABLED")) {
            return false;
        }
        if (!schema.dataFormat().equals("AVRO") || compatibility.equals("NONE")) {
            return true;
        }
        Schema added = new Schema.Parser().parse(definition);
        List<Version> before = schema.available();
        if (!compatibility.endsWith("_ALL") && !before.isEmpty()) {
            before = before.subList(before.size() - 1, before.size());
        }
        boolean reads = !compatibility.startsWith("FORWARD");
        boolean isRead = !compatibility.startsWith("BACKWARD");
        return before.stream()
                .map(version -> new Schema.Parser().parse(version.definition()))
                .allMatch(
                        old -> (!reads || canRead(added, old)) && (!isRead || canRead(old, added)));
    }

    private static boolean canRead(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
                == SchemaCompatibilityType.COMPATIBLE;
    }

    private static @Nullable UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Answer schemaNotFound() {
        // The official library tells what to do next by these words.
        return notFound("Schema is not found.");
    }

    private static Answer versionNotFound() {
        return notFound("Schema version is not found.");
    }

    private static Answer notFound(String message) {
        return Answer.failure(400, "EntityNotFoundException", message);
    }

    private static Answer invalid(String message) {
        return Answer.failure(400, "InvalidInputException", message);
    }
}
