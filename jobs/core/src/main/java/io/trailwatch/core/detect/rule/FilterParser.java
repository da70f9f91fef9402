package io.trailwatch.core.detect.rule;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads filters (Sigma filters specification 2.1). Beyond it: {@code description} is required,
 * since it tells why events are left out, and {@code expires} may name the last day, UTC and by the
 * time of the event, on which the filter holds.
 */
final class FilterParser {
    static final String KEY = "filter";

    private FilterParser() {}

    static FilterRule parse(
            String file, Attributes document, Placeholders placeholders, RuleNames names) {
        RuleMetadata metadata = MetadataParser.parse(file, document);
        document.requiredText("description");
        LogSource logSource = MetadataParser.logSource(document);
        Attributes filter = document.required(KEY);
        if (filter.has("expires")) {
            throw filter.refusal(
                    ProblemCode.UNKNOWN_ATTRIBUTE, "expires", "belongs beside 'filter'");
        }
        Instant expires = document.endOfDay("expires");
        List<String> rules = rules(filter, logSource, names);
        Condition condition =
                DetectionParser.parse(
                        filter, Set.of("rules"), KnownFields.of(logSource), placeholders);
        MetadataParser.requireRunnable(document);
        return new FilterRule(metadata, logSource, rules, condition, expires);
    }

    private static List<String> rules(Attributes filter, LogSource logSource, RuleNames names) {
        String path = filter.path("rules");
        List<String> ids = new ArrayList<>();
        for (Attributes.Line reference : OperatorDocument.references(filter)) {
            String id = names.require(path, reference);
            @Nullable SigmaRule rule = names.rule(id);
            if (rule == null) {
                throw new Refusal(
                                ProblemCode.UNKNOWN_REFERENCE,
                                path,
                                "'" + reference.text() + "' is no rule over single events")
                        .at(reference.line());
            }
            LogSource of = rule.logSource();
            if (of.kind() != logSource.kind() || !of.formats().equals(logSource.formats())) {
                throw new Refusal(
                                ProblemCode.LOGSOURCE_MISMATCH,
                                path,
                                "'%s' reads another log (%s) than the filter (%s)"
                                        .formatted(reference.text(), of.text(), logSource.text()))
                        .at(reference.line());
            }
            ids.add(id);
        }
        return ids;
    }
}
