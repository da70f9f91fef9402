package io.trailwatch.core.detect.rule;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator decided of rules, in a document {@code trailwatch:} beside them.
 *
 * @param rules ids of rules and correlations; empty for all
 * @param accounts account ids it holds for; empty for all
 * @param mode what becomes of their matches
 * @param reason why, for people
 * @param expires instant from which, by the time of the event, it no longer holds; null for never
 */
public record RuleSetting(
        List<String> rules,
        List<String> accounts,
        Mode mode,
        String reason,
        @Nullable Instant expires)
        implements Serializable {
    /** What becomes of a rule's matches; the later constant wins where several settings hold. */
    public enum Mode {
        /** Findings are written and sent. */
        ENABLED,
        /** Findings go to the table of dry runs alone; nothing is sent. */
        DRY_RUN,
        /** There are none. */
        DISABLED
    }

    public RuleSetting {
        requireNonNull(mode, "mode");
        requireNonNull(reason, "reason");
        rules = List.copyOf(rules);
        accounts = List.copyOf(accounts);
    }
}
