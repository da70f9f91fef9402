package io.trailwatch.core.detect.rule;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The modifiers behind a field's name (Sigma modifiers appendix 2.1), checked to go together: all
 * that it lists. Others are refused by name.
 */
final class FieldModifiers {
    /** Modifiers understood here, by their names in Sigma. */
    enum Modifier {
        ALL,
        CONTAINS,
        STARTSWITH,
        ENDSWITH,
        EXISTS,
        CASED,
        NEQ,
        RE,
        I,
        M,
        S,
        CIDR,
        FIELDREF,
        LT,
        LTE,
        GT,
        GTE,
        WINDASH,
        UTF16,
        UTF16LE,
        UTF16BE,
        WIDE,
        BASE64,
        BASE64OFFSET,
        MINUTE,
        HOUR,
        DAY,
        WEEK,
        MONTH,
        YEAR,
        EXPAND;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        static @Nullable Modifier ofLabel(String label) {
            for (Modifier modifier : values()) {
                if (modifier.label().equals(label)) {
                    return modifier;
                }
            }
            return null;
        }
    }

    private static final Set<Modifier> PLACES =
            EnumSet.of(Modifier.CONTAINS, Modifier.STARTSWITH, Modifier.ENDSWITH);
    private static final Set<Modifier> ORDERS =
            EnumSet.of(Modifier.LT, Modifier.LTE, Modifier.GT, Modifier.GTE);
    private static final Set<Modifier> WIDE_TEXTS =
            EnumSet.of(Modifier.UTF16, Modifier.UTF16LE, Modifier.UTF16BE, Modifier.WIDE);
    private static final Set<Modifier> BASES = EnumSet.of(Modifier.BASE64, Modifier.BASE64OFFSET);
    private static final Set<Modifier> ENCODINGS =
            union(EnumSet.of(Modifier.WINDASH), union(WIDE_TEXTS, BASES));
    private static final Set<Modifier> TIME_PARTS =
            EnumSet.of(
                    Modifier.MINUTE,
                    Modifier.HOUR,
                    Modifier.DAY,
                    Modifier.WEEK,
                    Modifier.MONTH,
                    Modifier.YEAR);
    private static final Set<Modifier> REGEX_FLAGS = EnumSet.of(Modifier.I, Modifier.M, Modifier.S);

    /** What each kind of comparison may be combined with. */
    private static final Set<Modifier> WITH_ANY =
            EnumSet.of(Modifier.ALL, Modifier.NEQ, Modifier.EXPAND);

    /** What {@code -} may be written as on Windows (Sigma modifiers appendix 2.1, windash). */
    private static final String DASHES = "-/\u2013\u2014\u2015";

    private final EnumSet<Modifier> modifiers;
    private final String path;

    private FieldModifiers(EnumSet<Modifier> modifiers, String path) {
        this.modifiers = modifiers;
        this.path = path;
    }

    static FieldModifiers parse(List<String> labels, String path) {
        EnumSet<Modifier> modifiers = EnumSet.noneOf(Modifier.class);
        for (String label : labels) {
            Modifier modifier = Modifier.ofLabel(label);
            if (modifier == null) {
                throw new Refusal(
                        ProblemCode.UNKNOWN_MODIFIER,
                        path,
                        "modifier '" + label + "' is not supported");
            }
            if (!modifiers.add(modifier)) {
                throw new Refusal(
                        ProblemCode.MODIFIER_CONFLICT,
                        path,
                        "modifier '" + label + "' is given twice");
            }
            if (REGEX_FLAGS.contains(modifier) && !modifiers.contains(Modifier.RE)) {
                throw new Refusal(
                        ProblemCode.MODIFIER_CONFLICT,
                        path,
                        "modifier '" + label + "' needs 're' before it");
            }
            requireBefore(modifiers, modifier, Modifier.WINDASH, union(WIDE_TEXTS, BASES), path);
            for (Modifier wide : WIDE_TEXTS) {
                requireBefore(modifiers, modifier, wide, BASES, path);
            }
        }
        FieldModifiers parsed = new FieldModifiers(modifiers, path);
        parsed.requireTogether();
        return parsed;
    }

    /** What encodes bytes must stand behind what makes them. */
    private static void requireBefore(
            Set<Modifier> seen, Modifier added, Modifier first, Set<Modifier> later, String path) {
        if (added != first) {
            return;
        }
        for (Modifier modifier : later) {
            if (seen.contains(modifier)) {
                throw new Refusal(
                        ProblemCode.MODIFIER_CONFLICT,
                        path,
                        "modifier '%s' must stand before '%s'"
                                .formatted(first.label(), modifier.label()));
            }
        }
    }

    boolean has(Modifier modifier) {
        return modifiers.contains(modifier);
    }

    TextRelation relation() {
        if (has(Modifier.CONTAINS)) {
            return TextRelation.CONTAINS;
        }
        if (has(Modifier.STARTSWITH)) {
            return TextRelation.STARTS_WITH;
        }
        return has(Modifier.ENDSWITH) ? TextRelation.ENDS_WITH : TextRelation.EQUALS;
    }

    ValueTest.@Nullable Comparison comparison() {
        for (Modifier order : ORDERS) {
            if (has(order)) {
                return ValueTest.Comparison.valueOf(order.name());
            }
        }
        return null;
    }

    /** The part of a time that is compared; null when the value itself is. */
    TimePartTest.@Nullable Part timePart() {
        for (Modifier part : TIME_PARTS) {
            if (has(part)) {
                return TimePartTest.Part.valueOf(part.name());
            }
        }
        return null;
    }

