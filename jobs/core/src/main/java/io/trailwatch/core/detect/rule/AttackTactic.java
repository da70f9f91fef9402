package io.trailwatch.core.detect.rule;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tactics of MITRE ATT&amp;CK for Enterprise, in the order of its matrix. {@link #STEALTH} and
 * {@link #DEFENSE_IMPAIRMENT} are what {@link #DEFENSE_EVASION} became in later versions; tags of
 * rules use all three.
 */
public enum AttackTactic {
    RECONNAISSANCE,
    RESOURCE_DEVELOPMENT,
    INITIAL_ACCESS,
    EXECUTION,
    PERSISTENCE,
    PRIVILEGE_ESCALATION,
    DEFENSE_EVASION,
    STEALTH,
    DEFENSE_IMPAIRMENT,
    CREDENTIAL_ACCESS,
    DISCOVERY,
    LATERAL_MOVEMENT,
    COLLECTION,
    COMMAND_AND_CONTROL,
    EXFILTRATION,
    IMPACT;

    private static final String PREFIX = "attack.";

    /** As tags write it, such as {@code lateral-movement}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The tactic of a tag such as {@code attack.lateral-movement}; null for other tags. */
    public static @Nullable AttackTactic ofTag(String tag) {
        String text = tag.toLowerCase(Locale.ROOT).replace('_', '-');
        for (AttackTactic tactic : values()) {
            if (text.equals(PREFIX + tactic.label())) {
                return tactic;
            }
        }
        return null;
    }
}
