package io.trailwatch.cli.schemas;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.connector.registry.RetryPolicy;
import io.trailwatch.connector.registry.SchemaRegistration;
import io.trailwatch.connector.registry.SchemaRegistrationException;
import io.trailwatch.connector.registry.SchemaRegistryException;
import io.trailwatch.event.EventSchemas;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.avro.Schema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.glue.GlueClient;

/** Registers every released version of our schemas. */
@Command(
        name = "register",
        description = {
            "Registers every released version of our Avro schemas, oldest first, with"
                    + " compatibility BACKWARD. What is there already stays as it is; doing it"
                    + " again changes nothing.",
            "",
            "Needs glue:GetSchemaByDefinition, GetSchema, GetSchemaVersion, CreateSchema and"
                    + " RegisterSchemaVersion.",
            "With --json: one object a version with schema, version, id."
        },
        footer = {
            "Examples:",
            "  ./trailwatch schemas register",
            "  ./trailwatch schemas register --registry trailwatch --create --region eu-central-1"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SchemasRegisterCommand extends TrailwatchCommand {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    @Mixin private RegistryOptions options;

    @Option(
            names = "--create",
            description =
                    "Make the registry when there is none of this name; needs glue:GetRegistry"
                            + " and glue:CreateRegistry.")
    private boolean create;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    private record Version(String schema, int number, UUID id) {}

    @Override
    public Integer call() {
        List<Version> registered = new ArrayList<>();
        try (GlueClient client = options.place().connection().open()) {
            SchemaRegistration registration =
                    new SchemaRegistration(client, RetryPolicy.DEFAULT, TIMEOUT);
            if (create) {
                registration.createRegistry(options.registry());
            }
            for (String schema : EventSchemas.names()) {
                int number = 0;
                for (String definition : EventSchemas.versions(schema)) {
                    number++;
                    registered.add(
                            new Version(
                                    schema,
                                    number,
                                    registration.register(
                                            options.registry(),
                                            schema,
                                            new Schema.Parser().parse(definition))));
                }
            }
        } catch (SchemaRegistrationException | SchemaRegistryException e) {
            throw CommandException.failure(String.valueOf(e.getMessage()), e);
        }
        print(registered);
        return Trailwatch.EXIT_OK;
    }

    private void print(List<Version> registered) {
        if (json) {
            for (Version version : registered) {
                jsonLines()
                        .object(
                                out -> {
                                    out.writeStringField("schema", version.schema());
                                    out.writeNumberField("version", version.number());
                                    out.writeStringField("id", version.id().toString());
                                });
            }
            return;
        }
        TextTable table = TextTable.of("SCHEMA", ">VERSION", "ID IN " + options.registry());
        registered.forEach(
                version ->
                        table.row(
                                version.schema(),
                                Integer.toString(version.number()),
                                version.id().toString()));
        table.print(console());
    }
}
