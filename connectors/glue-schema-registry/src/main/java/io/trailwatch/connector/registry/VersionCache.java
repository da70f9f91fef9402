package io.trailwatch.connector.registry;

import io.trailwatch.connector.registry.Resolved.Unusable;
import io.trailwatch.connector.registry.Resolved.Usable;
import io.trailwatch.connector.registry.SchemaRegistryException.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parsed schema versions by id. Of the threads that want the same unknown id one asks the registry,
 * with retries, and the others wait for its answer; a version whose time is over is asked for by
 * one thread, once, while the others go on with it.
 *
 * <p>An outage costs its attempts and delays once, not once for each id: until the registry answers
 * again it is asked once in a pause, and unknown ids are refused in between.
 */
final class VersionCache {
    private static final Logger LOG = LoggerFactory.getLogger(VersionCache.class);

    private final SchemaVersions registry;
    private final Function<SchemaVersion, Resolved> parser;
    private final CacheSettings settings;
    private final RetryPolicy retry;
    private final Waiting waiting;

    private final Object lock = new Object();
    // All below are guarded by lock, which is never held during a call or a wait.
    private final Map<UUID, Kept<Usable>> versions;
    private final Map<UUID, Kept<Unusable>> refusals;
    private final Map<UUID, CompletableFuture<Answer>> inFlight = new HashMap<>();

    /** The last question had no answer, after all its attempts. */
    private boolean isDown;

    private long downUntilNanos;
    private long registryCalls;
    private long registryFailures;
    private long staleServed;

    /**
     * @param parser makes a usable or unusable thing of an available version; does not throw
     */
    VersionCache(
            SchemaVersions registry,
            Function<SchemaVersion, Resolved> parser,
            CacheSettings settings,
            RetryPolicy retry,
            Waiting waiting) {
        this.registry = registry;
        this.parser = parser;
        this.settings = settings;
        this.retry = retry;
        this.waiting = waiting;
        this.versions = leastRecentlyUsed(settings.maxVersions());
        this.refusals = leastRecentlyUsed(settings.maxRefusals());
    }

    /**
     * @throws InterruptedException if the thread was interrupted while it waited for the registry
     */
    Resolved resolve(UUID id) throws InterruptedException {
        while (true) {
            CompletableFuture<Answer> flight;
            Usable expired = null;
            boolean mine = false;
            synchronized (lock) {
                long now = waiting.nanoTime();
                Kept<Usable> version = versions.get(id);
                if (version != null && version.isFresh(now)) {
                    return version.value();
                }
                flight = inFlight.get(id);
                if (version != null) {
                    if (flight != null) {
                        staleServed++;
                        return version.value();
                    }
                    expired = version.value();
                } else {
                    Kept<Unusable> refusal = refusals.get(id);
                    if (refusal != null && refusal.isFresh(now)) {
                        return refusal.value();
                    }
                }
                if (flight == null && isDown && now - downUntilNanos < 0) {
                    if (expired != null) {
                        staleServed++;
                        return expired;
                    }
                    return new Unusable(
                            RejectionReason.REGISTRY_UNAVAILABLE,
                            "registry gave no answer before; schema version %s is not asked for within %s of that"
                                    .formatted(id, settings.outagePause()));
                }
                if (flight == null) {
                    flight = new CompletableFuture<>();
                    inFlight.put(id, flight);
                    mine = true;
                }
            }
            Answer answer = mine ? ask(id, expired, flight) : await(flight);
            if (answer.resolved() != null) {
                return answer.resolved();
            }
            // The thread that asked was stopped before it had an answer: the next one asks.
        }
    }

    CacheStatistics statistics() {
        synchronized (lock) {
            return new CacheStatistics(
                    registryCalls, registryFailures, staleServed, versions.size(), refusals.size());
        }
    }

    private Answer ask(UUID id, @Nullable Usable expired, CompletableFuture<Answer> flight)
            throws InterruptedException {
        Answer answer = Answer.NONE;
        try {
            answer = expired == null ? askWithRetries(id) : askAgain(id, expired);
            return answer;
        } finally {
            synchronized (lock) {
                keep(id, answer);
                inFlight.remove(id);
            }
            flight.complete(answer);
        }
    }

    private static Answer await(CompletableFuture<Answer> flight) throws InterruptedException {
        try {
            return flight.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("flights end with an answer", e);
        }
    }

