package io.trailwatch.core.detect.rule;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ids and names by which documents refer to each other. */
final class RuleNames {
    /** Id by id and by name. */
    private final Map<String, String> ids = new HashMap<>();

    private final Map<String, String> files = new HashMap<>();
    private final Map<String, SigmaRule> rules = new HashMap<>();
    private final Map<String, RuleProblem> refused = new HashMap<>();

    /**
     * Takes the id and name of a document.
     *
     * @throws Refusal if another has one of them
     */
    void add(RuleMetadata metadata) {
        requireFree("id", metadata.id());
        String name = metadata.name();
        if (name != null && !name.equals(metadata.id())) {
            requireFree("name", name);
            ids.put(name, metadata.id());
            files.put(name, metadata.file());
        }
        ids.put(metadata.id(), metadata.id());
        files.put(metadata.id(), metadata.file());
    }

    private void requireFree(String attribute, String text) {
        String file = files.get(text);
        if (file != null) {
            throw new Refusal(
                    ProblemCode.DUPLICATE_ID,
                    attribute,
                    "'%s' is the %s of a rule in %s".formatted(text, attribute, file));
        }
    }

    void add(SigmaRule rule) {
        add(rule.metadata());
        rules.put(rule.id(), rule);
    }

    /** Remembers why a document is not there, for those that refer to it. */
    void refuse(@Nullable String id, @Nullable String name, RuleProblem problem) {
        if (id != null) {
            refused.putIfAbsent(id, problem);
        }
        if (name != null) {
            refused.putIfAbsent(name, problem);
        }
    }

    /** Gives up the id and name of a document that was understood by itself, but does not fit. */
    void withdraw(RuleMetadata metadata, RuleProblem problem) {
        ids.values().removeIf(metadata.id()::equals);
        refuse(metadata.id(), metadata.name(), problem);
    }

    /** The id meant; null when no document that was understood has it. */
    @Nullable String id(String reference) {
        return ids.get(reference);
    }

    /** The id of a refused document with this id or name; null when there is none. */
    @Nullable String refusedId(String reference) {
        RuleProblem problem = ids.containsKey(reference) ? null : refused.get(reference);
        return problem == null ? null : problem.ruleId();
    }

    /** The single-event rule of this id; null when there is none. */
    @Nullable SigmaRule rule(String id) {
        return rules.get(id);
    }

    /**
     * The id meant.
     *
     * @throws Refusal that names the reference
     */
    String require(String path, Attributes.Line reference) {
        String id = ids.get(reference.text());
        if (id != null) {
            return id;
        }
        RuleProblem problem = refused.get(reference.text());
        if (problem != null) {
            throw new Refusal(
                            ProblemCode.REFUSED_REFERENCE,
                            path,
                            "refers to '%s', which was refused: %s"
                                    .formatted(reference.text(), problem))
                    .at(reference.line());
        }
        throw new Refusal(
                        ProblemCode.UNKNOWN_REFERENCE,
                        path,
                        "refers to '" + reference.text() + "', which no rule has as id or name")
                .at(reference.line());
    }
}
