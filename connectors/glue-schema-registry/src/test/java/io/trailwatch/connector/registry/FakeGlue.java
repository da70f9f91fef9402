package io.trailwatch.connector.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.connector.registry.local.RegistryEmulator;
import io.trailwatch.connector.registry.local.RegistryEmulator.Answer;
import io.trailwatch.connector.registry.local.RegistryEmulator.Handler;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.Compatibility;
import software.amazon.awssdk.services.glue.model.CreateSchemaResponse;

/** The emulator, as a test wants it: it is watched, fails, and answers what it would not. */
final class FakeGlue implements AutoCloseable {
    static final AwsCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
    static final String REGISTRY = RegistryEmulator.REGISTRY;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A failure in place of the next answer. */
    record Failure(int status, String code) {}

    final List<String> operations = new CopyOnWriteArrayList<>();
    final List<JsonNode> requests = new CopyOnWriteArrayList<>();
    final Queue<Failure> failures = new ConcurrentLinkedQueue<>();

    /** Ids of all versions that were registered here. */
    final Set<String> versions = new LinkedHashSet<>();

    // Status of each new version now, and after that many calls of GetSchemaVersion.
    String newStatus = "AVAILABLE";
    String laterStatus = "AVAILABLE";
    int callsUntilLater;

    private final Map<String, ObjectNode> overrides = new HashMap<>();
    private final RegistryEmulator emulator;

    FakeGlue() throws IOException {
        emulator = RegistryEmulator.start(0, real -> new Scripted(real)::answer);
    }

    URI uri() {
        return emulator.url();
    }

    GlueClient client() {
        return new GlueConnection("eu-central-1", uri()).open(CREDENTIALS);
    }

    @Override
    public void close() {
        emulator.close();
    }

    /** Registers a version, the first of its schema, and leaves no trace of the calls. */
    UUID add(String schema, String format, String definition) {
        try (GlueClient client = client()) {
            CreateSchemaResponse created =
                    client.createSchema(
                            request ->
                                    request.registryId(id -> id.registryName(REGISTRY))
                                            .schemaName(schema)
                                            .dataFormat(format)
                                            .compatibility(Compatibility.BACKWARD)
                                            .schemaDefinition(definition));
            operations.clear();
            requests.clear();
            return UUID.fromString(created.schemaVersionId());
        }
    }

    /** What GetSchemaVersion answers in the place of some fields; null for an absent one. */
    void override(UUID version, String field, @Nullable String value) {
        overrides
                .computeIfAbsent(version.toString(), id -> JSON.createObjectNode())
                .put(field, value);
    }

    void changeCompatibility(String schema, String compatibility) {
        try (GlueClient client = client()) {
            client.updateSchema(
                    request ->
                            request.schemaId(id -> id.registryName(REGISTRY).schemaName(schema))
                                    .compatibility(compatibility));
        }
    }

    /** What the registry answers for a version. */
    JsonNode version(UUID id) {
        try (GlueClient client = client()) {
            var answer = client.getSchemaVersion(r -> r.schemaVersionId(id.toString()));
            return JSON.createObjectNode()
                    .put("SchemaDefinition", answer.schemaDefinition())
                    .put("Status", answer.statusAsString());
        }
    }

    private final class Scripted {
        private final Handler real;

        Scripted(Handler real) {
            this.real = real;
        }

        synchronized Answer answer(String operation, JsonNode request) {
            operations.add(operation);
            requests.add(request);
            Failure failure = failures.poll();
            if (failure != null) {
                return Answer.failure(failure.status(), failure.code(), "as told by the test");
            }
            Answer answer = real.answer(operation, request);
            ObjectNode body = answer.body();
            String id = body.path("SchemaVersionId").asText();
            if (id.isEmpty()) {
                return answer;
            }
            boolean isNew = versions.add(id);
            if (isNew && !newStatus.equals("AVAILABLE")) {
                override(UUID.fromString(id), "Status", newStatus);
            }
            ObjectNode changes = overrides.getOrDefault(id, JSON.createObjectNode());
            if (operation.equals("GetSchemaVersion")
                    && changes.path("Status").asText().equals("PENDING")
                    && --callsUntilLater <= 0) {
                changes.put("Status", laterStatus);
            }
            changes.properties()
                    .forEach(
                            field -> {
                                if (field.getValue().isNull()) {
                                    body.remove(field.getKey());
                                } else {
                                    body.set(field.getKey(), field.getValue());
                                }
                            });
            if (body.has("SchemaVersionStatus") && body.has("Status")) {
                body.set("SchemaVersionStatus", body.get("Status"));
            }
            return answer;
        }
    }
}
