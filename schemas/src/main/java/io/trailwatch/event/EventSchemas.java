package io.trailwatch.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The Avro schemas of ours, as text: {@code src/main/avro/NAME.avsc}, and beside it each version
 * that was ever released, {@code versions/NAME-1.avsc} and so on. Each version reads what those
 * before it wrote.
 */
public final class EventSchemas {
    private EventSchemas() {}

    /** Names of the schemas, which they have in a registry too. */
    public static List<String> names() {
        return List.of("app_event");
    }

    /**
     * Released versions of a schema, oldest first; the last is the one in use.
     *
     * @throws IllegalArgumentException if there is no such schema
     */
    public static List<String> versions(String name) {
        List<String> versions = new ArrayList<>();
        Optional<String> next = read("versions/%s-1.avsc".formatted(name));
        while (next.isPresent()) {
            versions.add(next.get());
            next = read("versions/%s-%d.avsc".formatted(name, versions.size() + 1));
        }
        if (versions.isEmpty()) {
            throw new IllegalArgumentException(
                    "schema is '%s', must be one of %s".formatted(name, names()));
        }
        return List.copyOf(versions);
    }

    private static Optional<String> read(String resource) {
        try (InputStream source = EventSchemas.class.getResourceAsStream(resource)) {
            return source == null
                    ? Optional.empty()
                    : Optional.of(new String(source.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }
}
