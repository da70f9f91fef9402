package io.trailwatch.cli.backtest;

import static java.util.Objects.requireNonNull;

import io.trailwatch.finding.Finding;
import java.util.Locale;

/** A finding of the rules over history, beside what the warehouse holds. */
public record Compared(Finding finding, Outcome outcome) {
    /** Where the finding is. */
    public enum Outcome {
        /** Made now, and not in the warehouse. */
        NEW,
        /** Made now, and in the warehouse under the same id. */
        SAME,
        /** In the warehouse, and not made any more. */
        GONE;

        /** The word in JSON. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Compared {
        requireNonNull(finding, "finding");
        requireNonNull(outcome, "outcome");
    }
}