    private Answer askWithRetries(UUID id) throws InterruptedException {
        int attempts;
        synchronized (lock) {
            attempts = isDown ? 1 : retry.maxAttempts();
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return answered(id, null, call(id));
            } catch (SchemaRegistryException e) {
                if (Thread.interrupted()) {
                    // What the client made of the interrupt is no answer of the registry.
                    throw new InterruptedException("interrupted while asking for " + id);
                }
                if (e.kind() == Kind.REFUSED) {
                    // Without the stack: made-up ids can cause one line each.
                    LOG.warn("No answer for schema version {}: {}", id, e.getMessage());
                    return new Answer(
                            new Unusable(
                                    RejectionReason.REGISTRY_REFUSED,
                                    "registry refuses to answer for schema version %s: %s"
                                            .formatted(id, e.getMessage())),
                            settings.refusalTimeToLive());
                }
                if (attempt == attempts) {
                    synchronized (lock) {
                        isDown = true;
                        downUntilNanos = waiting.nanoTime() + settings.outagePause().toNanos();
                    }
                    LOG.warn(
                            "No answer for schema version {} in {} attempts: {}",
                            id,
                            attempt,
                            e.getMessage());
                    return new Answer(
                            new Unusable(
                                    RejectionReason.REGISTRY_UNAVAILABLE,
                                    "no answer for schema version %s in %d attempts, the last: %s"
                                            .formatted(id, attempt, e.getMessage())),
                            settings.outagePause());
                }
                waiting.sleep(retry.delay(attempt - 1, waiting.random()));
            }
        }
    }

    /** One attempt: the expired version is at hand and most likely as good as ever. */
    private Answer askAgain(UUID id, Usable expired) throws InterruptedException {
        try {
            return answered(id, expired, call(id));
        } catch (SchemaRegistryException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while asking for " + id);
            }
            LOG.warn("Goes on with schema version {} without an answer: {}", id, e.getMessage());
            synchronized (lock) {
                staleServed++;
            }
            return new Answer(expired, settings.outagePause());
        }
    }

    private Optional<SchemaVersion> call(UUID id) {
        synchronized (lock) {
            registryCalls++;
        }
        try {
            Optional<SchemaVersion> answer = registry.fetch(id);
            synchronized (lock) {
                isDown = false;
            }
            return answer;
        } catch (SchemaRegistryException e) {
            synchronized (lock) {
                isDown &= e.kind() == Kind.UNAVAILABLE; // a refusal is an answer
                registryFailures++;
            }
            throw e;
        }
    }

    private Answer answered(UUID id, @Nullable Usable expired, Optional<SchemaVersion> found) {
        Resolved resolved;
        if (found.isEmpty()) {
            resolved =
                    new Unusable(
                            RejectionReason.UNKNOWN_VERSION,
                            "schema version %s is not known to the registry".formatted(id));
        } else if (found.get().status() != SchemaVersionStatus.AVAILABLE) {
            resolved =
                    new Unusable(
                            RejectionReason.VERSION_NOT_AVAILABLE,
                            "schema version %s of %s is %s, must be AVAILABLE"
                                    .formatted(id, found.get().schemaName(), found.get().status()));
        } else {
            // Definitions never change, so what was parsed once stays.
            resolved = expired != null ? expired : parser.apply(found.get());
        }
        return new Answer(
                resolved,
                resolved instanceof Usable ? settings.timeToLive() : settings.refusalTimeToLive());
    }

    private void keep(UUID id, Answer answer) {
        long until = waiting.nanoTime() + answer.timeToLive().toNanos();
        if (answer.resolved() instanceof Usable usable) {
            versions.put(id, new Kept<>(usable, until));
            refusals.remove(id);
        } else if (answer.resolved() instanceof Unusable unusable) {
            refusals.put(id, new Kept<>(unusable, until));
            versions.remove(id);
        }
    }

    private static <V> Map<UUID, V> leastRecentlyUsed(int max) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<UUID, V> eldest) {
                return size() > max;
            }
        };
    }

    private record Kept<T>(T value, long untilNanos) {
        boolean isFresh(long nowNanos) {
            return nowNanos - untilNanos < 0;
        }
    }

    /**
     * @param resolved null if the asking thread was stopped
     */
    private record Answer(@Nullable Resolved resolved, Duration timeToLive) {
        static final Answer NONE = new Answer(null, Duration.ZERO);
    }
}
