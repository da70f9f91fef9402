package io.trailwatch.core.detect.rule;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where rules and their examples lie: a folder, or our own pack on the class path. */
public interface RuleFiles {
    /** Largest rule or example file, in bytes. */
    int MAX_FILE_BYTES = 4 * 1024 * 1024;

    /** What names of files of our own pack begin with, where others stand beside them. */
    String PACK_PREFIX = "pack:";

    /** Rule files ({@code .yml}, {@code .yaml}), relative names with {@code /}, sorted. */
    List<String> rules();

    /**
     * Text of a file; empty when there is none.
     *
     * @throws UncheckedIOException if it cannot be read or is larger than {@link #MAX_FILE_BYTES}
     */
    Optional<String> read(String name);

    /** The rule files in a folder and its subfolders, hidden ones left out; or one rule file. */
    static RuleFiles folder(Path folder) {
        return new Folder(folder);
    }

    /** Our own rules, listed in {@code rules/index.txt} on the class path. */
    static RuleFiles pack() {
        return new Pack();
    }

    /**
     * The files of both, so that documents of one may refer to the other. Files of the pack are
     * named with {@link #PACK_PREFIX}, since a folder may have a file of the same name.
     *
     * <p>Its {@link #rules} throws {@link IllegalArgumentException} if both have a file of one
     * name.
     */
    static RuleFiles both(RuleFiles first, RuleFiles second) {
        return new Both(prefixed(first), prefixed(second));
    }

    private static RuleFiles prefixed(RuleFiles files) {
        return files instanceof Pack pack ? new PrefixedPack(pack) : files;
    }

    /** Files of a file system. */
    record Folder(Path path) implements RuleFiles {
        @Override
        public List<String> rules() {
            if (Files.isRegularFile(path)) {
                return List.of(String.valueOf(path.getFileName()));
            }
            try (Stream<Path> files = Files.walk(path)) {
                return files.filter(Files::isRegularFile)
                        .map(file -> path.relativize(file).toString().replace('\\', '/'))
                        .filter(name -> name.endsWith(".yml") || name.endsWith(".yaml"))
                        .filter(name -> !name.startsWith(".") && !name.contains("/."))
                        .sorted()
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot list the rules in " + path, e);
            }
        }

        @Override
        public Optional<String> read(String name) {
            Path file = Files.isRegularFile(path) ? path.resolveSibling(name) : path.resolve(name);
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            try (InputStream in = Files.newInputStream(file)) {
                return Optional.of(text(file.toString(), in));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file, e);
            }
        }
    }

    /** Files of the class path. */
    record Pack() implements RuleFiles {
        @Override
        public List<String> rules() {
            return read("index.txt")
                    .orElseThrow(() -> new IllegalStateException("the rule pack has no index.txt"))
                    .lines()
                    .filter(line -> !line.isBlank())
                    .sorted()
                    .toList();
        }

        @Override
        public Optional<String> read(String name) {
            try (InputStream in = RuleFiles.class.getResourceAsStream("/rules/" + name)) {
                return in == null ? Optional.empty() : Optional.of(text(name, in));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + name + " of the rule pack", e);
            }
        }
    }

    /** The pack, its names prefixed. */
    record PrefixedPack(Pack pack) implements RuleFiles {
        @Override
        public List<String> rules() {
            return pack.rules().stream().map(PACK_PREFIX::concat).toList();
        }

        @Override
        public Optional<String> read(String name) {
            return name.startsWith(PACK_PREFIX)
                    ? pack.read(name.substring(PACK_PREFIX.length()))
                    : Optional.empty();
        }
    }

    /** The files of one, then those of the other. */
    record Both(RuleFiles first, RuleFiles second) implements RuleFiles {
        @Override
        public List<String> rules() {
            List<String> names = new ArrayList<>(first.rules());
            for (String name : second.rules()) {
                if (names.contains(name)) {
                    throw new IllegalArgumentException("two rule files are named " + name);
                }
                names.add(name);
            }
            return List.copyOf(names);
        }

        @Override
        public Optional<String> read(String name) {
            Optional<String> text = first.read(name);
            return text.isPresent() ? text : second.read(name);
        }
    }

    private static String text(String name, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
        if (bytes.length > MAX_FILE_BYTES) {
            throw new IOException(
                    name + " is larger than the limit of " + MAX_FILE_BYTES + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
