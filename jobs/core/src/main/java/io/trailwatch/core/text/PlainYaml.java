package io.trailwatch.core.text;

import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML of people we need not trust: no types of its own, no aliases, nothing twice, bounded.
 * Scalars stay as written: {@code 012} is no octal number, {@code no} and {@code 2026-11-21} are
 * text.
 */
public final class PlainYaml {
    private PlainYaml() {}

    /**
     * A reader; not safe for several threads.
     *
     * @param maxNesting collections within each other
     * @param maxChars code points of a whole file
     */
    public static Yaml reader(int maxNesting, int maxChars) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setAllowRecursiveKeys(false);
        options.setMaxAliasesForCollections(0);
        options.setNestingDepthLimit(maxNesting);
        options.setCodePointLimit(maxChars);
        DumperOptions dumper = new DumperOptions();
        return new Yaml(
                new SafeConstructor(options),
                new Representer(dumper),
                dumper,
                options,
                new Resolver() {
                    @Override
                    protected void addImplicitResolvers() {
                        addImplicitResolver(Tag.NULL, NULL, "~nN\0");
                        addImplicitResolver(Tag.NULL, EMPTY, null);
                    }
                });
    }
}
