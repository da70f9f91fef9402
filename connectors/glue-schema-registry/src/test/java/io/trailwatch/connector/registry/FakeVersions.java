package io.trailwatch.connector.registry;

import io.trailwatch.connector.registry.SchemaRegistryException.Kind;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.Schema;

/** A registry in memory whose next answers can be failures. */
final class FakeVersions implements SchemaVersions {
    final List<UUID> calls = new CopyOnWriteArrayList<>();
    private final Map<UUID, SchemaVersion> versions = new ConcurrentHashMap<>();
    private final Queue<Runnable> next = new ArrayDeque<>();
    private volatile Runnable always = () -> {};
    boolean closed;

    UUID add(Schema schema) {
        return add(DataFormat.AVRO, schema.toString());
    }

    UUID add(DataFormat format, String definition) {
        UUID id = UUID.randomUUID();
        put(id, format, SchemaVersionStatus.AVAILABLE, definition);
        return id;
    }

    void put(UUID id, DataFormat format, SchemaVersionStatus status, String definition) {
        versions.put(
                id, new SchemaVersion(id, "trailwatch", "app_event", format, status, definition));
    }

    void remove(UUID id) {
        versions.remove(id);
    }

    synchronized void failNext(int times, Kind kind) {
        for (int i = 0; i < times; i++) {
            next.add(
                    () -> {
                        throw new SchemaRegistryException(kind, "answered Throttling", null);
                    });
        }
    }

    /** Runs within each call, before it answers. */
    void during(Runnable action) {
        always = action;
    }

    void failAlways(Kind kind) {
        during(
                () -> {
                    throw new SchemaRegistryException(kind, "is out of reach", null);
                });
    }

    @Override
    public Optional<SchemaVersion> fetch(UUID versionId) {
        calls.add(versionId);
        Runnable before;
        synchronized (this) {
            before = next.isEmpty() ? always : next.remove();
        }
        before.run();
        return Optional.ofNullable(versions.get(versionId));
    }

    @Override
    public void close() {
        closed = true;
    }
}
