package io.trailwatch.cli.schemas;

import io.trailwatch.cli.CommandException;
import io.trailwatch.cli.TextTable;
import io.trailwatch.cli.Trailwatch;
import io.trailwatch.cli.TrailwatchCommand;
import io.trailwatch.connector.registry.DataFormat;
import io.trailwatch.connector.registry.RetryPolicy;
import io.trailwatch.connector.registry.SchemaRegistration;
import io.trailwatch.connector.registry.SchemaRegistration.Registered;
import io.trailwatch.connector.registry.SchemaRegistryException;
import io.trailwatch.connector.registry.SchemaVersion;
import io.trailwatch.connector.registry.SchemaVersionStatus;
import io.trailwatch.event.EventSchemas;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.glue.GlueClient;

/** Compares our schemas with what a registry has. */
@Command(
        name = "check",
        description = {
            "Compares our Avro schemas with a registry, and changes nothing: whether it has every"
                    + " released version, whether we can read every version it has, and whether"
                    + " it forbids versions that break this.",
            "",
            "Needs glue:GetSchema, ListSchemaVersions and GetSchemaVersion.",
            "With --json: one object a finding with schema, version, id, verdict, ok.",
            "Exit status 1 when something is not as it should be."
        },
        footer = {
            "Examples:",
            "  ./trailwatch schemas check",
            "  ./trailwatch schemas check --registry trailwatch --region eu-central-1 --json"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SchemasCheckCommand extends TrailwatchCommand {
    @Mixin private RegistryOptions options;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    /**
     * One line of the answer.
     *
     * @param version ours, or as the registry counts them; empty for the schema as a whole
     */
    private record Verdict(String schema, String version, String id, String text, boolean ok) {}

    @Override
    public Integer call() {
        List<Verdict> verdicts = new ArrayList<>();
        try (GlueClient client = options.place().connection().open()) {
            SchemaRegistration registration =
                    new SchemaRegistration(client, RetryPolicy.DEFAULT, Duration.ofMinutes(1));
            for (String schema : EventSchemas.names()) {
                Optional<Registered> found = registration.find(options.registry(), schema);
                if (found.isEmpty()) {
                    verdicts.add(
                            new Verdict(
                                    schema,
                                    "",
                                    "",
                                    "not in registry %s; 'schemas register' adds it"
                                            .formatted(options.registry()),
                                    false));
                } else {
                    check(schema, found.get(), verdicts);
                }
            }
        } catch (SchemaRegistryException e) {
            throw CommandException.failure(String.valueOf(e.getMessage()), e);
        }
        print(verdicts);
        return verdicts.stream().allMatch(Verdict::ok)
                ? Trailwatch.EXIT_OK
                : Trailwatch.EXIT_FAILED;
    }

    private static void check(String name, Registered registered, List<Verdict> verdicts) {
        if (registered.dataFormat() != DataFormat.AVRO) {
            verdicts.add(
                    new Verdict(
                            name,
                            "",
                            "",
                            "data format is %s, must be AVRO".formatted(registered.dataFormat()),
                            false));
            return;
        }
        verdicts.add(
                new Verdict(
                        name,
                        "",
                        "",
                        "compatibility " + registered.compatibility(),
                        registered.isBackwardCompatible()));
        List<Schema> ours =
                EventSchemas.versions(name).stream()
                        .map(definition -> new Schema.Parser().parse(definition))
                        .toList();
        Schema present = ours.get(ours.size() - 1);
        for (int i = 0; i < ours.size(); i++) {
            String definition = ours.get(i).toString();
            Optional<SchemaVersion> same =
                    registered.versions().stream()
                            .filter(version -> version.definition().equals(definition))
                            .findFirst();
            verdicts.add(
                    new Verdict(
                            name,
                            Integer.toString(i + 1),
                            same.map(version -> version.id().toString()).orElse(""),
                            same.map(version -> version.status().toString())
                                    .orElse("not registered; 'schemas register' adds it"),
                            same.map(SchemaVersion::status)
                                    .equals(Optional.of(SchemaVersionStatus.AVAILABLE))));
        }
        for (SchemaVersion foreign : registered.versions()) {
            if (foreign.status() == SchemaVersionStatus.AVAILABLE
                    && ours.stream()
                            .noneMatch(own -> own.toString().equals(foreign.definition()))) {
                boolean readable = canRead(present, foreign.definition());
                verdicts.add(
                        new Verdict(
                                name,
                                "none of ours",
                                foreign.id().toString(),
                                readable ? "readable" : "what it writes cannot be read",
                                readable));
            }
        }
    }

    private static boolean canRead(Schema reader, String writer) {
        try {
            return SchemaCompatibility.checkReaderWriterCompatibility(
                                    reader, new Schema.Parser().parse(writer))
                            .getType()
                    == SchemaCompatibilityType.COMPATIBLE;
        } catch (AvroRuntimeException e) {
            return false;
        }
    }

    private void print(List<Verdict> verdicts) {
        if (json) {
            for (Verdict verdict : verdicts) {
                jsonLines()
                        .object(
                                out -> {
                                    out.writeStringField("schema", verdict.schema());
                                    out.writeStringField("version", verdict.version());
                                    out.writeStringField("id", verdict.id());
                                    out.writeStringField("verdict", verdict.text());
                                    out.writeBooleanField("ok", verdict.ok());
                                });
            }
            return;
        }
        TextTable table = TextTable.of("SCHEMA", "VERSION", "ID", "OK", "VERDICT");
        verdicts.forEach(
                verdict ->
                        table.row(
                                verdict.schema(),
                                verdict.version(),
                                verdict.id(),
                                verdict.ok() ? "yes" : "no",
                                verdict.text()));
        table.print(console());
    }
}
