package io.trailwatch.connector.registry;

import static java.util.Objects.requireNonNull;

import io.trailwatch.connector.registry.SchemaRegistryException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.Compatibility;
import software.amazon.awssdk.services.glue.model.CreateSchemaResponse;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.GetSchemaByDefinitionResponse;
import software.amazon.awssdk.services.glue.model.GetSchemaResponse;
import software.amazon.awssdk.services.glue.model.GetSchemaVersionResponse;
import software.amazon.awssdk.services.glue.model.RegisterSchemaVersionResponse;
import software.amazon.awssdk.services.glue.model.SchemaId;
import software.amazon.awssdk.services.glue.model.SchemaVersionListItem;

/**
 * Registers Avro schemas. Registering the same definition again changes nothing and returns the
 * same id, also when several processes do it at once.
 *
 * <p>Needs the permissions {@code glue:GetSchemaByDefinition}, {@code GetSchema}, {@code
 * GetSchemaVersion}, {@code CreateSchema} and {@code RegisterSchemaVersion}. The registry itself
 * has to exist.
 */
public final class SchemaRegistration {
    /** All that forbid a version which cannot read what the version before it wrote. */
    private static final Set<Compatibility> BACKWARD =
            EnumSet.of(
                    Compatibility.BACKWARD,
                    Compatibility.BACKWARD_ALL,
                    Compatibility.FULL,
                    Compatibility.FULL_ALL);

    private final GlueClient client;
    private final RetryPolicy retry;
    private final Duration timeout;
    private final Waiting waiting;

    /**
     * @param client stays open
     * @param retry for each call; its delays also pace the wait for a pending version
     * @param timeout how long to wait for a pending version
     */
    public SchemaRegistration(GlueClient client, RetryPolicy retry, Duration timeout) {
        this(client, retry, timeout, Waiting.SYSTEM);
    }

    SchemaRegistration(GlueClient client, RetryPolicy retry, Duration timeout, Waiting waiting) {
        this.client = requireNonNull(client, "client");
        this.retry = requireNonNull(retry, "retry");
        this.timeout = requireNonNull(timeout, "timeout");
        this.waiting = waiting;
    }

    /**
     * Finds the version that has this definition, or registers it; creates the schema, with
     * compatibility BACKWARD, if there is none. Returns when the version is available.
     *
     * @return id of the version
     * @throws SchemaRegistrationException if the registry finds the definition incompatible, the
     *     schema that exists is not Avro or may change incompatibly, the version is not available
     *     in time, or the thread is interrupted
     * @throws SchemaRegistryException if the registry gives no answer
     */
    public UUID register(String registryName, String schemaName, Schema schema) {
        Target target = new Target(registryName, schemaName, schema.toString());
        Version version =
                byDefinition(target).or(() -> create(target)).orElseGet(() -> addVersion(target));
        return awaitAvailable(target, version);
    }

    /**
     * Makes the registry if there is none of this name. Needs {@code glue:GetRegistry} and {@code
     * glue:CreateRegistry}.
     *
     * @return whether it was made
     * @throws SchemaRegistryException if the registry gives no answer
     */
    public boolean createRegistry(String registryName) {
        return call(
                "CreateRegistry",
                () -> {
                    try {
                        client.getRegistry(
                                request -> request.registryId(id -> id.registryName(registryName)));
                        return false;
                    } catch (EntityNotFoundException e) {
                        client.createRegistry(request -> request.registryName(registryName));
                        return true;
                    }
                });
    }

    /**
     * A schema as the registry has it.
     *
     * @param compatibility as the registry names it, such as {@code BACKWARD}
     * @param versions oldest first
     */
    public record Registered(
            DataFormat dataFormat, String compatibility, List<SchemaVersion> versions) {
        public Registered {
            requireNonNull(dataFormat, "dataFormat");
            requireNonNull(compatibility, "compatibility");
            versions = List.copyOf(versions);
        }

        /** Whether it forbids versions that cannot read what the one before them wrote. */
        public boolean isBackwardCompatible() {
            return BACKWARD.contains(Compatibility.fromValue(compatibility));
        }
    }

    /**
     * What the registry has of a schema. Needs {@code glue:GetSchema}, {@code
     * glue:ListSchemaVersions} and {@code glue:GetSchemaVersion}.
     *
     * @return empty if it has none of this name
     * @throws SchemaRegistryException if the registry gives no answer
     */
    public Optional<Registered> find(String registryName, String schemaName) {
        SchemaId id = SchemaId.builder().registryName(registryName).schemaName(schemaName).build();
        Optional<GetSchemaResponse> schema =
                call(
                        "GetSchema",
                        () -> {
                            try {
                                return Optional.of(client.getSchema(r -> r.schemaId(id)));
                            } catch (EntityNotFoundException e) {
                                return Optional.empty();
                            }
                        });
        if (schema.isEmpty()) {
            return Optional.empty();
        }
        List<SchemaVersionListItem> items =
                call(
                        "ListSchemaVersions",
                        () ->
                                client.listSchemaVersionsPaginator(r -> r.schemaId(id)).stream()
                                        .flatMap(page -> page.schemas().stream())
                                        .sorted(
                                                Comparator.comparing(
                                                        SchemaVersionListItem::versionNumber))
                                        .toList());
        // Its versions stay open with the client.
        GlueSchemaVersions versions = new GlueSchemaVersions(client);
        List<SchemaVersion> found = new ArrayList<>();
        for (SchemaVersionListItem item : items) {
            UUID versionId = UUID.fromString(item.schemaVersionId());
            retried(() -> versions.fetch(versionId)).ifPresent(found::add);
        }
        return Optional.of(
                new Registered(
                        GlueSchemaVersions.dataFormat(schema.get().dataFormatAsString()),
                        schema.get().compatibilityAsString(),
                        found));
    }

