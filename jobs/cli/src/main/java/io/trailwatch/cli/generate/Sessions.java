package io.trailwatch.cli.generate;

import io.trailwatch.cli.generate.Organisation.Account;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Shapes shared by the calls that open a session of a role. */
final class Sessions {
    /** As AWS writes dates in response elements: Nov 16, 2026, 9:31:14 AM. */
    static final DateTimeFormatter RESPONSE_DATE =
            DateTimeFormatter.ofPattern("MMM d, yyyy, h:mm:ss a", Locale.US)
                    .withZone(ZoneOffset.UTC);

    private Sessions() {}

    /** Adds the response and the resource of an AssumeRole call. */
    static ApiCall opened(
            ApiCall call, Account account, String role, String session, Instant time, Dice dice) {
        return call.response(
                        "{'credentials':{'accessKeyId':'ASIA%s','sessionToken':'%s',"
                                + "'expiration':'%s'},'assumedRoleUser':{'assumedRoleId':'%s:%s',"
                                + "'arn':'arn:aws:sts::%s:assumed-role/%s/%s'}}",
                        dice.base32(16),
                        dice.alphanumeric(80),
                        RESPONSE_DATE.format(time.plus(Duration.ofHours(1))),
                        Organisation.principalId("AROA", account, role),
                        session,
                        account.id(),
                        role,
                        session)
                .resource(
                        "AWS::IAM::Role", "arn:aws:iam::%s:role/%s".formatted(account.id(), role));
    }
}
