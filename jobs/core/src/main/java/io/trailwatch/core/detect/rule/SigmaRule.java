package io.trailwatch.core.detect.rule;

import static java.util.Objects.requireNonNull;

import io.trailwatch.event.LogKind;
import io.trailwatch.finding.Severity;
import java.io.Serializable;
import java.util.List;

/**
 * One single-event rule (Sigma rules specification 2.1), read and understood in full. Immutable;
 * serializable, so that a job may carry its rules.
 *
 * @param logSource the log it reads
 * @param condition holds for the events that match
 */
public record SigmaRule(RuleMetadata metadata, LogSource logSource, Condition condition)
        implements Serializable {
    public SigmaRule {
        requireNonNull(metadata, "metadata");
        requireNonNull(logSource, "logSource");
        requireNonNull(condition, "condition");
    }

    public String file() {
        return metadata.file();
    }

    public String id() {
        return metadata.id();
    }

    public String title() {
        return metadata.title();
    }

    public String author() {
        return metadata.author();
    }

    public String version() {
        return metadata.version();
    }

    public Severity severity() {
        return metadata.severity();
    }

    public List<String> techniques() {
        return metadata.techniques();
    }

    /** The kind of log it reads. */
    public LogKind kind() {
        return logSource.kind();
    }
}
