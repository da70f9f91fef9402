package io.trailwatch.core.detect.rule.lint;

import io.trailwatch.core.detect.rule.AttackTactic;
import io.trailwatch.core.detect.rule.lint.LintedDocument.Kind;
import io.trailwatch.core.text.YamlNode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a document says of itself (Sigma rules, correlation and filters specification 2.1). */
final class AttributeLint {
    /** Sigma allows 256; longer than this breaks lists and subjects of mails. */
    private static final int MAX_TITLE_CHARS = 110;

    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern TAG = Pattern.compile("[a-z0-9_-]+\\.[a-z0-9._-]+");
    private static final Pattern TECHNIQUE = Pattern.compile("attack\\.t[0-9]{4}(\\.[0-9]{3})?");

    /** Groups and software of ATT&amp;CK, and numbers of tactics and campaigns. */
    private static final Pattern OTHER_ATTACK_ID =
            Pattern.compile("attack\\.(g|s|c)[0-9]{4}|attack\\.ta[0-9]{4}|attack\\.ds[0-9]{4}");

    private static final Set<String> STATUSES =
            Set.of("stable", "test", "experimental", "deprecated", "unsupported");
    private static final Set<String> COMMON =
            Set.of(
                    "title",
                    "id",
                    "name",
                    "taxonomy",
                    "related",
                    "status",
                    "description",
                    "license",
                    "author",
                    "references",
                    "date",
                    "modified",
                    "fields",
                    "falsepositives",
                    "level",
                    "tags",
                    "scope");

    private AttributeLint() {}

    static void lint(LintedDocument document, LocalDate today) {
        unknownAttributes(document);
        if (document.kind() == Kind.OPERATOR) {
            settings(document, today);
            return;
        }
        requireText(document, "description", LintCode.NO_DESCRIPTION, "say what a finding means");
        requireText(document, "author", LintCode.NO_AUTHOR, "findings name who wrote the rule");
        title(document);
        id(document);
        dates(document);
        String status = document.text("status");
        if (status != null && !STATUSES.contains(status)) {
            warn(
                    document,
                    "status",
                    LintCode.UNKNOWN_STATUS,
                    "is '%s', must be one of %s"
                            .formatted(status, String.join(", ", new TreeSet<>(STATUSES))));
        }
        if (document.kind() == Kind.FILTER) {
            filter(document, today);
            return;
        }
        requireText(document, "level", LintCode.NO_LEVEL, "findings are medium without it");
        YamlNode.Entry falsePositives = document.root().entry("falsepositives");
        if (falsePositives == null || LintedDocument.scalars(falsePositives.value()).isEmpty()) {
            warn(
                    document,
                    "falsepositives",
                    LintCode.NO_FALSE_POSITIVES,
                    "is missing; name the ordinary events that match too");
        }
        tags(document);
    }

    private static void requireText(
            LintedDocument document, String attribute, LintCode code, String why) {
        String text = document.text(attribute);
        if (text == null || text.isBlank()) {
            warn(document, attribute, code, "is missing; " + why);
        }
    }

    private static void title(LintedDocument document) {
        String title = document.textOr("title", "");
        if (title.length() > MAX_TITLE_CHARS) {
            warn(
                    document,
                    "title",
                    LintCode.LONG_TITLE,
                    "is %d characters, limit %d".formatted(title.length(), MAX_TITLE_CHARS));
        }
    }

    private static void id(LintedDocument document) {
        String id = document.text("id");
        if (id != null && !UUID.matcher(id).matches()) {
            warn(document, "id", LintCode.ID_NO_UUID, "is '" + id + "', which is no UUID");
        }
    }

    private static void dates(LintedDocument document) {
        LocalDate date = date(document, "date");
        LocalDate modified = date(document, "modified");
        if (document.kind() != Kind.FILTER
                && document.text("date") == null
                && document.text("modified") == null) {
            warn(document, "date", LintCode.NO_DATE, "is missing; findings name it as the version");
        }
        if (date != null && modified != null && modified.isBefore(date)) {
            warn(
                    document,
                    "modified",
                    LintCode.MODIFIED_BEFORE_DATE,
                    "is %s, before date %s".formatted(modified, date));
        }
    }

    private static @Nullable LocalDate date(LintedDocument document, String attribute) {
        String text = document.text(attribute);
        if (text == null) {
            return null;
        }
        LocalDate day = day(text);
        if (day == null) {
            warn(
                    document,
                    attribute,
                    LintCode.DATE_NOT_ISO,
                    "is '%s', must be a day such as 2026-12-31".formatted(text));
        }
        return day;
    }

