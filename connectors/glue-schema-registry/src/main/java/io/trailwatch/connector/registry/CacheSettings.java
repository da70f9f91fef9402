package io.trailwatch.connector.registry;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.time.Duration;

/**
 * How long answers of the registry are kept.
 *
 * @param maxVersions parsed versions kept; the least recently used goes first
 * @param maxRefusals ids kept that do not decode; apart from the versions, so that made-up ids in
 *     the stream cannot push out the good ones
 * @param timeToLive after which the registry is asked whether a version is still available; long,
 *     since definitions never change
 * @param refusalTimeToLive after which an id that did not decode is asked for again; short, since a
 *     version may be pending now and available soon
 * @param outagePause after which a registry that gave no answer is asked for the same id again
 */
public record CacheSettings(
        int maxVersions,
        int maxRefusals,
        Duration timeToLive,
        Duration refusalTimeToLive,
        Duration outagePause)
        implements Serializable {
    public static final CacheSettings DEFAULT =
            new CacheSettings(
                    200,
                    1_000,
                    Duration.ofHours(24),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(5));

    public CacheSettings {
        requirePositive("maxVersions", maxVersions);
        requirePositive("maxRefusals", maxRefusals);
        requirePositive("timeToLive", timeToLive);
        requirePositive("refusalTimeToLive", refusalTimeToLive);
        requirePositive("outagePause", outagePause);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "%s is %d, must be at least 1".formatted(name, value));
        }
    }

    private static void requirePositive(String name, Duration value) {
        requireNonNull(value, name);
        // Durations meet nanoTime; ten years fit it thirty times over.
        if (value.isNegative() || value.isZero() || value.toDays() > 3_650) {
            throw new IllegalArgumentException(
                    "%s is %s, must be more than 0 and at most 3650 days".formatted(name, value));
        }
    }
}
