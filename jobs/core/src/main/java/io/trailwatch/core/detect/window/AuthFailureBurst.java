package io.trailwatch.core.detect.window;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.finding.Finding;
import io.trailwatch.finding.FindingIds;
import io.trailwatch.finding.Severity;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Many failures of one caller in a short time: failed console logins (password guessing, T1110), or
 * refused calls (somebody tries out what a credential may do, T1526 and T1580).
 *
 * <p>Refused calls count only together with variety: a role that lacks one grant repeats one call
 * for ever, an intruder goes through operations or, with one operation, through resources.
 */
public record AuthFailureBurst(Settings settings)
        implements WindowDetector<AuthFailure, AuthFailureBurst.State> {
    public static final String CONSOLE_LOGIN_RULE = "trailwatch-console-login-failures";
    public static final String DENIED_CALL_RULE = "trailwatch-denied-calls";
    static final String VERSION = "2026-11-21";

    /**
     * Most failures of one kind kept per key; older ones go first. At most 600 characters each
     * besides the event key.
     */
    static final int MAX_KEPT = 256;

    /**
     * What makes a burst.
     *
     * @param span event time over which failures count together
     * @param consoleLogins failed console logins that make a burst, 2 to 256
     * @param deniedCalls refused calls that make a burst, 2 to 256
     * @param distinctCalls different calls, by operation and request parameters, that must be among
     *     the refused ones, 1 to {@code deniedCalls}
     */
    public record Settings(Duration span, int consoleLogins, int deniedCalls, int distinctCalls)
            implements Serializable {
        public static final Settings DEFAULTS = new Settings(Duration.ofMinutes(5), 5, 10, 3);

        public Settings {
            Wording.requirePositive("span", span);
            Wording.requireWithin("consoleLogins", consoleLogins, 2, MAX_KEPT);
            Wording.requireWithin("deniedCalls", deniedCalls, 2, MAX_KEPT);
            Wording.requireWithin("distinctCalls", distinctCalls, 1, deniedCalls);
        }
    }

    /** A failure within the window. */
    public record Failure(long timeMillis, String eventKey, String operation, String call) {}

    /**
     * Failures of one kind within the window, oldest first.
     *
     * @param forgotten failures within the window, or once within it, that the cap pushed out
     */
    public record Burst(List<Failure> failures, long forgotten, Episode episode) {
        static final Burst NONE = new Burst(List.of(), 0, Episode.NONE);
    }

    /** Both bursts of one caller. */
    public record State(Burst consoleLogins, Burst deniedCalls) {
        static final State EMPTY = new State(Burst.NONE, Burst.NONE);
    }

    public AuthFailureBurst() {
        this(Settings.DEFAULTS);
    }

    @Override
    public Class<AuthFailure> featureType() {
        return AuthFailure.class;
    }

    @Override
    public Class<State> stateType() {
        return State.class;
    }

    @Override
    public Optional<AuthFailure> feature(DecodedEvent event) {
        return AuthFailure.of(event);
    }

    @Override
    public State empty() {
        return State.EMPTY;
    }

    @Override
    public Step<State> advance(State state, AuthFailure failure) {
        long since = failure.timeMillis() - settings.span().toMillis();
        Burst logins = prune(state.consoleLogins(), since);
        Burst denials = prune(state.deniedCalls(), since);
        boolean login = failure.kind() == AuthFailure.Kind.CONSOLE_LOGIN;
        Burst grown = add(login ? logins : denials, failure);

        List<Finding> findings = List.of();
        if (isBurst(failure.kind(), grown)) {
            boolean due = grown.episode().dueAt(failure.timeMillis(), settings.span());
            if (due) {
                findings = List.of(finding(failure, grown));
            }
            grown =
                    new Burst(
                            grown.failures(),
                            grown.forgotten(),
                            grown.episode().metAt(failure.timeMillis(), due));
        }
        return new Step<>(login ? new State(grown, denials) : new State(logins, grown), findings);
    }

    @Override
    public long expiresAt(State state) {
        return Math.max(expiresAt(state.consoleLogins()), expiresAt(state.deniedCalls()));
    }

    private long expiresAt(Burst burst) {
        List<Failure> failures = burst.failures();
        return failures.isEmpty()
                ? Long.MIN_VALUE
                : failures.get(failures.size() - 1).timeMillis() + settings.span().toMillis();
    }

    private static Burst prune(Burst burst, long since) {
        List<Failure> kept =
                burst.failures().stream().filter(f -> f.timeMillis() >= since).toList();
        return kept.isEmpty() ? Burst.NONE : new Burst(kept, burst.forgotten(), burst.episode());
    }

    private static Burst add(Burst burst, AuthFailure failure) {
        List<Failure> failures = new ArrayList<>(burst.failures());
        long forgotten = burst.forgotten();
        if (failures.size() == MAX_KEPT) {
            failures.remove(0);
            forgotten++;
        }
        failures.add(
                new Failure(
                        failure.timeMillis(),
                        failure.eventKey(),
                        failure.operation(),
                        failure.call()));
        return new Burst(failures, forgotten, burst.episode());
    }

    private boolean isBurst(AuthFailure.Kind kind, Burst burst) {
        int count = burst.failures().size();
        return switch (kind) {
            case CONSOLE_LOGIN -> count >= settings.consoleLogins();
            case DENIED_CALL ->
                    count >= settings.deniedCalls()
                            && burst.failures().stream().map(Failure::call).distinct().count()
                                    >= settings.distinctCalls();
        };
    }

    private Finding finding(AuthFailure last, Burst burst) {
        boolean login = last.kind() == AuthFailure.Kind.CONSOLE_LOGIN;
        String ruleId = login ? CONSOLE_LOGIN_RULE : DENIED_CALL_RULE;
        List<Failure> failures = burst.failures();
        Failure first = failures.get(0);
        return new Finding(
                FindingIds.ofWindow(ruleId, last.detectKey(), first.timeMillis(), first.eventKey()),
                Instant.ofEpochMilli(last.timeMillis()),
                ruleId,
                login ? "Burst of failed console logins" : "Burst of refused calls",
                VERSION,
                Wording.AUTHOR,
                Severity.MEDIUM,
                last.entityType(),
                last.detectKey(),
                last.account(),
                last.region(),
                login ? List.of("T1110") : List.of("T1526", "T1580"),
                Wording.evidence(failures.stream().map(Failure::eventKey).toList()),
                Instant.ofEpochMilli(first.timeMillis()),
                Instant.ofEpochMilli(last.timeMillis()),
                failures.size(),
                login ? loginMessage(last, burst) : denialMessage(last, burst));
    }

    private String loginMessage(AuthFailure last, Burst burst) {
        return "%s%d console logins failed within %s for %s%s"
                .formatted(
                        burst.forgotten() > 0 ? "At least " : "",
                        burst.failures().size(),
                        Wording.span(settings.span()),
                        last.detectKey(),
                        from(last));
    }

    private String denialMessage(AuthFailure last, Burst burst) {
        Set<String> operations = new LinkedHashSet<>();
        burst.failures().forEach(failure -> operations.add(failure.operation()));
        long calls = burst.failures().stream().map(Failure::call).distinct().count();
        return "%s%d calls (%d different, operations: %s) of %s were refused within %s%s"
                .formatted(
                        burst.forgotten() > 0 ? "At least " : "",
                        burst.failures().size(),
                        calls,
                        someOf(operations),
                        last.detectKey(),
                        Wording.span(settings.span()),
                        from(last));
    }

    private static String someOf(Set<String> operations) {
        String named = String.join(", ", operations.stream().limit(3).toList());
        return operations.size() <= 3
                ? named
                : "%s and %d more".formatted(named, operations.size() - 3);
    }

    private static String from(AuthFailure last) {
        String address = last.sourceAddress();
        return address == null || address.equals(last.detectKey()) ? "" : ", last from " + address;
    }
}
