package io.trailwatch.core.detect.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.correlation.CorrelationRun.Match;
import io.trailwatch.core.detect.rule.LoadedRules;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleLoader;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import io.trailwatch.finding.Finding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rules, correlations and events for tests, as short as a case needs them. */
final class CorrelationSamples {
    static final Instant T0 = Instant.parse("2026-11-20T08:00:00Z");

    private CorrelationSamples() {}

    /** A rule for application events of one type. */
    static String rule(String type) {
        return """
        title: Type %1$s
        id: %1$s
        status: test
        description: Events of type %1$s.
        author: Trailwatch
        date: 2026-11-21
        logsource:
            category: application
        detection:
            selection:
                type: %1$s
            condition: selection
        level: low
        ---
        """
                .formatted(type);
    }

    /** A correlation with this body, its lines not indented. */
    static String correlation(String id, String body) {
        return """
        title: Correlation %1$s
        id: %1$s
        status: test
        description: Correlation %1$s.
        author: Trailwatch
        date: 2026-11-21
        tags: [attack.t1110]
        correlation:
        %2$slevel: high
        ---
        """
                .formatted(id, body.indent(4));
    }

    static RuleCollection rules(String... documents) {
        String text = String.join("", documents);
        LoadedRules loaded = RuleLoader.parse("case.yml", text.substring(0, text.length() - 4));
        assertThat(loaded.problems()).as(text).isEmpty();
        return loaded.collection();
    }

    /** Events and what rules match them. */
    static final class Events {
        private final RuleSet rules;
        private final List<Match> matches = new ArrayList<>();

        Events(RuleCollection rules) {
            this.rules = RuleSet.compile(rules);
        }

        /** The key of the event is {@code app/} and its type, user and second. */
        Events add(double second, String type, String user, String... attributes) {
            String id = type + "-" + user + "-" + second;
            Instant time = T0.plusMillis(Math.round(second * 1000));
            LogEvent event =
                    new LogEvent(
                            LogKind.APP_EVENT,
                            "app/" + id,
                            0,
                            "json",
                            new Origin("file", "", "0", 0, 0, time),
                            Provenance.NONE,
                            false,
                            new byte[0]);
            Map<String, String> named =
                    attributes.length == 0 ? Map.of() : Map.of(attributes[0], attributes[1]);
            AppEvent app =
                    new AppEvent(
                            "mapping:case",
                            id,
                            time,
                            type,
                            user,
                            null,
                            null,
                            null,
                            null,
                            named,
                            "");
            DecodedEvent decoded = new DecodedEvent(event, app);
            matches.add(new Match(decoded, IpContext.EMPTY, rules.match(decoded, IpContext.EMPTY)));
            return this;
        }

        List<CorrelationFinding> all(CorrelationLimits limits) {
            return CorrelationRun.findings(rules.collection(), matches, limits);
        }

        /** Findings that are reported, in the order of their time. */
        List<Finding> findings() {
            return all(CorrelationLimits.DEFAULTS).stream()
                    .filter(CorrelationFinding::reported)
                    .map(CorrelationFinding::finding)
                    .toList();
        }

        List<Match> matches() {
            return matches;
        }
    }
}
