package io.trailwatch.connector.alerts;

import io.trailwatch.finding.Finding;
import io.trailwatch.finding.Severity;
import java.time.Instant;
import java.util.List;

/** Findings for tests. */
final class Findings {
    static final Instant T0 = Instant.parse("2026-11-21T10:15:30Z");

    private Findings() {}

    /** A finding like any other; number and id differ. */
    static Finding numbered(int number) {
        return finding(number, List.of("evt-1", "evt-2"), "mallory was refused 12 times");
    }

    static Finding finding(int number, List<String> evidence, String message) {
        return new Finding(
                "%032x".formatted(number),
                T0,
                "trailwatch-denied-calls",
                "Burst of refused calls",
                "1",
                "Trailwatch",
                Severity.HIGH,
                "principal",
                "arn:aws:iam::111122223333:user/mallory",
                "111122223333",
                "eu-west-1",
                List.of("T1078.004", "T1580"),
                evidence,
                T0.minusSeconds(60),
                T0,
                12,
                message);
    }

    /** Strange in every text that comes from a log. */
    static Finding strange() {
        return new Finding(
                "%032x".formatted(7),
                T0,
                "rule",
                "Söndag\n\"quoted\"",
                "1",
                "A\u007fB",
                Severity.LOW,
                "user",
                "\ud83d\ude00\u0000<>&",
                null,
                null,
                List.of(),
                List.of(),
                T0,
                T0,
                1,
                "tab\there");
    }

    /** The body that {@link #numbered} must arrive as. */
    static String bodyOfNumbered(int number) {
        return """
        {"schema":"trailwatch.alert.v1","id":"%032x","time":"2026-11-21T10:15:30Z",\
        "rule_id":"trailwatch-denied-calls","rule_title":"Burst of refused calls",\
        "rule_version":"1","rule_author":"Trailwatch","severity":"high",\
        "entity_type":"principal","entity":"arn:aws:iam::111122223333:user/mallory",\
        "account":"111122223333","region":"eu-west-1","techniques":["T1078.004","T1580"],\
        "evidence":["evt-1","evt-2"],"first_seen":"2026-11-21T10:14:30Z",\
        "last_seen":"2026-11-21T10:15:30Z","count":12,\
        "message":"mallory was refused 12 times"}\
        """
                .formatted(number);
    }
}
