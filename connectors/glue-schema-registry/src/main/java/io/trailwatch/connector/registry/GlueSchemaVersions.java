package io.trailwatch.connector.registry;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.GetSchemaVersionRequest;
import software.amazon.awssdk.services.glue.model.GetSchemaVersionResponse;

/** {@link SchemaVersions} by the AWS SDK. Needs the permission {@code glue:GetSchemaVersion}. */
public final class GlueSchemaVersions implements SchemaVersions {
    private final GlueClient client;

    /**
     * @param client closed with this; should not retry by itself, as that of {@link GlueConnection}
     */
    public GlueSchemaVersions(GlueClient client) {
        this.client = requireNonNull(client, "client");
    }

    @Override
    public Optional<SchemaVersion> fetch(UUID versionId) {
        GetSchemaVersionResponse response;
        try {
            response =
                    client.getSchemaVersion(
                            GetSchemaVersionRequest.builder()
                                    .schemaVersionId(versionId.toString())
                                    .build());
        } catch (EntityNotFoundException e) {
            return Optional.empty();
        } catch (SdkException e) {
            throw GlueFailure.of("GetSchemaVersion", e);
        }
        String[] path = schemaPath(response.schemaArn());
        return Optional.of(
                new SchemaVersion(
                        versionId,
                        path[0],
                        path[1],
                        dataFormat(response.dataFormatAsString()),
                        status(response.statusAsString()),
                        response.schemaDefinition() == null ? "" : response.schemaDefinition()));
    }

    @Override
    public void close() {
        client.close();
    }

    /** Registry and schema of {@code arn:aws:glue:REGION:ACCOUNT:schema/REGISTRY/SCHEMA}. */
    private static String[] schemaPath(@Nullable String arn) {
        String[] parts = arn == null ? new String[0] : arn.split("/", 3);
        return parts.length == 3 ? new String[] {parts[1], parts[2]} : new String[] {"", ""};
    }

    static DataFormat dataFormat(@Nullable String name) {
        for (DataFormat format : DataFormat.values()) {
            if (format.name().equals(name)) {
                return format;
            }
        }
        return DataFormat.OTHER;
    }

    static SchemaVersionStatus status(@Nullable String name) {
        for (SchemaVersionStatus status : SchemaVersionStatus.values()) {
            if (status.name().equals(name)) {
                return status;
            }
        }
        return SchemaVersionStatus.OTHER;
    }
}
