package io.trailwatch.core.detect.correlation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A correlation ready to be fed: its definition, the text of it, and where its findings count. */
public final class Correlation {
    /** Hexadecimal digits of a {@link #version}, with which every key begins. */
    static final int VERSION_CHARS = 16;

    private final CorrelationDefinition definition;
    private final String text;
    private final String version;
    private final List<Link> above;

    /** A way from a rule, or a lower correlation, to a correlation. */
    record Link(
            Correlation correlation, int index, List<String> groupFields, @Nullable String field) {
        static Link of(CorrelationDefinition.Reference reference) {
            return new Link(
                    of(reference.correlation().text(), reference.correlation()),
                    reference.index(),
                    reference.groupFields(),
                    reference.field());
        }

        private static Correlation of(String text, CorrelationDefinition definition) {
            return new Correlation(definition, text);
        }
    }

    private Correlation(CorrelationDefinition definition, String text) {
        this.definition = definition;
        this.text = text;
        this.version = hash(text, VERSION_CHARS / 2);
        this.above = definition.above().stream().map(Link::of).toList();
    }

    /**
     * Reads what a hit carries.
     *
     * @throws IllegalArgumentException if the text is no definition
     */
    public static Correlation parse(String text) {
        return new Correlation(CorrelationDefinition.parse(text), text);
    }

    CorrelationDefinition definition() {
        return definition;
    }

    /** As {@link CorrelationHit#definition}. */
    public String text() {
        return text;
    }

    /** Names the definition: the first characters of the keys of all its hits. */
    public String version() {
        return version;
    }

    /** The version with which a key begins. */
    public static String versionOf(String detectKey) {
        return detectKey.substring(0, VERSION_CHARS);
    }

    List<Link> above() {
        return above;
    }

    /** The first bytes of the SHA-256 of a text, in hexadecimal. */
    static String hash(String text, int bytes) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
