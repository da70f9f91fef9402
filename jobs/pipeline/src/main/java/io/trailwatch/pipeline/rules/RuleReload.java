package io.trailwatch.pipeline.rules;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;

/**
 * How rules change while the job runs.
 *
 * @param location of the folder
 * @param interval from the end of one look at the folder to the next
 * @param pack whether our own rules belong to those of the folder
 * @param startVersion version of the rules that the job starts with
 * @param startTexts texts of the folder that the job starts with
 */
public record RuleReload(
        RuleLocation location,
        Duration interval,
        boolean pack,
        String startVersion,
        Map<String, String> startTexts)
        implements Serializable {
    public RuleReload {
        requireNonNull(location, "location");
        requireNonNull(startVersion, "startVersion");
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException(
                    "interval is %s, must be longer than zero".formatted(interval));
        }
        startTexts = Map.copyOf(startTexts);
    }

    /** The rules before the first look at the folder. */
    public RuleUpdate start() {
        return new RuleUpdate(startVersion, startTexts);
    }
}
