package io.trailwatch.pipeline.rules;

import io.trailwatch.core.detect.rule.RuleFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Reads the rule files in a folder and its subfolders, hidden ones left out, or one rule file, from
 * any file system that Flink knows. Files that did not change are not read again. For one thread.
 */
public final class RuleFolder {
    /** Rule files of one folder. */
    static final int MAX_FILES = 5_000;

    /** Bytes of all its rule files. */
    static final long MAX_BYTES = 32L * 1024 * 1024;

    /** Files and folders looked at; more of them mean that another folder was meant. */
    static final int MAX_ENTRIES = 50_000;

    private static final int MAX_DEPTH = 20;

    /**
     * A file that was changed as shortly before it was read may have changed again since, with the
     * same time of change: object stores tell it in seconds.
     */
    private static final Duration SETTLED_AFTER = Duration.ofMinutes(1);

    private static final Pattern WITH_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

    private final String location;
    private final Clock clock;
    private Map<String, Known> known = Map.of();

    private record Known(long bytes, long modifiedMillis, boolean settled, String text) {}

    /**
     * A folder, not read yet.
     *
     * @param location a local path, or a URI such as {@code s3://bucket/prefix}
     */
    public RuleFolder(String location) {
        this(location, Clock.systemUTC());
    }

    RuleFolder(String location, Clock clock) {
        this.location = location;
        this.clock = clock;
    }

    public String location() {
        return location;
    }

    /**
     * Reads what the folder holds now.
     *
     * @throws RuleFolderException if the folder cannot be listed, changes while it is read, or
     *     holds more than {@value #MAX_FILES} rule files or {@value #MAX_BYTES} bytes of them
     */
    public RuleTexts read() {
        try {
            return new Reading().read(path());
        } catch (IOException | IllegalArgumentException e) {
            // The latter for names that a path of Flink cannot hold, such as local ones with ':'.
            throw new RuleFolderException(
                    "cannot read %s: %s".formatted(location, e.getMessage()), e);
        }
    }

    private Path path() {
        return WITH_SCHEME.matcher(location).matches()
                ? new Path(location)
                : Path.fromLocalFile(java.nio.file.Path.of(location).toAbsolutePath().toFile());
    }

    private final class Reading {
        private final Map<String, Known> read = new HashMap<>();
        private final Map<String, String> unreadable = new TreeMap<>();
        private long bytes;
        private int entries;

        RuleTexts read(Path top) throws IOException {
            FileSystem files = top.getFileSystem();
            FileStatus status = files.getFileStatus(top);
            if (status.isDir()) {
                folder(files, top, "", 0);
            } else {
                file(files, status, top.getName());
            }
            known = read;
            Map<String, String> texts = new TreeMap<>();
            read.forEach((name, file) -> texts.put(name, file.text()));
            return new RuleTexts(texts, unreadable);
        }

        private void folder(FileSystem files, Path folder, String prefix, int depth)
                throws IOException {
            if (depth > MAX_DEPTH) {
                throw new RuleFolderException(
                        "%s has folders nested deeper than %d".formatted(location, MAX_DEPTH));
            }
            FileStatus[] children = files.listStatus(folder);
            if (children == null) {
                throw new FileNotFoundException(folder + " does not exist");
            }
            for (FileStatus child : children) {
                if (++entries > MAX_ENTRIES) {
                    throw new RuleFolderException(
                            "%s has more than %d files and folders"
                                    .formatted(location, MAX_ENTRIES));
                }
                String name = child.getPath().getName();
                if (name.startsWith(".")) {
                    continue;
                }
                if (child.isDir()) {
                    folder(files, child.getPath(), prefix + name + "/", depth + 1);
                } else if (name.endsWith(".yml") || name.endsWith(".yaml")) {
                    file(files, child, prefix + name);
                }
            }
        }

        private void file(FileSystem files, FileStatus status, String name) throws IOException {
            if (read.size() + unreadable.size() >= MAX_FILES) {
                throw new RuleFolderException(
                        "%s has more than %d rule files".formatted(location, MAX_FILES));
            }
            Known before = known.get(name);
            if (before != null
                    && before.settled()
                    && before.bytes() == status.getLen()
                    && before.modifiedMillis() == status.getModificationTime()) {
                count(before.bytes());
                read.put(name, before);
                return;
            }
            long now = clock.millis();
            byte[] content;
            try (InputStream in = files.open(status.getPath())) {
                content = in.readNBytes(RuleFiles.MAX_FILE_BYTES + 1);
            } catch (FileNotFoundException e) {
                throw new IOException(name + " went away while the folder was read", e);
            } catch (IOException e) {
                unreadable.put(name, "%s: cannot be read: %s".formatted(name, e.getMessage()));
                return;
            }
            if (content.length > RuleFiles.MAX_FILE_BYTES) {
                unreadable.put(
                        name,
                        "%s: is larger than the limit of %d bytes"
                                .formatted(name, RuleFiles.MAX_FILE_BYTES));
                return;
            }
            count(content.length);
            read.put(
                    name,
                    new Known(
                            status.getLen(),
                            status.getModificationTime(),
                            now - status.getModificationTime() > SETTLED_AFTER.toMillis(),
                            new String(content, StandardCharsets.UTF_8)));
        }

        private void count(long more) {
            bytes += more;
            if (bytes > MAX_BYTES) {
                throw new RuleFolderException(
                        "%s has more than %d bytes of rule files".formatted(location, MAX_BYTES));
            }
        }
    }
}
