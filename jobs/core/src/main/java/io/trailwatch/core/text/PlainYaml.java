package io.trailwatch.core.text;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
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

    /**
     * Hands over the documents of a text one by one, with the lines they stand on; those before a
     * mistake too.
     *
     * @param maxNesting collections within each other
     * @param maxChars code points of the whole text
     * @throws YamlTextException at the first mistake
     */
    public static void documents(
            String text, int maxNesting, int maxChars, Consumer<YamlNode> documents) {
        try {
            for (Node root : reader(maxNesting, maxChars).composeAll(new StringReader(text))) {
                documents.accept(node(root));
            }
        } catch (MarkedYAMLException e) {
            String problem = e.getProblem() == null ? e.getMessage() : e.getProblem();
            throw new YamlTextException(line(e.getProblemMark()), String.valueOf(problem), e);
        } catch (YAMLException e) {
            throw new YamlTextException(0, String.valueOf(e.getMessage()), e);
        }
    }

    private static YamlNode node(Node node) {
        int line = line(node.getStartMark());
        if (node instanceof ScalarNode scalar) {
            requireTag(node, Tag.STR, Tag.NULL);
            return new YamlNode.Scalar(
                    line, Tag.NULL.equals(node.getTag()) ? null : scalar.getValue());
        }
        if (node instanceof SequenceNode sequence) {
            requireTag(node, Tag.SEQ);
            return new YamlNode.Sequence(
                    line, sequence.getValue().stream().map(PlainYaml::node).toList());
        }
        requireTag(node, Tag.MAP);
        List<YamlNode.Entry> entries = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (NodeTuple tuple : ((MappingNode) node).getValue()) {
            int keyLine = line(tuple.getKeyNode().getStartMark());
            String key = node(tuple.getKeyNode()) instanceof YamlNode.Scalar s ? s.text() : null;
            if (key == null) {
                throw new YamlTextException(keyLine, "found a key that is no text");
            }
            if (!keys.add(key)) {
                throw new YamlTextException(keyLine, "found duplicate key " + key);
            }
            entries.add(new YamlNode.Entry(keyLine, key, node(tuple.getValueNode())));
        }
        return new YamlNode.Mapping(line, entries);
    }

    private static void requireTag(Node node, Tag... allowed) {
        if (!List.of(allowed).contains(node.getTag())) {
            throw new YamlTextException(
                    line(node.getStartMark()), "tag " + node.getTag() + " is not allowed");
        }
    }

    private static int line(@Nullable Mark mark) {
        return mark == null ? 0 : mark.getLine() + 1;
    }
}
