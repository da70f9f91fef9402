package io.trailwatch.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.unwrap.Unwrapped;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CognitoTest {
    private static final String SIGN_IN =
            """
            {"eventTimestamp":"1795161600123","eventSource":"USER_AUTH_EVENTS","logLevel":"INFO",
             "message":{"version":"1","eventId":"a1","eventType":"SIGN_IN","userSub":"sub-1","userName":"ada",
              "userPoolId":"eu-west-1_Pool","clientId":"client-1","creationDate":"Fri Nov 20 08:00:00 UTC 2026",
              "eventResponse":"%s","riskDecision":"NO_RISK","riskLevel":"","deviceName":"Firefox 145, Linux",
              "ipAddress":"198.51.100.7","city":"Wellington","country":"New Zealand",
              "compromisedCredentialDetected":"false","challenges":["PASSWORD:SUCCESS"]},
             "logSourceId":{"userPoolId":"eu-west-1_Pool"}}
            """;

    @Test
    void aSignInSaysWhoFromWhereAndHow() {
        AppEvent signIn = AppEventReading.only(SIGN_IN.formatted("Fail"));

        assertThat(signIn.schemaName()).isEqualTo("aws.cognito.user_auth");
        assertThat(signIn.eventId()).isEqualTo("a1");
        assertThat(signIn.time()).isEqualTo(Instant.parse("2026-11-20T08:00:00.123Z"));
        assertThat(signIn.type()).isEqualTo("auth.sign_in");
        assertThat(signIn.user()).isEqualTo("ada");
        assertThat(signIn.sourceAddress()).isEqualTo("198.51.100.7");
        assertThat(signIn.userAgent()).isEqualTo("Firefox 145, Linux");
        assertThat(signIn.outcome()).isEqualTo("failure");
        assertThat(signIn.attributes())
                .containsEntry("country", "New Zealand")
                .containsEntry("userPoolId", "eu-west-1_Pool")
                .containsEntry("challenges", "[\"PASSWORD:SUCCESS\"]")
                .containsEntry("eventResponse", "Fail")
                .doesNotContainKeys("riskLevel", "userName", "ipAddress");
        assertThat(signIn.raw()).contains("\"creationDate\"");
    }

    @Test
    void anAttemptInProgressHasNoOutcomeAndIsNoRepeatOfItsEnd() {
        String progress = SIGN_IN.formatted("InProgress");
        String passed = SIGN_IN.formatted("PASS");

        assertThat(AppEventReading.only(progress).outcome()).isNull();
        assertThat(AppEventReading.only(passed).outcome()).isEqualTo("success");
        assertThat(AppEventReading.keys(progress + passed + passed))
                .containsExactly(
                        "cog/eu-west-1_Pool/a1/InProgress/1795161600123",
                        "cog/eu-west-1_Pool/a1/PASS/1795161600123",
                        "cog/eu-west-1_Pool/a1/PASS/1795161600123");
    }

    @Test
    void riskAndContextAreReadFromObjectsOfTheirOwn() {
        AppEvent forgot =
                AppEventReading.only(
                        """
                        {"eventTimestamp":1795161600123,"eventSource":"USER_ACTIVITY","logLevel":"INFO",
                         "message":{"eventId":"a2","eventType":"ForgotPassword","eventResponse":"Pass","userSub":"sub-1",
                          "eventRisk":{"riskDecision":"AccountTakeover","riskLevel":"High","compromisedCredentialsDetected":true},
                          "eventContextData":{"ipAddress":"2001:db8::7","city":"Wellington","deviceName":"Safari"}}}
                        """);

        assertThat(forgot.type()).isEqualTo("auth.forgot_password");
        assertThat(forgot.user()).isEqualTo("sub-1");
        assertThat(forgot.sourceAddress()).isEqualTo("2001:db8::7");
        assertThat(forgot.attributes())
                .containsEntry("riskDecision", "AccountTakeover")
                .containsEntry("compromisedCredentialsDetected", "true");
    }

    @Test
    void aMessageThatCouldNotBeSentIsAFailure() {
        AppEvent notification =
                AppEventReading.only(
                        """
                        {"eventTimestamp":"1795161600123","eventSource":"USER_NOTIFICATION","logLevel":"ERROR",
                         "message":{"details":"SMS spending limit reached"},"logSourceId":{"userPoolId":"eu-west-1_Pool"}}
                        """);

        assertThat(notification.schemaName()).isEqualTo("aws.cognito.user_notification");
        assertThat(notification.type()).isEqualTo("cognito.user_notification");
        assertThat(notification.outcome()).isEqualTo("failure");
        assertThat(notification.eventId()).startsWith("cog/h/");
        assertThat(notification.attributes())
                .containsEntry("details", "SMS spending limit reached")
                .containsEntry("userPoolId", "eu-west-1_Pool");
    }

    @Test
    void aTimeThatIsNoneIsNamed() {
        assertThat(AppEventReading.rejection(SIGN_IN.replace("1795161600123", "yesterday")))
                .startsWith("INVALID_FIELD: eventTimestamp is 'yesterday', must be milliseconds");
    }

    @Test
    void aTriggerHappensWhenItsRecordArrives() {
        String trigger =
                """
                {"version":"1","triggerSource":"PreAuthentication_Authentication","region":"eu-west-1",
                 "userPoolId":"eu-west-1_Pool","userName":"ada",
                 "callerContext":{"awsSdkVersion":"sdk-1","clientId":"client-1"},
                 "request":{"userAttributes":{"email":"ada@example.com"},"userNotFound":false},"response":{}}
                """;

        AppEvent event = AppEventReading.only(trigger);

        assertThat(event.type()).isEqualTo("cognito.PreAuthentication_Authentication");
        assertThat(event.time()).isEqualTo(Unwrapped.ARRIVAL);
        assertThat(event.user()).isEqualTo("ada");
        assertThat(event.attributes())
                .containsEntry("clientId", "client-1")
                .containsEntry("userAttributes", "{\"email\":\"ada@example.com\"}")
                .containsEntry("aws_region", "eu-west-1");
        assertThat(AppEventReading.keys(trigger + trigger))
                .as("two equal calls are two attempts")
                .doesNotHaveDuplicates();
    }

    @Test
    void thePasswordOfAUserWhoMigratesIsKeptNowhere() {
        AppEvent event =
                AppEventReading.only(
                        """
                        {"version":"1","triggerSource":"UserMigration_Authentication","region":"eu-west-1",
                         "userPoolId":"eu-west-1_Pool","userName":"ada","callerContext":{"clientId":"client-1"},
                         "request":{"password":"correct horse","validationData":null},"response":{}}
                        """);

        assertThat(event.toString()).doesNotContain("correct horse");
        assertThat(event.raw()).contains("\"password\":\"(removed)\"");
    }
}
