package io.trailwatch.core.detect.rule;

import static java.util.Objects.requireNonNull;

import io.trailwatch.finding.Severity;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Sigma documents of every type say of themselves (Sigma rules specification 2.1).
 *
 * @param file the file it was read from, relative to its folder
 * @param line line of that file on which the document begins, from 1
 * @param id what findings name; the document's {@code id}
 * @param name what correlations and filters may call it by, besides its id
 * @param author as the rule names it; the Detection Rule License asks that it stays with every
 *     match
 * @param version date of the last change: modified, else date, else {@code undated}
 * @param severity the rule's level; medium where it names none
 * @param techniques MITRE ATT&amp;CK technique ids from the tags, such as {@code T1098.001}, sorted
 */
public record RuleMetadata(
        String file,
        int line,
        String id,
        @Nullable String name,
        String title,
        @Nullable String status,
        String description,
        String author,
        String version,
        Severity severity,
        List<String> tags,
        List<String> techniques,
        List<String> falsePositives,
        List<String> references)
        implements Serializable {
    public RuleMetadata {
        requireNonNull(file, "file");
        requireNonNull(id, "id");
        requireNonNull(title, "title");
        requireNonNull(description, "description");
        requireNonNull(author, "author");
        requireNonNull(version, "version");
        requireNonNull(severity, "severity");
        tags = List.copyOf(tags);
        techniques = List.copyOf(techniques);
        falsePositives = List.copyOf(falsePositives);
        references = List.copyOf(references);
    }
}
