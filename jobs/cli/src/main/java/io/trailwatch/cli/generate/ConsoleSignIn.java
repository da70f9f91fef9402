package io.trailwatch.cli.generate;

import io.trailwatch.cli.generate.Organisation.Account;
import java.time.Instant;

/**
 * The console's sign-in page as an IAM user meets it (document "AWS Management Console sign-in
 * events").
 */
record ConsoleSignIn(Account account, String user, String address) {

    ApiCall success(boolean mfa) {
        Caller caller = Caller.iamUser(account, user, "", address, Caller.BROWSER);
        caller.identity().remove("accessKeyId");
        return attempt(caller, mfa).response("{'ConsoleLogin':'Success'}");
    }

    /** A wrong password. The record then has no ARN. */
    ApiCall failure(boolean mfa) {
        Caller caller = Caller.iamUser(account, user, "", address, Caller.BROWSER);
        caller.identity().remove("arn");
        return attempt(caller, mfa)
                .failed(null, "Failed authentication")
                .response("{'ConsoleLogin':'Failure'}");
    }

    /** The session that a successful sign-in opens. */
    Caller session(Instant since) {
        String key = "ASIA" + Organisation.fixed(user + since).base32(16);
        Caller caller = Caller.iamUser(account, user, key, address, Caller.BROWSER);
        caller.identity()
                .set(
                        "sessionContext",
                        Json.object(
                                "{'attributes':{'creationDate':'%s','mfaAuthenticated':'false'}}",
                                since));
        return caller;
    }

    private ApiCall attempt(Caller caller, boolean mfa) {
        return ApiCall.of(account, caller, "signin:ConsoleLogin")
                .type("AwsConsoleSignIn")
                .with(
                        "additionalEventData",
                        "{'LoginTo':'https://console.aws.amazon.com/console/home',"
                                + "'MobileVersion':'No','MFAUsed':'%s'}",
                        mfa ? "Yes" : "No");
    }
}
