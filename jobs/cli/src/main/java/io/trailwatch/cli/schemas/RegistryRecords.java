package io.trailwatch.cli.schemas;

import static java.util.Objects.requireNonNull;

import io.trailwatch.cli.CommandException;
import io.trailwatch.connector.registry.Compression;
import io.trailwatch.connector.registry.RegistryEncoder;
import io.trailwatch.connector.registry.RetryPolicy;
import io.trailwatch.connector.registry.SchemaRegistration;
import io.trailwatch.connector.registry.SchemaRegistrationException;
import io.trailwatch.connector.registry.SchemaRegistryException;
import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.AppEventAvro;
import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.unwrap.Pieces;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.core.unwrap.Unwrapper;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.Quarantined;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.services.glue.GlueClient;

/** Makes records as producers with the registry's serializers send them: one event each. */
public final class RegistryRecords {
    private static final String SCHEMA = "app_event";

    private final UUID version;
    private final Compression compression;
    private final Unwrapper unwrapper = new Unwrapper(UnwrapSettings.DEFAULT);
    private final Decoder decoder = new Decoder(DecodeLimits.DEFAULT);

    private RegistryRecords(UUID version, Compression compression) {
        this.version = requireNonNull(version, "version");
        this.compression = requireNonNull(compression, "compression");
    }

    /** One framed event. */
    public record Framed(String key, byte[] bytes) {}

    /**
     * Registers the schema of application events, if the registry does not have it.
     *
     * @throws CommandException if it cannot be registered
     */
    public static RegistryRecords register(
            RegistryPlace place, String registry, Compression compression) {
        try (GlueClient client = place.connection().open()) {
            UUID version =
                    new SchemaRegistration(client, RetryPolicy.DEFAULT, Duration.ofMinutes(1))
                            .register(registry, SCHEMA, AppEventAvro.SCHEMA);
            return new RegistryRecords(version, compression);
        } catch (SchemaRegistrationException | SchemaRegistryException e) {
            throw CommandException.failure(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The events of a file, framed; nothing if the file holds anything else than application events
     * of ours, or JSON with fields for which our schema has no place.
     */
    public Optional<List<Framed>> encode(byte[] file) {
        Events events = new Events();
        unwrapper.unwrap(RawRecord.of("file", "", "0", Instant.EPOCH, file), events);
        if (events.others || events.events.isEmpty()) {
            return Optional.empty();
        }
        List<Framed> framed = new ArrayList<>();
        for (LogEvent event : events.events) {
            List<AppEvent> decoded = new ArrayList<>();
            decoder.decode(event)
                    .route(
                            value -> {
                                if (value.body() instanceof AppEvent app && fits(app)) {
                                    decoded.add(app);
                                }
                            },
                            (reason, detail) -> {});
            if (decoded.isEmpty()) {
                return Optional.empty();
            }
            byte[] datum = AppEventAvro.singleObject(decoded.get(0));
            framed.add(
                    new Framed(
                            event.key(),
                            RegistryEncoder.frame(
                                    version,
                                    compression,
                                    Arrays.copyOfRange(
                                            datum, AppEventAvro.HEADER_BYTES, datum.length))));
        }
        return Optional.of(framed);
    }

    private static boolean fits(AppEvent app) {
        if (!app.schemaName().equals(AppEvent.OWN_SCHEMA)) {
            return false;
        }
        if (app.json() == null) {
            return true;
        }
        for (Iterator<String> fields = app.json().fieldNames(); fields.hasNext(); ) {
            if (AppEventAvro.SCHEMA.getField(fields.next()) == null) {
                return false;
            }
        }
        return true;
    }

    private static final class Events implements Pieces {
        private final List<LogEvent> events = new ArrayList<>();
        private boolean others;

        @Override
        public void event(LogEvent event) {
            others |= event.kind() != LogKind.APP_EVENT;
            events.add(event);
        }

        @Override
        public void control(Origin origin, String what) {
            others = true;
        }

        @Override
        public void reject(Quarantined rejected) {
            others = true;
        }
    }
}
