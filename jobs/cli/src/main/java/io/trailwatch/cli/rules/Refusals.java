package io.trailwatch.cli.rules;

import io.trailwatch.cli.Console;
import io.trailwatch.cli.SafeText;
import io.trailwatch.core.detect.rule.LoadedRules;

/** Tells of refused rules beside the result, so that none is passed over in silence. */
final class Refusals {
    private Refusals() {}

    static void tell(Console console, LoadedRules loaded) {
        loaded.problems()
                .forEach(
                        problem ->
                                console.err()
                                        .println("refused: " + SafeText.of(problem.toString())));
    }
}
