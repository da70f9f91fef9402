package io.trailwatch.pipeline.rules;

import static java.util.Objects.requireNonNull;

import io.trailwatch.core.detect.rule.LoadedRules;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleFiles;
import io.trailwatch.core.detect.rule.RuleLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The rules that texts give, together with our own pack where that is wanted.
 *
 * @param version {@value #VERSION_DIGITS} hexadecimal digits of a hash over names and texts of all
 *     files, those of the pack included: two versions are equal when all rules are
 */
public record LinkedRules(String version, LoadedRules loaded) {
    /** As many as a metric, which is a double, tells apart. */
    static final int VERSION_DIGITS = 12;

    public LinkedRules {
        requireNonNull(version, "version");
        requireNonNull(loaded, "loaded");
    }

    /**
     * Links texts.
     *
     * @param pack whether our own rules belong to them
     */
    public static LinkedRules link(boolean pack, Map<String, String> texts) {
        RuleFiles own = new TextFiles(texts);
        RuleFiles files = pack ? RuleFiles.both(RuleFiles.pack(), own) : own;
        return new LinkedRules(version(files), RuleLoader.load(files));
    }

    public RuleCollection collection() {
        return loaded.collection();
    }

    /** The version as a number, for metrics. */
    public long versionNumber() {
        return Long.parseLong(version, 16);
    }

    /**
     * One line for the log.
     *
     * @param refused documents refused
     */
    public String summary(int refused) {
        return "rules %s: %d rules, %d correlations, %d filters; %d refused"
                .formatted(
                        version,
                        collection().rules().size(),
                        collection().correlations().size(),
                        collection().filters().size(),
                        refused);
    }

    private static String version(RuleFiles files) {
        MessageDigest sha256 = sha256();
        for (String name : files.rules()) {
            update(sha256, name);
            update(sha256, files.read(name).orElse(""));
        }
        return HexFormat.of().formatHex(sha256.digest()).substring(0, VERSION_DIGITS);
    }

    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
        digest.update(bytes);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private record TextFiles(Map<String, String> texts) implements RuleFiles {
        @Override
        public List<String> rules() {
            return List.copyOf(new TreeMap<>(texts).keySet());
        }

        @Override
        public Optional<String> read(String name) {
            return Optional.ofNullable(texts.get(name));
        }
    }
}
