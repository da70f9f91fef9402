package io.trailwatch.pipeline.function;

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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random correlations over random application events; a seed gives the same ones again. */
final class CorrelationCase {
    static final long T0 = Instant.parse("2026-11-20T08:00:00Z").toEpochMilli();
    static final List<String> TYPES =
            List.of(
                    "event_count",
                    "value_count",
                    "temporal",
                    "temporal_ordered",
                    "value_sum",
                    "value_avg",
                    "value_percentile",
                    "value_median");

    private static final List<String> OPERATORS = List.of("gt", "gte", "lt", "lte", "eq", "neq");
    private static final List<String> SPANS = List.of("5s", "20s", "1m", "2h");

    private final Random random;
    private final StringBuilder yaml = new StringBuilder();

    CorrelationCase(long seed) {
        random = new Random(seed);
        for (int kind = 0; kind < 4; kind++) {
            yaml.append(rule("k" + kind));
        }
    }

    /** A rule for events that have this kind among theirs. */
    static String rule(String kind) {
        return """
        title: Kind %1$s
        id: %1$s
        status: test
        description: Events of kind %1$s.
        author: Trailwatch
        date: 2026-11-21
        logsource:
            category: application
        detection:
            selection:
                attributes.kinds: %1$s
            condition: selection
        level: low
        ---
        """
                .formatted(kind);
    }

    /** Adds a correlation of single-event rules. */
    CorrelationCase first(String id, String type) {
        List<String> rules = random.nextBoolean() ? List.of("k0", "k1") : List.of("k0", "k1", "k2");
        String groupBy =
                switch (random.nextInt(4)) {
                    case 0 -> "";
                    case 1 -> "user";
                    case 2 -> "who";
                    default -> "user, attributes.host";
                };
        StringBuilder aliases = new StringBuilder();
        if (groupBy.equals("who")) {
            aliases.append("    aliases:\n        who:\n");
            for (String rule : rules) {
                aliases.append("            ")
                        .append(rule)
                        .append(rule.equals("k1") ? ": attributes.other\n" : ": user\n");
            }
        }
        String field = type.equals("value_count") ? "attributes.host" : "attributes.amount";
        correlation(id, type, rules, groupBy, aliases.toString(), field);
        return this;
    }

    /** Adds a correlation over others. */
    CorrelationCase above(String id, String type, List<String> lower) {
        String groupBy = random.nextInt(3) == 0 ? "" : "entity";
        correlation(id, type, lower, groupBy, "", type.equals("value_count") ? "entity" : "count");
        return this;
    }

    private void correlation(
            String id,
            String type,
            List<String> rules,
            String groupBy,
            String aliases,
            String field) {
        String span = SPANS.get(random.nextInt(SPANS.size()));
        String condition = "";
        boolean values = type.startsWith("value");
        if (!type.startsWith("temporal") || (type.equals("temporal") && random.nextBoolean())) {
            boolean amounts = values && field.equals("attributes.amount");
            String operator = OPERATORS.get(random.nextInt(6));
            // A limit that a count can never meet is refused.
            int limit =
                    type.equals("temporal")
                            ? List.of("gt", "lte", "eq", "neq").contains(operator) ? 1 : 2
                            : (operator.equals("lt") ? 2 : 1) + random.nextInt(amounts ? 30 : 5);
            condition =
                    "    condition:\n        %s: %d\n%s%s"
                            .formatted(
                                    operator,
                                    limit,
                                    values ? "        field: " + field + "\n" : "",
                                    type.equals("value_percentile")
                                            ? "        percentile: "
                                                    + (5 * random.nextInt(21))
                                                    + "\n"
                                            : "");
        }
        yaml.append(
                """
                title: Correlation %1$s
                id: %1$s
                status: test
                description: Correlation %1$s.
                author: Trailwatch
                date: 2026-11-21
                correlation:
                    type: %2$s
                    rules: [%3$s]
                %4$s%5$s    timespan: %6$s
                %7$s    generate: %8$s
                level: high
                ---
                """
                        .formatted(
                                id,
                                type,
                                String.join(", ", rules),
                                groupBy.isEmpty() ? "" : "    group-by: [" + groupBy + "]\n",
                                aliases,
                                span,
                                condition,
                                random.nextInt(3) > 0));
    }

    RuleCollection rules() {
        return parse(yaml.toString());
    }

    static RuleCollection parse(String text) {
        String documents = text.endsWith("---\n") ? text.substring(0, text.length() - 4) : text;
        LoadedRules loaded = RuleLoader.parse("case.yml", documents);
        assertThat(loaded.problems()).as(documents).isEmpty();
        return loaded.collection();
    }

    /** Events, about one a second, many at the same instant, and what matches them. */
    List<Match> matches(RuleCollection rules, int events) {
        RuleSet compiled = RuleSet.compile(rules);
        List<Match> matches = new ArrayList<>();
        long time = T0;
        for (int i = 0; i < events; i++) {
            int pause = random.nextInt(20);
            // Mostly close together, at times longer than a timespan, rarely hours.
            time +=
                    pause < 6
                            ? 0
                            : pause < 16
                                    ? 1000L * (1 + random.nextInt(4))
                                    : pause < 19
                                            ? 5000L * random.nextInt(15)
                                            : 600_000L * random.nextInt(14);
            matches.add(match(compiled, event(time, "e%03d".formatted(random.nextInt(1000)) + i)));
        }
        return matches;
    }

    static Match match(RuleSet rules, DecodedEvent event) {
        return new Match(event, IpContext.EMPTY, rules.match(event, IpContext.EMPTY));
    }

    private DecodedEvent event(long time, String id) {
        Map<String, String> attributes = new HashMap<>();
        attributes.put(
                "kinds",
                random.nextInt(5) == 0
                        ? "[\"k%d\",\"k%d\"]".formatted(random.nextInt(4), random.nextInt(4))
                        : "k" + random.nextInt(4));
        if (random.nextInt(8) > 0) {
            attributes.put(
                    "host",
                    random.nextInt(4) == 0
                            ? "[\"h%d\",\"h%d\"]".formatted(random.nextInt(5), random.nextInt(5))
                            : "h" + random.nextInt(5));
        }
        attributes.put("other", "u" + random.nextInt(3));
        int amount = random.nextInt(10);
        if (amount > 0) {
            attributes.put(
                    "amount",
                    amount == 1
                            ? "many"
                            : amount == 2
                                    ? "%d.%d".formatted(random.nextInt(40), random.nextInt(10))
                                    : Integer.toString(random.nextInt(50) - 10));
        }
        return event(time, id, random.nextInt(9) == 0 ? null : "u" + random.nextInt(3), attributes);
    }

    static DecodedEvent event(long time, String id, String user, Map<String, String> attributes) {
        LogEvent event =
                new LogEvent(
                        LogKind.APP_EVENT,
                        "app/" + id,
                        0,
                        "json",
                        new Origin("file", "", "0", 0, 0, Instant.ofEpochMilli(time)),
                        Provenance.NONE,
                        false,
                        new byte[0]);
        return new DecodedEvent(
                event,
                new AppEvent(
                        "mapping:case",
                        id,
                        Instant.ofEpochMilli(time),
                        "case.event",
                        user,
                        null,
                        null,
                        null,
                        null,
                        attributes,
                        ""));
    }

    @Override
    public String toString() {
        return yaml.substring(yaml.indexOf("title: Correlation"));
    }
}
