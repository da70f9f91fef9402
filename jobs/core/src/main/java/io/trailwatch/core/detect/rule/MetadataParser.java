package io.trailwatch.core.detect.rule;

import io.trailwatch.finding.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what Sigma documents of every type say of themselves. */
final class MetadataParser {
    private static final Pattern TECHNIQUE =
            Pattern.compile("attack\\.(t[0-9]{4}(?:\\.[0-9]{3})?)");

    private MetadataParser() {}

    static RuleMetadata parse(String file, Attributes document) {
        String taxonomy = document.textOr("taxonomy", "sigma");
        if (!taxonomy.equals("sigma")) {
            throw document.refusal(
                    ProblemCode.UNSUPPORTED_TAXONOMY,
                    "taxonomy",
                    "is '" + taxonomy + "', only sigma is supported");
        }
        String modified = document.text("modified");
        List<String> tags = document.texts("tags");
        return new RuleMetadata(
                file,
                document.line(),
                document.requiredText("id"),
                document.text("name"),
                document.requiredText("title"),
                document.text("status"),
                document.textOr("description", "").strip(),
                document.textOr("author", ""),
                modified != null ? modified : document.textOr("date", "undated"),
                severity(document),
                tags,
                techniques(tags),
                document.texts("falsepositives"),
                document.texts("references"));
    }

    /** Asked last, so that a rule that is wrong besides is told what is wrong. */
    static void requireRunnable(Attributes document) {
        if ("unsupported".equals(document.text("status"))) {
            throw document.refusal(
                    ProblemCode.UNSUPPORTED_STATUS,
                    "status",
                    "is 'unsupported': its author says it cannot run");
        }
    }

    static LogSource logSource(Attributes document) {
        Attributes source = document.required("logsource");
        source.requireOnly(Set.of("category", "product", "service", "definition"));
        LogSource logSource =
                new LogSource(
                        source.text("category"), source.text("product"), source.text("service"));
        try {
            logSource.kind();
        } catch (Refusal refusal) {
            throw refusal.at(document.line("logsource"));
        }
        return logSource;
    }

    private static Severity severity(Attributes document) {
        try {
            return Severity.ofLabel(document.textOr("level", "medium"));
        } catch (IllegalArgumentException e) {
            throw document.refusal(
                    ProblemCode.INVALID_ATTRIBUTE, "level", String.valueOf(e.getMessage()));
        }
    }

    private static List<String> techniques(List<String> tags) {
        Set<String> techniques = new TreeSet<>();
        for (String tag : tags) {
            Matcher matcher = TECHNIQUE.matcher(tag.toLowerCase(Locale.ROOT));
            if (matcher.matches()) {
                techniques.add(matcher.group(1).toUpperCase(Locale.ROOT));
            }
        }
        return List.copyOf(techniques);
    }
}
