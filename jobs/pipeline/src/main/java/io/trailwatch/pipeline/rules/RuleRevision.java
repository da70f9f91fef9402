package io.trailwatch.pipeline.rules;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleMetadata;
import io.trailwatch.core.detect.rule.RuleProblem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Judges what changed in a folder of rules. A file that is new or changed is taken as it is, with
 * those of its documents that can run; but where a refusal in a changed file concerns a rule in
 * force, or may do so because the document's id could not be read, the file's last good text stays
 * in force as a whole. The rules of a file that is gone are gone.
 *
 * @param next what to remember
 * @param linked the rules in force now
 * @param refusals all that is refused now, by file
 * @param untold of these, the files that were not refused before in the same way
 */
public record RuleRevision(
        State next,
        LinkedRules linked,
        Map<String, List<RuleRefusal>> refusals,
        List<String> untold) {

    public RuleRevision {
        requireNonNull(next, "next");
        requireNonNull(linked, "linked");
        refusals = Collections.unmodifiableMap(new TreeMap<>(refusals));
        untold = List.copyOf(untold);
    }

    /**
     * What is remembered between two looks at the folder.
     *
     * @param version of the rules in force
     * @param texts in force, by file
     * @param told by file with refusals: hash of what was refused
     */
    public record State(String version, Map<String, String> texts, Map<String, String> told) {
        public State {
            requireNonNull(version, "version");
            texts = Collections.unmodifiableMap(new TreeMap<>(texts));
            told = Collections.unmodifiableMap(new TreeMap<>(told));
        }

        /** The rules that a job starts with, of whose refusals nobody was told yet. */
        public static State of(RuleUpdate start) {
            return new State(start.version(), start.texts(), Map.of());
        }
    }

    /**
     * The next revision.
     *
     * @param pack whether our own rules belong to those of the folder
     */
    public static RuleRevision of(State before, RuleTexts seen, boolean pack) {
        Map<String, String> texts = new TreeMap<>(seen.texts());
        Map<String, List<String>> problems = new TreeMap<>();
        seen.unreadable()
                .forEach(
                        (file, reason) -> {
                            problems.put(file, List.of(reason));
                            String last = before.texts().get(file);
                            if (last != null) {
                                texts.put(file, last);
                            }
                        });
        RuleCollection inForce = LinkedRules.link(pack, before.texts()).collection();
        Set<String> kept = new LinkedHashSet<>(problems.keySet());
        LinkedRules linked = LinkedRules.link(pack, texts);
        // Ends: every turn but the last keeps the text of one more file at least.
        for (Map<String, List<RuleProblem>> broken = broken(before, inForce, texts, linked);
                !broken.isEmpty();
                broken = broken(before, inForce, texts, linked)) {
            broken.forEach(
                    (file, ofFile) -> {
                        problems.put(file, ofFile.stream().map(RuleProblem::toString).toList());
                        texts.put(file, requireNonNull(before.texts().get(file), file));
                        kept.add(file);
                    });
            linked = LinkedRules.link(pack, texts);
        }
        for (RuleProblem problem : linked.loaded().problems()) {
            if (!kept.contains(problem.file())) {
                problems.computeIfAbsent(problem.file(), file -> new ArrayList<>())
                        .add(problem.toString());
            }
        }
        return revision(before, seen, texts, linked, problems);
    }

    private static RuleRevision revision(
            State before,
            RuleTexts seen,
            Map<String, String> texts,
            LinkedRules linked,
            Map<String, List<String>> problems) {
        Map<String, List<RuleRefusal>> refusals = new TreeMap<>();
        Map<String, String> told = new TreeMap<>();
        List<String> untold = new ArrayList<>();
        problems.forEach(
                (file, details) -> {
                    String text = seen.texts().getOrDefault(file, "");
                    List<RuleRefusal> ofFile = new ArrayList<>();
                    for (String detail : details) {
                        ofFile.add(new RuleRefusal(file, ofFile.size(), detail, text));
                    }
                    refusals.put(file, ofFile);
                    String hash = hash(text, details);
                    told.put(file, hash);
                    if (!hash.equals(before.told().get(file))) {
                        untold.add(file);
                    }
                });
        return new RuleRevision(new State(linked.version(), texts, told), linked, refusals, untold);
    }

    /** How many documents and files are refused. */
    public int refused() {
        return refusals.values().stream().mapToInt(List::size).sum();
    }

    /** The rules to be spread; null when they are the same as before. */
    public @Nullable RuleUpdate update(State before) {
        return before.version().equals(next.version())
                ? null
                : new RuleUpdate(next.version(), next.texts());
    }

    /** Problems of changed files that concern, or may concern, a rule in force of these files. */
    private static Map<String, List<RuleProblem>> broken(
            State before, RuleCollection inForce, Map<String, String> texts, LinkedRules linked) {
        Map<String, List<RuleProblem>> byFile = new TreeMap<>();
        for (RuleProblem problem : linked.loaded().problems()) {
            String last = before.texts().get(problem.file());
            if (last != null && !last.equals(texts.get(problem.file()))) {
                byFile.computeIfAbsent(problem.file(), file -> new ArrayList<>()).add(problem);
            }
        }
        byFile.entrySet()
                .removeIf(
                        entry -> {
                            Set<String> ids = idsOf(entry.getKey(), inForce);
                            return entry.getValue().stream()
                                    .noneMatch(
                                            problem ->
                                                    problem.ruleId() == null
                                                            || ids.contains(problem.ruleId()));
                        });
        return byFile;
    }

    private static Set<String> idsOf(String file, RuleCollection rules) {
        return Stream.of(
                        rules.rules().stream().map(rule -> rule.metadata()),
                        rules.correlations().stream().map(rule -> rule.metadata()),
                        rules.filters().stream().map(rule -> rule.metadata()))
                .flatMap(metadata -> metadata)
                .filter(metadata -> metadata.file().equals(file))
                .map(RuleMetadata::id)
                .collect(toSet());
    }

    private static String hash(String text, List<String> details) {
        MessageDigest sha256 = LinkedRules.sha256();
        sha256.update(text.getBytes(StandardCharsets.UTF_8));
        for (String detail : details) {
            sha256.update((byte) 0);
            sha256.update(detail.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(sha256.digest(), 0, 16);
    }
}
