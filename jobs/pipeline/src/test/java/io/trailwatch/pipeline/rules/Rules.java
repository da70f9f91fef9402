package io.trailwatch.pipeline.rules;

import java.time.Duration;
import java.util.Map;

/** Rule texts for tests. */
public final class Rules {
    private Rules() {}

    /** Id of the rule with a number. */
    public static String id(int number) {
        return "6d2c1a5e-5f0e-4b52-9a51-0f6f6e0f7%03d".formatted(number);
    }

    /** A rule about one CloudTrail event name. */
    public static String rule(int number, String eventName) {
        return """
        title: Rule %d
        id: %s
        status: test
        description: Calls of %s.
        author: Trailwatch
        date: 2026-11-21
        logsource:
            product: aws
            service: cloudtrail
        detection:
            selection:
                eventName: %s
            condition: selection
        level: high
        """
                .formatted(number, id(number), eventName, eventName);
    }

    /** The same with a modifier that Sigma does not have. */
    public static String broken(int number, String eventName) {
        return rule(number, eventName).replace("eventName:", "eventName|nonsense:");
    }

    /** Settings for one rule. */
    public static String setting(String ruleId, String mode) {
        return """
        trailwatch:
            settings:
                - rules: ['%s']
                  mode: %s
                  reason: being tried
        """
                .formatted(ruleId, mode);
    }

    /** A reload of texts that are linked without our own pack. */
    public static RuleReload reload(String location, Map<String, String> start) {
        return new RuleReload(
                RuleLocation.of(location),
                Duration.ofMillis(50),
                false,
                LinkedRules.link(false, start).version(),
                start);
    }
}
