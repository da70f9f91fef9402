package io.trailwatch.core.detect.window;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.finding.Finding;
import io.trailwatch.finding.FindingIds;
import io.trailwatch.finding.Severity;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One source that fails to sign in as many users and then gets in as one, T1110.004.
 *
 * <p>A user who gets in is no longer counted among the failed: behind the one address of an office
 * many people mistype a password and then get in, a list of stolen passwords mostly fails for good.
 * Every user who gets in is an episode of its own.
 */
public record CredentialStuffing(Settings settings)
        implements WindowDetector<SignIn, CredentialStuffing.State> {
    public static final String RULE = "trailwatch-credential-stuffing";
    static final String VERSION = "2026-11-21";

    /**
     * Most failed users kept per source; the one not tried for longest goes first. At most 256
     * characters each besides the event key.
     */
    static final int MAX_KEPT = 256;

    /** Most users kept per source who got in and were reported; further ones wait for a place. */
    static final int MAX_REPORTED = 32;

    /**
     * What makes a finding.
     *
     * @param span event time within which the failures and the success lie
     * @param failedUsers different users who failed and did not get in, 2 to 256
     */
    public record Settings(Duration span, int failedUsers) implements Serializable {
        public static final Settings DEFAULTS = new Settings(Duration.ofMinutes(10), 10);

        public Settings {
            Wording.requirePositive("span", span);
            Wording.requireWithin("failedUsers", failedUsers, 2, MAX_KEPT);
        }
    }

    /** The latest failure of a user within the window. */
    public record FailedUser(String user, long timeMillis, String eventKey) {}

    /** A user who got in after the others failed. */
    public record Entry(String user, Episode episode) {}

    /**
     * Sign-ins from one source.
     *
     * @param failed one per user, the one not tried for longest first
     * @param forgotten failed users that the cap pushed out since none were kept
     * @param entries users reported, the one who got in longest ago first
     */
    public record State(List<FailedUser> failed, long forgotten, List<Entry> entries) {
        static final State EMPTY = new State(List.of(), 0, List.of());
    }

    public CredentialStuffing() {
        this(Settings.DEFAULTS);
    }

    @Override
    public Class<SignIn> featureType() {
        return SignIn.class;
    }

    @Override
    public Class<State> stateType() {
        return State.class;
    }

    @Override
    public Optional<SignIn> feature(DecodedEvent event) {
        return SignIn.of(event);
    }

    @Override
    public State empty() {
        return State.EMPTY;
    }

    @Override
    public Step<State> advance(State state, SignIn signIn) {
        State now = prune(state, signIn.timeMillis() - settings.span().toMillis());
        List<FailedUser> failed =
                new ArrayList<>(
                        now.failed().stream()
                                .filter(other -> !other.user().equals(signIn.user()))
                                .toList());
        return signIn.success() ? entered(now, failed, signIn) : refused(now, failed, signIn);
    }

    private static Step<State> refused(State now, List<FailedUser> failed, SignIn signIn) {
        long forgotten = now.forgotten();
        if (failed.size() == MAX_KEPT) {
            failed.remove(0);
            forgotten++;
        }
        failed.add(new FailedUser(signIn.user(), signIn.timeMillis(), signIn.eventKey()));
        return new Step<>(new State(failed, forgotten, now.entries()), List.of());
    }

    private Step<State> entered(State now, List<FailedUser> failed, SignIn signIn) {
        if (failed.size() < settings.failedUsers()) {
            return new Step<>(new State(failed, now.forgotten(), now.entries()), List.of());
        }
        Episode episode = Episode.NONE;
        List<Entry> entries = new ArrayList<>();
        for (Entry entry : now.entries()) {
            if (entry.user().equals(signIn.user())) {
                episode = entry.episode();
            } else {
                entries.add(entry);
            }
        }
        if (entries.size() == MAX_REPORTED) {
            return new Step<>(new State(failed, now.forgotten(), now.entries()), List.of());
        }
        boolean due = episode.dueAt(signIn.timeMillis(), settings.span());
        entries.add(new Entry(signIn.user(), episode.metAt(signIn.timeMillis(), due)));
        boolean full = entries.size() == MAX_REPORTED;
        return new Step<>(
                new State(failed, now.forgotten(), entries),
                due ? List.of(finding(signIn, failed, now.forgotten(), full)) : List.of());
    }

    @Override
    public long expiresAt(State state) {
        long last = Long.MIN_VALUE;
        for (FailedUser user : state.failed()) {
            last = Math.max(last, user.timeMillis());
        }
        for (Entry entry : state.entries()) {
            last = Math.max(last, entry.episode().metAt());
        }
        return last == Long.MIN_VALUE ? last : last + settings.span().toMillis();
    }

    private static State prune(State state, long since) {
        List<FailedUser> failed =
                state.failed().stream().filter(user -> user.timeMillis() >= since).toList();
        List<Entry> entries =
                state.entries().stream().filter(entry -> entry.episode().metAt() >= since).toList();
        return new State(failed, failed.isEmpty() ? 0 : state.forgotten(), entries);
    }

    private Finding finding(
            SignIn entry, List<FailedUser> failed, long forgotten, boolean lastReported) {
        FailedUser first = failed.get(0);
        List<String> keys = new ArrayList<>(failed.stream().map(FailedUser::eventKey).toList());
        keys.add(entry.eventKey());
        String message =
                "%s signed in as %s after failing as %s%d other users within %s%s"
                        .formatted(
                                entry.detectKey(),
                                entry.user(),
                                forgotten > 0 ? "at least " : "",
                                failed.size(),
                                Wording.span(settings.span()),
                                lastReported
                                        ? "; further users who get in from there are not reported"
                                                + " until these are "
                                                + Wording.span(settings.span())
                                                + " old"
                                        : "");
        return new Finding(
                FindingIds.ofWindow(RULE, entry.user(), first.timeMillis(), first.eventKey()),
                Instant.ofEpochMilli(entry.timeMillis()),
                RULE,
                "Sign-in after failures of many users",
                VERSION,
                Wording.AUTHOR,
                Severity.HIGH,
                "user",
                entry.user(),
                null,
                null,
                List.of("T1110.004"),
                Wording.evidence(keys),
                Instant.ofEpochMilli(first.timeMillis()),
                Instant.ofEpochMilli(entry.timeMillis()),
                failed.size() + 1,
                message);
    }
}
