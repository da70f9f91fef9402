package io.trailwatch.core.detect.rule;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Fields that every log has for rules, beside its own: what is known of the source address. */
public enum VirtualField {
    /** The source address, where it is one: CloudTrail may name a service in its place. */
    SRC_IP,
    /** ISO 3166-1 alpha-2 code of its country. */
    SRC_COUNTRY,
    /** English name of its city. */
    SRC_CITY,
    /** Number of its autonomous system. */
    SRC_ASN,
    /** Organisation the autonomous system is registered to. */
    SRC_AS_ORG,
    /** Names of the threat lists that hold it, as the elements of an array. */
    SRC_THREAT_LIST;

    /** As rules name it, such as {@code src_country}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The field of a name; null when the name is none of them. */
    public static @Nullable VirtualField ofLabel(String label) {
        for (VirtualField field : values()) {
            if (field.label().equals(label)) {
                return field;
            }
        }
        return null;
    }
}
