package io.trailwatch.pipeline.rules;

import io.trailwatch.core.detect.rule.RuleFiles;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the rule files in a folder and its subfolders, hidden ones left out, or one rule file, from
 * S3 or any file system that Flink knows. Files that did not change are not read again. For one
 * thread.
 */
public final class RuleFolder implements Closeable {
    /** Rule files of one folder. */
    static final int MAX_FILES = 5_000;

    /** Bytes of all its rule files. */
    static final long MAX_BYTES = 32L * 1024 * 1024;

    /** Files and folders looked at; more of them mean that another folder was meant. */
    static final int MAX_ENTRIES = 50_000;

    static final int MAX_DEPTH = 20;

    /**
     * A file that was changed as shortly before it was read may have changed again since, with the
     * same time of change: object stores tell it in seconds.
     */
    private static final Duration SETTLED_AFTER = Duration.ofMinutes(1);

    private final String location;
    private final FolderFiles files;
    private final Clock clock;
    private Map<String, Known> known = Map.of();

    private record Known(long bytes, long modifiedMillis, boolean settled, String text) {}

    /** A folder, not read yet. */
    public RuleFolder(RuleLocation location) {
        this(location, Clock.systemUTC());
    }

    RuleFolder(RuleLocation location, Clock clock) {
        this.location = location.uri();
        this.files =
                location.isS3()
                        ? new S3FolderFiles(location)
                        : new FlinkFolderFiles(location.uri());
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
            return new Reading().read();
        } catch (IOException | IllegalArgumentException e) {
            // The latter for names that a path of Flink cannot hold, such as local ones with ':'.
            throw new RuleFolderException(
                    "cannot read %s: %s".formatted(location, e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        try {
            files.close();
        } catch (IOException e) {
            throw new RuleFolderException("cannot close %s".formatted(location), e);
        }
    }

    private final class Reading implements FolderFiles.Visitor {
        private final Map<String, Known> read = new HashMap<>();
        private final Map<String, String> unreadable = new TreeMap<>();
        private long bytes;
        private int entries;

        RuleTexts read() throws IOException {
            files.list(this);
            known = read;
            Map<String, String> texts = new TreeMap<>();
            read.forEach((name, file) -> texts.put(name, file.text()));
            return new RuleTexts(texts, unreadable);
        }

        @Override
        public void entry() {
            if (++entries > MAX_ENTRIES) {
                throw new RuleFolderException(
                        "%s has more than %d files and folders".formatted(location, MAX_ENTRIES));
            }
        }

        @Override
        public void file(FolderFiles.File file) throws IOException {
            String name = file.name();
            if (!name.endsWith(".yml") && !name.endsWith(".yaml")) {
                return;
            }
            if (read.size() + unreadable.size() >= MAX_FILES) {
                throw new RuleFolderException(
                        "%s has more than %d rule files".formatted(location, MAX_FILES));
            }
            Known before = known.get(name);
            if (before != null
                    && before.settled()
                    && before.bytes() == file.bytes()
                    && before.modifiedMillis() == file.modifiedMillis()) {
                count(before.bytes());
                read.put(name, before);
                return;
            }
            long now = clock.millis();
            byte[] content;
            try (InputStream in = file.content().open()) {
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
                            file.bytes(),
                            file.modifiedMillis(),
                            now - file.modifiedMillis() > SETTLED_AFTER.toMillis(),
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
