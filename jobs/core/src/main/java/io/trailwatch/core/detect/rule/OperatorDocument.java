package io.trailwatch.core.detect.rule;

import io.trailwatch.core.detect.rule.RuleSetting.Mode;
import io.trailwatch.core.text.YamlNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the operator decides of rules, under the key {@code trailwatch} (ours, no part of Sigma):
 * values of placeholders, and modes of rules. Several such documents are joined.
 */
final class OperatorDocument {
    static final String KEY = "trailwatch";

    /** Stands for all rules in lists of references. */
    static final String ANY = "any";

    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");

    private OperatorDocument() {}

    /**
     * A setting, its rules not looked up yet.
     *
     * @param rules empty for all
     */
    record Setting(
            int line,
            List<Attributes.Line> rules,
            List<String> accounts,
            Mode mode,
            String reason,
            @Nullable Instant expires) {}

    static Attributes read(Attributes document) {
        document.requireOnly(Set.of(KEY));
        Attributes content = document.required(KEY);
        content.requireOnly(Set.of("placeholders", "settings"));
        return content;
    }

    /** The values given to placeholders, by name. */
    static Map<String, List<String>> placeholders(Attributes content) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        if (content.has("placeholders")) {
            Attributes named = content.required("placeholders");
            for (YamlNode.Entry entry : named.map().entries()) {
                if (!Placeholders.isName(entry.key())) {
                    throw named.refusal(
                            ProblemCode.INVALID_ATTRIBUTE,
                            entry.key(),
                            "is no name of letters, digits, '_', '.' and '-'");
                }
                List<String> given = named.texts(entry.key());
                if (given.isEmpty()) {
                    throw named.refusal(
                            ProblemCode.EMPTY_LIST, entry.key(), "has an empty list of values");
                }
                values.put(entry.key(), given);
            }
        }
        return values;
    }

    static List<Setting> settings(Attributes content) {
        YamlNode settings = content.value("settings");
        if (settings == null) {
            return List.of();
        }
        if (!(settings instanceof YamlNode.Sequence list)) {
            throw content.refusal(
                    ProblemCode.INVALID_ATTRIBUTE, "settings", "must be a list of settings");
        }
        List<Setting> read = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
            String path = content.path("settings[" + i + "]");
            if (!(list.items().get(i) instanceof YamlNode.Mapping map)) {
                throw new Refusal(ProblemCode.INVALID_ATTRIBUTE, path, "must be a map")
                        .at(list.items().get(i).line());
            }
            read.add(setting(new Attributes(path, map)));
        }
        return read;
    }

    private static Setting setting(Attributes setting) {
        setting.requireOnly(Set.of("rules", "accounts", "mode", "reason", "expires"));
        List<String> accounts = setting.texts("accounts");
        if (setting.has("accounts") && accounts.isEmpty()) {
            throw setting.refusal(
                    ProblemCode.EMPTY_LIST, "accounts", "is empty; leave it out to mean all");
        }
        for (String account : accounts) {
            if (!ACCOUNT.matcher(account).matches()) {
                throw setting.refusal(
                        ProblemCode.INVALID_VALUE,
                        "accounts",
                        "'" + account + "' is no account id of 12 digits");
            }
        }
        return new Setting(
                setting.line(),
                references(setting),
                accounts,
                mode(setting),
                setting.requiredText("reason").strip(),
                setting.endOfDay("expires"));
    }

    /** Ids or names under {@code rules}; empty where it says any. */
    static List<Attributes.Line> references(Attributes attributes) {
        List<Attributes.Line> references = attributes.requiredLines("rules");
        boolean any = references.stream().anyMatch(reference -> reference.text().equals(ANY));
        if (any && references.size() > 1) {
            throw attributes.refusal(
                    ProblemCode.INVALID_ATTRIBUTE, "rules", "names 'any' beside other rules");
        }
        return any ? List.of() : references;
    }

    private static Mode mode(Attributes setting) {
        String label = setting.requiredText("mode");
        for (Mode mode : Mode.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(label)) {
                return mode;
            }
        }
        throw setting.refusal(
                ProblemCode.INVALID_ATTRIBUTE,
                "mode",
                "is '" + label + "', must be one of enabled, dry-run, disabled");
    }
}
