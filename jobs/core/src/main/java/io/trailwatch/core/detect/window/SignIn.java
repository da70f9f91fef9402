package io.trailwatch.core.detect.window;

import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.DecodedEvent;
import java.util.Optional;

/**
 * A sign-in to an application of ours: an event of type {@code auth.sign_in} with user, source
 * address and outcome.
 *
 * @param detectKey source address
 * @param user name as the application writes it
 */
public record SignIn(
        String detectKey, long timeMillis, String eventKey, String user, boolean success)
        implements Feature {

    /** The sign-in an event tells of; empty for other events and where a field is missing. */
    public static Optional<SignIn> of(DecodedEvent decoded) {
        if (!(decoded.body() instanceof AppEvent event) || !event.type().equals("auth.sign_in")) {
            return Optional.empty();
        }
        String address = event.sourceAddress();
        String user = event.user();
        String outcome = event.outcome();
        boolean success = "success".equals(outcome);
        if (address == null || user == null || !(success || "failure".equals(outcome))) {
            return Optional.empty();
        }
        return Optional.of(
                new SignIn(
                        Wording.plain(address),
                        event.time().toEpochMilli(),
                        decoded.event().key(),
                        Wording.plain(user),
                        success));
    }
}