    /** The texts that a value stands for, once encoded; the text alone when nothing encodes it. */
    List<WildcardText> encoded(String value) {
        List<String> texts = has(Modifier.WINDASH) ? dashVariants(value) : List.of(value);
        if (!has(Modifier.BASE64) && !has(Modifier.BASE64OFFSET)) {
            return texts.stream().map(WildcardText::parse).toList();
        }
        List<WildcardText> encoded = new ArrayList<>();
        for (String text : texts) {
            WildcardText wildcards = WildcardText.parse(text);
            if (!wildcards.isPlain()) {
                throw new Refusal(
                        ProblemCode.MODIFIER_CONFLICT,
                        path,
                        "'" + text + "' has wildcards, which cannot be encoded");
            }
            byte[] bytes = bytes(wildcards.plainText());
            if (has(Modifier.BASE64)) {
                encoded.add(WildcardText.parse(Base64.getEncoder().encodeToString(bytes)));
            } else {
                for (int offset = 0; offset < 3; offset++) {
                    encoded.add(WildcardText.parse(base64At(offset, bytes)));
                }
            }
        }
        return encoded;
    }

    /**
     * Utf16 begins with a byte order mark and is little-endian; wide is another name of utf16le.
     */
    private byte[] bytes(String text) {
        if (has(Modifier.UTF16)) {
            return ("\ufeff" + text).getBytes(StandardCharsets.UTF_16LE);
        }
        if (has(Modifier.UTF16LE) || has(Modifier.WIDE)) {
            return text.getBytes(StandardCharsets.UTF_16LE);
        }
        return text.getBytes(
                has(Modifier.UTF16BE) ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8);
    }

    /**
     * The characters that the bytes give whatever stands around them, when they begin at this
     * offset within a group of three bytes.
     */
    private static String base64At(int offset, byte[] bytes) {
        byte[] shifted = new byte[offset + bytes.length];
        System.arraycopy(bytes, 0, shifted, offset, bytes.length);
        String text = Base64.getEncoder().encodeToString(shifted);
        int from = new int[] {0, 2, 3}[offset];
        int cut = new int[] {0, 3, 2}[shifted.length % 3];
        return text.substring(from, Math.max(from, text.length() - cut));
    }

    /** The value as written, and with each other character for the dashes that begin its words. */
    private static List<String> dashVariants(String value) {
        List<String> variants = new ArrayList<>();
        variants.add(value);
        for (int i = 0; i < DASHES.length(); i++) {
            StringBuilder variant = new StringBuilder(value);
            for (int at = 0; at < value.length(); at++) {
                boolean wordStart = at == 0 || Character.isWhitespace(value.charAt(at - 1));
                if (wordStart && (value.charAt(at) == '-' || value.charAt(at) == '/')) {
                    variant.setCharAt(at, DASHES.charAt(i));
                }
            }
            if (!variants.contains(variant.toString())) {
                variants.add(variant.toString());
            }
        }
        return variants;
    }

    private void requireTogether() {
        requireAtMostOne(PLACES);
        requireAtMostOne(ORDERS);
        requireAtMostOne(BASES);
        requireAtMostOne(WIDE_TEXTS);
        requireAtMostOne(TIME_PARTS);
        requireOnlyWith(Modifier.EXISTS, Set.of());
        requireOnlyWith(Modifier.CIDR, WITH_ANY);
        requireOnlyWith(Modifier.RE, union(WITH_ANY, REGEX_FLAGS));
        requireOnlyWith(
                Modifier.FIELDREF,
                union(PLACES, EnumSet.of(Modifier.ALL, Modifier.NEQ, Modifier.CASED)));
        for (Modifier order : ORDERS) {
            requireOnlyWith(order, union(WITH_ANY, TIME_PARTS));
        }
        for (Modifier part : TIME_PARTS) {
            requireOnlyWith(part, union(WITH_ANY, ORDERS));
        }
        for (Modifier wide : WIDE_TEXTS) {
            if (has(wide) && !has(Modifier.BASE64) && !has(Modifier.BASE64OFFSET)) {
                throw new Refusal(
                        ProblemCode.MODIFIER_CONFLICT,
                        path,
                        "modifier '"
                                + wide.label()
                                + "' gives bytes, and needs 'base64' or 'base64offset' behind it");
            }
        }
        for (Modifier encoding : ENCODINGS) {
            requireOnlyWith(
                    encoding,
                    union(union(WITH_ANY, PLACES), union(ENCODINGS, EnumSet.of(Modifier.CASED))));
        }
    }

    private void requireAtMostOne(Set<Modifier> group) {
        List<String> given =
                modifiers.stream().filter(group::contains).map(Modifier::label).toList();
        if (given.size() > 1) {
            throw new Refusal(
                    ProblemCode.MODIFIER_CONFLICT,
                    path,
                    "modifiers " + given + " cannot be combined");
        }
    }

    private void requireOnlyWith(Modifier modifier, Set<Modifier> companions) {
        if (!has(modifier)) {
            return;
        }
        for (Modifier other : modifiers) {
            if (other != modifier && !companions.contains(other)) {
                throw new Refusal(
                        ProblemCode.MODIFIER_CONFLICT,
                        path,
                        "modifiers '%s' and '%s' cannot be combined"
                                .formatted(modifier.label(), other.label()));
            }
        }
    }

    private static Set<Modifier> union(Set<Modifier> one, Set<Modifier> other) {
        EnumSet<Modifier> union = EnumSet.copyOf(one);
        union.addAll(other);
        return union;
    }
}
