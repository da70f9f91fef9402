package io.trailwatch.connector.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.glue.GlueClient;

/** As much of the Glue Schema Registry as its clients ask for, over JSON 1.1 on loopback. */
final class FakeGlue implements AutoCloseable {
    static final AwsCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
    static final String REGISTRY = "trailwatch";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A failure in place of the next answer. */
    record Failure(int status, String code) {}

    final List<String> operations = new CopyOnWriteArrayList<>();
    final List<JsonNode> requests = new CopyOnWriteArrayList<>();
    final Queue<Failure> failures = new ArrayDeque<>();
    final Map<String, ObjectNode> versions = new LinkedHashMap<>();
    final Map<String, ObjectNode> schemas = new LinkedHashMap<>();
    // Status of each new version now, and after that many calls of GetSchemaVersion.
    String newStatus = "AVAILABLE";
    String laterStatus = "AVAILABLE";
    int callsUntilLater;
    private final HttpServer server;
    private final ExecutorService executor = Executors.newFixedThreadPool(4);

    FakeGlue() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    GlueClient client() {
        return new GlueConnection("eu-central-1", uri()).open(CREDENTIALS);
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    synchronized UUID add(String schema, String format, String status, String definition) {
        schemas.computeIfAbsent(
                schema,
                name ->
                        JSON.createObjectNode()
                                .put("SchemaName", name)
                                .put("RegistryName", REGISTRY)
                                .put("DataFormat", format)
                                .put("Compatibility", "BACKWARD"));
        UUID id = UUID.randomUUID();
        versions.put(
                id.toString(),
                JSON.createObjectNode()
                        .put("SchemaVersionId", id.toString())
                        .put("SchemaDefinition", definition)
                        .put("DataFormat", format)
                        .put(
                                "SchemaArn",
                                "arn:aws:glue:eu-central-1:111122223333:schema/"
                                        + REGISTRY
                                        + "/"
                                        + schema)
                        .put("VersionNumber", versions.size() + 1)
                        .put("Status", status));
        return id;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            answer(exchange, target.substring(target.indexOf('.') + 1), request);
        }
    }

    private synchronized void answer(HttpExchange exchange, String operation, JsonNode request)
            throws IOException {
        operations.add(operation);
        requests.add(request);
        Failure failure = failures.poll();
        if (failure != null) {
            fail(exchange, failure.status(), failure.code());
            return;
        }
        switch (operation) {
            case "GetSchemaVersion" -> {
                ObjectNode version = versions.get(request.path("SchemaVersionId").asText());
                if (version == null) {
                    fail(exchange, 400, "EntityNotFoundException");
                    return;
                }
                if (version.path("Status").asText().equals("PENDING") && --callsUntilLater <= 0) {
                    version.put("Status", laterStatus);
                }
                send(exchange, 200, version);
            }
            case "GetSchemaByDefinition" -> {
                ObjectNode version = find(request);
                if (version == null) {
                    // The official library tells what to do next by these words.
                    fail(
                            exchange,
                            400,
                            "EntityNotFoundException",
                            schemas.containsKey(schemaName(request))
                                    ? "Schema version is not found."
                                    : "Schema is not found.");
                    return;
                }
                send(exchange, 200, version);
            }
            case "GetSchema" -> {
                ObjectNode schema = schemas.get(schemaName(request));
                if (schema == null) {
                    fail(exchange, 400, "EntityNotFoundException");
                    return;
                }
                send(exchange, 200, schema);
            }
            case "CreateSchema" -> {
                String name = request.path("SchemaName").asText();
                if (!request.path("RegistryId").path("RegistryName").asText().equals(REGISTRY)) {
                    fail(exchange, 400, "EntityNotFoundException");
                    return;
                }
                if (schemas.containsKey(name)) {
                    fail(exchange, 400, "AlreadyExistsException");
                    return;
                }
                UUID id =
                        add(
                                name,
                                request.path("DataFormat").asText(),
                                newStatus,
                                request.path("SchemaDefinition").asText());
                send(
                        exchange,
                        200,
                        JSON.createObjectNode()
                                .put("SchemaName", name)
                                .put("Compatibility", request.path("Compatibility").asText())
                                .put("SchemaVersionId", id.toString())
                                .put("SchemaVersionStatus", newStatus));
            }
            case "RegisterSchemaVersion" -> {
                ObjectNode known = find(request);
                if (known == null) {
                    UUID id =
                            add(
                                    schemaName(request),
                                    "AVRO",
                                    newStatus,
                                    request.path("SchemaDefinition").asText());
                    known = versions.get(id.toString());
                }
                send(exchange, 200, known);
            }
            case "PutSchemaVersionMetadata" -> send(exchange, 200, JSON.createObjectNode());
            default -> fail(exchange, 400, "UnknownOperationException");
        }
    }

    private ObjectNode find(JsonNode request) {
        return versions.values().stream()
                .filter(v -> v.path("SchemaArn").asText().endsWith("/" + schemaName(request)))
                .filter(v -> v.path("SchemaDefinition").equals(request.path("SchemaDefinition")))
                .findFirst()
                .orElse(null);
    }

    private static String schemaName(JsonNode request) {
        return request.path("SchemaId").path("SchemaName").asText();
    }

    private static void fail(HttpExchange exchange, int status, String code) throws IOException {
        fail(exchange, status, code, "as told by the test");
    }

    private static void fail(HttpExchange exchange, int status, String code, String message)
            throws IOException {
        send(exchange, status, JSON.createObjectNode().put("__type", code).put("Message", message));
    }

    private static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
