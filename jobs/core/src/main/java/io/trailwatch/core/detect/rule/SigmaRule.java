package io.trailwatch.core.detect.rule;

import static java.util.Objects.requireNonNull;

import io.trailwatch.event.LogKind;
import io.trailwatch.finding.Severity;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One single-event rule (Sigma rules specification 2.1), read and understood in full. Immutable;
 * serializable, so that a job may carry its rules.
 *
 * @param file the file it was read from, relative to its folder
 * @param author as the rule names it; the Detection Rule License asks that it stays with every
 *     match
 * @param version date of the last change: modified, else date, else {@code undated}
 * @param severity the rule's level; medium where it names none
 * @param techniques MITRE ATT&amp;CK technique ids from the tags, such as {@code T1098.001}, sorted
 * @param kind the log it reads
 * @param condition holds for the events that match
 */
public record SigmaRule(
        String file,
        String id,
        String title,
        @Nullable String status,
        String description,
        String author,
        String version,
        Severity severity,
        List<String> tags,
        List<String> techniques,
        List<String> falsePositives,
        List<String> references,
        LogSource logSource,
        LogKind kind,
        Condition condition)
        implements Serializable {
    public SigmaRule {
        requireNonNull(file, "file");
        requireNonNull(id, "id");
        requireNonNull(title, "title");
        requireNonNull(description, "description");
        requireNonNull(author, "author");
        requireNonNull(version, "version");
        requireNonNull(severity, "severity");
        requireNonNull(logSource, "logSource");
        requireNonNull(kind, "kind");
        requireNonNull(condition, "condition");
        tags = List.copyOf(tags);
        techniques = List.copyOf(techniques);
        falsePositives = List.copyOf(falsePositives);
        references = List.copyOf(references);
    }
}
