package io.trailwatch.cli.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A small social-media application: people sign in, read, like, follow, post and upload. */
final class SocialApplication implements OrdinaryLife {
    static final int USERS = 400;
    static final String AGENT = "Pondsong/7.4 (Android 16)";

    /** Sessions on a day of ordinary traffic. */
    private static final double SESSIONS_A_DAY = 1150;

    private static final double MISTYPED = 0.07;
    private static final List<String> AGENTS =
            List.of(AGENT, "Pondsong/7.4 (iPhone; iOS 26.1)", Caller.BROWSER);

    private final Dice dice;
    private final double rate;

    SocialApplication(Dice dice, double rate) {
        this.dice = dice;
        this.rate = rate;
    }

    @Override
    public void hour(Instant hour, Timeline timeline) {
        double sessions = SESSIONS_A_DAY * Rhythm.leisureShare(hour) * rate;
        for (int i = dice.poisson(sessions); i > 0; i--) {
            session(dice.within(hour, Duration.ofHours(1)), timeline);
        }
    }

    static String user(int number) {
        return "user-%04d".formatted(number);
    }

    private void session(Instant start, Timeline timeline) {
        int number = dice.between(0, USERS - 1);
        Visit visit =
                new Visit(
                        user(number),
                        "s-" + dice.hex(16),
                        Visitors.ofUser(number),
                        AGENTS.get(number % AGENTS.size()));
        Instant time = start;
        while (dice.chance(MISTYPED)) {
            timeline.app(dice, time, visit.signIn(dice, time, "wrong_password"));
            time = time.plusSeconds(dice.between(4, 30));
        }
        timeline.app(dice, time, visit.signIn(dice, time, null));
        for (int i = dice.poisson(12); i > 0; i--) {
            time = time.plusSeconds(dice.skewed(3, 240));
            timeline.app(dice, time, activity(visit, time));
        }
    }

    private ObjectNode activity(Visit visit, Instant time) {
        int kind = dice.between(0, 99);
        if (kind < 60) {
            return visit.did(dice, time, "post.like", "post_id", "p-" + dice.between(1, 90_000));
        }
        if (kind < 75) {
            return visit.did(dice, time, "post.create", "length", "" + dice.skewed(5, 500));
        }
        if (kind < 88) {
            return visit.did(dice, time, "user.follow", "target", user(dice.between(0, USERS - 1)));
        }
        return visit.did(dice, time, "media.upload", "bytes", "" + dice.skewed(40_000, 8_000_000));
    }

    /**
     * One visit to the application.
     *
     * @param session id the application gives; what a failed sign-in shows too
     */
    record Visit(String user, String session, String address, String agent) {
        /**
         * @param failure why it failed; null when the sign-in succeeded
         */
        ObjectNode signIn(Dice dice, Instant time, @Nullable String failure) {
            ObjectNode event =
                    event(dice, time, "auth.sign_in", failure == null ? "success" : "failure");
            event.withObject("/attributes").put("method", "password");
            if (failure != null) {
                event.withObject("/attributes").put("reason", failure);
            }
            return event;
        }

        /** Anything done in the session, with one attribute. */
        ObjectNode did(Dice dice, Instant time, String type, String attribute, String value) {
            ObjectNode event = event(dice, time, type, "success");
            event.withObject("/attributes").put(attribute, value);
            return event;
        }

        private ObjectNode event(Dice dice, Instant time, String type, String outcome) {
            Instant precise = time.plusMillis(dice.between(0, 999));
            ObjectNode event = Json.object();
            event.put("event_id", dice.uuid()).put("time", precise.toString());
            event.put("type", type).put("user", user).put("session", session);
            event.put("source_ip", address).put("user_agent", agent).put("outcome", outcome);
            event.putObject("attributes");
            return event;
        }
    }
}
