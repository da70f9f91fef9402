package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.event.LogKind;
import java.util.List;

/** Rules and events for tests, as short as a case needs them. */
final class RuleSamples {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RuleSamples() {}

    static ObjectNode event(String json) {
        try {
            return (ObjectNode) JSON.readTree(json.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    /** A CloudTrail rule with this detection, its lines not indented. */
    static String rule(String id, String detection) {
        return """
        title: Sample %s
        id: %s
        logsource:
          product: aws
          service: cloudtrail
        detection:
        %slevel: low
        """
                .formatted(id, id, detection.indent(2));
    }

    /** A rule with this detection over a log of which any field may be asked. */
    static String anyFieldRule(String id, String detection) {
        return rule(id, detection).replace("service: cloudtrail", "service: eks");
    }

    static SigmaRule parsed(String yaml) {
        List<SigmaRule> rules = RuleLoader.parse("sample.yml", yaml).orThrow().rules();
        assertThat(rules).hasSize(1);
        return rules.get(0);
    }

    static boolean matches(String detection, String json) {
        RuleSet rules = RuleSet.compile(List.of(parsed(anyFieldRule("sample", detection))));
        return !rules.match(event(json), LogKind.KUBERNETES_AUDIT).isEmpty();
    }

    static RuleProblem problem(String yaml) {
        LoadedRules loaded = RuleLoader.parse("sample.yml", yaml);
        assertThat(loaded.problems()).hasSize(1);
        return loaded.problems().get(0);
    }
}