    private Optional<Version> byDefinition(Target target) {
        return call(
                "GetSchemaByDefinition",
                () -> {
                    try {
                        GetSchemaByDefinitionResponse found =
                                client.getSchemaByDefinition(
                                        request ->
                                                request.schemaId(target.id())
                                                        .schemaDefinition(target.definition()));
                        return Optional.of(
                                version(found.schemaVersionId(), found.statusAsString()));
                    } catch (EntityNotFoundException e) {
                        return Optional.empty();
                    }
                });
    }

    /** Empty if the schema exists. */
    private Optional<Version> create(Target target) {
        return call(
                "CreateSchema",
                () -> {
                    try {
                        CreateSchemaResponse created =
                                client.createSchema(
                                        request ->
                                                request.registryId(
                                                                id ->
                                                                        id.registryName(
                                                                                target.registry()))
                                                        .schemaName(target.schema())
                                                        .dataFormat(
                                                                software.amazon.awssdk.services.glue
                                                                        .model.DataFormat.AVRO)
                                                        .compatibility(Compatibility.BACKWARD)
                                                        .schemaDefinition(target.definition()));
                        return Optional.of(
                                version(
                                        created.schemaVersionId(),
                                        created.schemaVersionStatusAsString()));
                    } catch (AlreadyExistsException e) {
                        return Optional.empty();
                    } catch (EntityNotFoundException e) {
                        throw target.failure("the registry does not exist", e);
                    }
                });
    }

    private Version addVersion(Target target) {
        GetSchemaResponse existing =
                call("GetSchema", () -> client.getSchema(request -> request.schemaId(target.id())));
        if (existing.dataFormat() != software.amazon.awssdk.services.glue.model.DataFormat.AVRO) {
            throw target.failure(
                    "the schema exists with data format %s, must be AVRO"
                            .formatted(existing.dataFormatAsString()),
                    null);
        }
        if (!BACKWARD.contains(existing.compatibility())) {
            throw target.failure(
                    "the schema exists with compatibility %s, must be one of %s"
                            .formatted(existing.compatibilityAsString(), BACKWARD),
                    null);
        }
        return call(
                "RegisterSchemaVersion",
                () -> {
                    RegisterSchemaVersionResponse registered =
                            client.registerSchemaVersion(
                                    request ->
                                            request.schemaId(target.id())
                                                    .schemaDefinition(target.definition()));
                    return version(registered.schemaVersionId(), registered.statusAsString());
                });
    }

    private UUID awaitAvailable(Target target, Version version) {
        long begin = waiting.nanoTime();
        SchemaVersionStatus status = version.status();
        for (int poll = 0; status == SchemaVersionStatus.PENDING; poll++) {
            if (waiting.nanoTime() - begin >= timeout.toNanos()) {
                throw target.failure(
                        "version %s is still PENDING after %s".formatted(version.id(), timeout),
                        null);
            }
            sleep(retry.delay(poll, waiting.random()));
            status =
                    call(
                            "GetSchemaVersion",
                            () -> {
                                GetSchemaVersionResponse now =
                                        client.getSchemaVersion(
                                                request ->
                                                        request.schemaVersionId(
                                                                version.id().toString()));
                                return GlueSchemaVersions.status(now.statusAsString());
                            });
        }
        if (status == SchemaVersionStatus.FAILURE) {
            throw target.failure(
                    "version %s failed the compatibility check".formatted(version.id()), null);
        }
        if (status != SchemaVersionStatus.AVAILABLE) {
            throw target.failure(
                    "version %s is %s, must be AVAILABLE".formatted(version.id(), status), null);
        }
        return version.id();
    }

    private <T> T call(String operation, Supplier<T> call) {
        return retried(
                () -> {
                    try {
                        return call.get();
                    } catch (SdkException e) {
                        throw GlueFailure.of(operation, e);
                    }
                });
    }

    private <T> T retried(Supplier<T> call) {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.get();
            } catch (SchemaRegistryException failure) {
                if (failure.kind() == Kind.REFUSED || attempt == retry.maxAttempts()) {
                    throw failure;
                }
                sleep(retry.delay(attempt - 1, waiting.random()));
            }
        }
    }

    private void sleep(Duration duration) {
        try {
            waiting.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SchemaRegistrationException("interrupted while registering a schema", e);
        }
    }

    private static Version version(String id, String status) {
        return new Version(UUID.fromString(id), GlueSchemaVersions.status(status));
    }

    private record Version(UUID id, SchemaVersionStatus status) {}

    private record Target(String registry, String schema, String definition) {
        SchemaId id() {
            return SchemaId.builder().registryName(registry).schemaName(schema).build();
        }

        SchemaRegistrationException failure(String why, @Nullable Throwable cause) {
            return new SchemaRegistrationException(
                    "schema %s of registry %s is not registered: %s"
                            .formatted(schema, registry, why),
                    cause);
        }
    }
}
