package io.trailwatch.cli.backtest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one rule has found, of bounded size whatever it found. */
final class RuleTally {
    /** Entities beyond these are not told apart. */
    static final int MAX_ENTITIES = 10_000;

    /** Days beyond these are summed up under the last one. */
    static final int MAX_DAYS = 4_000;

    /** Findings of each outcome that are kept. */
    static final int MAX_EXAMPLES = 3;

    private static final int DATE_CHARS = "2026-11-20".length();

    private final Map<String, Long> entities = new HashMap<>();
    private final TreeMap<String, Long> days = new TreeMap<>();
    private final Map<String, Long> outcomes = new HashMap<>();
    private final Map<String, List<JsonNode>> examples = new TreeMap<>();
    private long findings;
    private long dryRuns;
    private long unnamedEntities;
    private @Nullable Instant first;
    private @Nullable Instant last;

    /** Takes a line of {@link FindingsFile}. */
    void add(JsonNode finding) {
        String outcome = finding.path("compared").asText();
        outcomes.merge(outcome, 1L, Long::sum);
        List<JsonNode> ofOutcome = examples.computeIfAbsent(outcome, key -> new ArrayList<>());
        if (ofOutcome.size() < MAX_EXAMPLES) {
            ofOutcome.add(finding);
        }
        if (outcome.equals(Compared.Outcome.GONE.label())) {
            return;
        }
        findings++;
        if (finding.path("dry_run").asBoolean()) {
            dryRuns++;
        }
        String entity = finding.path("entity").asText();
        if (entities.containsKey(entity) || entities.size() < MAX_ENTITIES) {
            entities.merge(entity, 1L, Long::sum);
        } else {
            unnamedEntities++;
        }
        String text = finding.path("time").asText();
        String day = text.substring(0, Math.min(text.length(), DATE_CHARS));
        days.merge(
                days.containsKey(day) || days.size() < MAX_DAYS ? day : days.lastKey(),
                1L,
                Long::sum);
        Instant time = Instant.parse(text);
        if (first == null || time.isBefore(first)) {
            first = time;
        }
        if (last == null || time.isAfter(last)) {
            last = time;
        }
    }

    /** Made now: new and same. */
    long findings() {
        return findings;
    }

    /** Of the findings, those of dry runs. */
    long dryRuns() {
        return dryRuns;
    }

    long of(Compared.Outcome outcome) {
        return outcomes.getOrDefault(outcome.label(), 0L);
    }

    /** Different entities, at most {@link #MAX_ENTITIES}. */
    int entities() {
        return entities.size();
    }

    /** Whether there are more entities than are told apart. */
    boolean moreEntities() {
        return unnamedEntities > 0;
    }

    /** Findings by day, UTC. */
    Map<String, Long> days() {
        return days;
    }

    @Nullable Instant first() {
        return first;
    }

    @Nullable Instant last() {
        return last;
    }

    /** The entity with the most findings, the first by name of several; null without findings. */
    @Nullable String noisiest() {
        return entities.entrySet().stream()
                .max(
                        Map.Entry.<String, Long>comparingByValue()
                                .thenComparing(Map.Entry.<String, Long>comparingByKey().reversed()))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    /** How many percent of the findings are of the noisiest entity; 0 without findings. */
    long noisiestSharePercent() {
        String noisiest = noisiest();
        return noisiest == null
                ? 0
                : Math.round(100.0 * entities.getOrDefault(noisiest, 0L) / findings);
    }

    List<JsonNode> examples(Compared.Outcome outcome) {
        return examples.getOrDefault(outcome.label(), List.of());
    }
}
