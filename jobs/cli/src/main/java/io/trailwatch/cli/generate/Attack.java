package io.trailwatch.cli.generate;

import java.time.LocalTime;
import java.util.List;
import java.util.function.Consumer;

/**
 * An attack that can be planted.
 *
 * @param id of its label
 * @param begins time of day, UTC, at which it starts, give or take some minutes
 * @param story plays it
 */
record Attack(
        String id,
        String name,
        LocalTime begins,
        List<String> techniques,
        String expectedRuleHint,
        Consumer<Script> story) {}