    private static @Nullable LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static void tags(LintedDocument document) {
        YamlNode.Entry entry = document.root().entry("tags");
        boolean technique = false;
        if (entry != null) {
            for (YamlNode.Scalar scalar : LintedDocument.scalars(entry.value())) {
                String tag = scalar.text() == null ? "" : scalar.text();
                technique |= TECHNIQUE.matcher(tag.toLowerCase(Locale.ROOT)).matches();
                String wrong = wrong(tag);
                if (wrong != null) {
                    document.warn(scalar.line(), "tags", LintCode.MALFORMED_TAG, wrong);
                }
            }
        }
        if (!technique) {
            warn(
                    document,
                    "tags",
                    LintCode.NO_ATTACK_TAG,
                    "name no ATT&CK technique, such as attack.t1098.001");
        }
    }

    private static @Nullable String wrong(String tag) {
        if (!TAG.matcher(tag).matches()) {
            return "'%s' is not of the form namespace.name in lower case".formatted(tag);
        }
        boolean known =
                !tag.startsWith("attack.")
                        || TECHNIQUE.matcher(tag).matches()
                        || OTHER_ATTACK_ID.matcher(tag).matches()
                        || AttackTactic.ofTag(tag) != null;
        return known
                ? null
                : "'%s' is no technique such as attack.t1098.001 and no tactic such as attack.%s"
                        .formatted(tag, AttackTactic.PERSISTENCE.label());
    }

    private static void filter(LintedDocument document, LocalDate today) {
        String expires = document.text("expires");
        if (expires == null) {
            warn(
                    document,
                    "expires",
                    LintCode.FILTER_WITHOUT_EXPIRY,
                    "is missing; name the last day on which the filter is needed");
        } else {
            expiry(document, document.root(), "expires", today);
        }
    }

    private static void settings(LintedDocument document, LocalDate today) {
        YamlNode.Entry content = document.root().entry("trailwatch");
        if (content != null
                && content.value() instanceof YamlNode.Mapping map
                && map.entry("settings") != null
                && map.entry("settings").value() instanceof YamlNode.Sequence list) {
            for (int i = 0; i < list.items().size(); i++) {
                if (list.items().get(i) instanceof YamlNode.Mapping setting) {
                    expiry(document, setting, "trailwatch.settings[" + i + "].expires", today);
                }
            }
        }
    }

    private static void expiry(
            LintedDocument document, YamlNode.Mapping map, String path, LocalDate today) {
        YamlNode.Entry entry = map.entry("expires");
        String text = LintedDocument.text(map, "expires");
        LocalDate last = text == null ? null : day(text);
        if (entry != null && last != null && last.isBefore(today)) {
            document.warn(
                    entry.line(),
                    path,
                    LintCode.EXPIRED,
                    "was valid through %s; remove it, or renew it if it is still needed"
                            .formatted(last));
        }
    }

    private static void unknownAttributes(LintedDocument document) {
        Set<String> known = new TreeSet<>(COMMON);
        switch (document.kind()) {
            case RULE -> known.addAll(Set.of("logsource", "detection"));
            case CORRELATION -> known.add("correlation");
            case FILTER -> known.addAll(Set.of("logsource", "filter", "expires"));
            case OPERATOR -> known.add("trailwatch");
        }
        for (YamlNode.Entry entry : document.root().entries()) {
            if (!known.contains(entry.key())) {
                String nearest = nearest(entry.key(), known);
                document.warn(
                        entry.line(),
                        entry.key(),
                        LintCode.UNKNOWN_ATTRIBUTE,
                        "is no attribute of Sigma, and nobody reads it"
                                + (nearest == null ? "" : "; is " + nearest + " meant?"));
            }
        }
    }

    /** The known name that two slips of the keyboard away may be meant. */
    private static @Nullable String nearest(String name, Set<String> known) {
        String nearest = null;
        int fewest = 3;
        for (String candidate : known) {
            int slips = slips(name.toLowerCase(Locale.ROOT), candidate);
            if (slips < fewest) {
                fewest = slips;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** Levenshtein's distance. */
    private static int slips(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }

    /** At the attribute's line; at the beginning of the document where it is missing. */
    private static void warn(
            LintedDocument document, String attribute, LintCode code, String message) {
        YamlNode.Entry entry = document.root().entry(attribute);
        document.warn(
                entry == null ? document.root().line() : entry.line(), attribute, code, message);
    }
}
