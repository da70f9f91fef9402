package io.trailwatch.core.detect.rule;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rule files in memory, by name. */
record Texts(Map<String, String> texts) implements RuleFiles {
    @Override
    public List<String> rules() {
        return texts.keySet().stream().sorted().toList();
    }

    @Override
    public Optional<String> read(String name) {
        return Optional.ofNullable(texts.get(name));
    }
}
