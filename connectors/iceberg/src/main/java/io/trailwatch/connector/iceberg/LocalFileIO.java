package io.trailwatch.connector.iceberg;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * Files of a local lake, without Hadoop. Locations are {@code file:///absolute/path}, not
 * percent-encoded, as Trino's local file system takes them; plain absolute paths are read too. A
 * closed file is on disk: the catalog never points to bytes that a power cut could take away.
 */
public final class LocalFileIO implements SupportsPrefixOperations, SupportsBulkOperations {
    private static final long serialVersionUID = 1;

    private HashMap<String, String> properties = new HashMap<>();

    @Override
    public void initialize(Map<String, String> newProperties) {
        properties = new HashMap<>(newProperties);
    }

    @Override
    public Map<String, String> properties() {
        return properties;
    }

    @Override
    public InputFile newInputFile(String location) {
        return new LocalInputFile(location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return new LocalOutputFile(location);
    }

    /** Deletes one file; one that is gone already counts as deleted. */
    @Override
    public void deleteFile(String location) {
        try {
            Files.deleteIfExists(path(location));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + location, e);
        }
    }

    @Override
    public void deleteFiles(Iterable<String> locations) throws BulkDeletionFailureException {
        List<RuntimeException> failures = new ArrayList<>();
        for (String location : locations) {
            try {
                deleteFile(location);
            } catch (UncheckedIOException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            BulkDeletionFailureException failure =
                    new BulkDeletionFailureException(failures.size());
            failures.forEach(failure::addSuppressed);
            throw failure;
        }
    }

    /** All regular files whose location starts with the prefix; none if there is no such folder. */
    @Override
    public Iterable<FileInfo> listPrefix(String prefix) {
        Path path = path(prefix);
        // "folder/ab" names folder/abc and folder/ab/c: the walk starts at the last whole folder.
        Path root = Files.isDirectory(path) ? path : path.getParent();
        if (root == null || !Files.isDirectory(root)) {
            return List.of();
        }
        String start = path.toString();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().startsWith(start))
                    .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .map(LocalFileIO::info)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + prefix, e);
        }
    }

    /** Deletes the files of {@link #listPrefix} and the folders that are empty then. */
    @Override
    public void deletePrefix(String prefix) {
        listPrefix(prefix).forEach(file -> deleteFile(file.location()));
        Path folder = path(prefix);
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> folders = Files.walk(folder)) {
            for (Path each : folders.sorted(Comparator.reverseOrder()).toList()) {
                deleteIfEmpty(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + prefix, e);
        }
    }

    private static void deleteIfEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            // A writer has put a file there meanwhile; the folder stays with it.
            return;
        }
    }

    private static FileInfo info(Path file) {
        try {
            return new FileInfo(
                    "file://" + file, Files.size(file), Files.getLastModifiedTime(file).toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the size of " + file, e);
        }
    }

    static Path path(String location) {
        String path = location;
        if (location.startsWith("file:")) {
            path = location.substring("file:".length());
            path = path.startsWith("//") ? path.substring(2) : path;
        }
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "location must be file:///absolute/path, is " + location);
        }
        return Path.of(path);
    }

    private record LocalInputFile(String location) implements InputFile {
        @Override
        public long getLength() {
            try {
                return Files.size(path(location));
            } catch (NoSuchFileException e) {
                throw new NotFoundException(e, "no file at %s", location);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read the size of " + location, e);
            }
        }

        @Override
        public SeekableInputStream newStream() {
            try {
                return new LocalInputStream(new RandomAccessFile(path(location).toFile(), "r"));
            } catch (FileNotFoundException e) {
                throw new NotFoundException(e, "no file at %s", location);
            }
        }

        @Override
        public boolean exists() {
            return Files.exists(path(location));
        }
    }

    private record LocalOutputFile(String location) implements OutputFile {
        @Override
        public PositionOutputStream create() {
            return open(StandardOpenOption.CREATE_NEW);
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return open(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        }

        private PositionOutputStream open(OpenOption... how) {
            Path path = path(location);
            List<OpenOption> options = new ArrayList<>(List.of(how));
            options.add(StandardOpenOption.WRITE);
            try {
                Path parent = path.getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                return new LocalOutputStream(
                        FileChannel.open(path, options.toArray(OpenOption[]::new)));
            } catch (FileAlreadyExistsException e) {
                throw new AlreadyExistsException(e, "file exists already: %s", location);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot create " + location, e);
            }
        }

        @Override
        public InputFile toInputFile() {
            return new LocalInputFile(location);
        }
    }

    /** Parquet reads in large pieces at positions it chooses: no buffer in between. */
    private static final class LocalInputStream extends SeekableInputStream {
        private final RandomAccessFile file;

        LocalInputStream(RandomAccessFile file) {
            this.file = file;
        }

        @Override
        public long getPos() throws IOException {
            return file.getFilePointer();
        }

        @Override
        public void seek(long position) throws IOException {
            file.seek(position);
        }

        @Override
        public int read() throws IOException {
            return file.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return file.read(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private static final class LocalOutputStream extends PositionOutputStream {
        private final FileChannel channel;
        private final BufferedOutputStream out;
        private long positionBytes;

        LocalOutputStream(FileChannel channel) {
            this.channel = channel;
            this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 64 * 1024);
        }

        @Override
        public long getPos() {
            return positionBytes;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            positionBytes++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            positionBytes += length;
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            if (!channel.isOpen()) {
                return;
            }
            try (channel) {
                out.flush();
                channel.force(true);
            }
        }
    }
}
