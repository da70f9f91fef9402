package io.trailwatch.cli.generate;

import io.trailwatch.cli.generate.SocialApplication.Visit;
import java.time.LocalTime;
import java.util.List;

/** Attacks on the application's users. */
final class ApplicationAttacks {
    static final List<Attack> ALL =
            List.of(
                    new Attack(
                            "credential-stuffing",
                            "Leaked passwords tried on many users, one of them fits",
                            LocalTime.of(1, 50),
                            List.of("T1110.004"),
                            "many users failing to sign in from one address, then a success",
                            ApplicationAttacks::credentialStuffing));

    private static final int TRIED = 120;

    private ApplicationAttacks() {}

    private static void credentialStuffing(Script script) {
        String source = "175.16.199.120";
        script.about(source);
        for (int i = 0; i < TRIED; i++) {
            String user = SocialApplication.user((i * 37) % SocialApplication.USERS);
            boolean fits = i == TRIED - 10;
            Visit visit =
                    new Visit(user, "s-" + script.dice().hex(16), source, "python-requests/2.32.5");
            script.app(visit.signIn(script.dice(), script.now(), fits ? null : "wrong_password"))
                    .pause(1, 4);
            if (fits) {
                script.about(user);
            }
        }
    }
}
