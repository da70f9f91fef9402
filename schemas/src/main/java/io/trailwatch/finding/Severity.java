package io.trailwatch.finding;

import java.util.Locale;

/** Severity of a finding, with OCSF's severity_id (OCSF 1.1.0, attribute severity_id). */
public enum Severity {
    INFORMATIONAL(1),
    LOW(2),
    MEDIUM(3),
    HIGH(4),
    CRITICAL(5);

    private final int ocsfId;

    Severity(int ocsfId) {
        this.ocsfId = ocsfId;
    }

    public int ocsfId() {
        return ocsfId;
    }

    /** Lower-case name, as Sigma's level and the command line write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a Sigma level (Sigma rules specification 2.1, attribute level).
     *
     * @throws IllegalArgumentException if the level is none of the five
     */
    public static Severity ofLabel(String label) {
        for (Severity severity : values()) {
            if (severity.label().equals(label)) {
                return severity;
            }
        }
        throw new IllegalArgumentException(
                "level is '%s', must be one of informational, low, medium, high, critical"
                        .formatted(label));
    }
}
