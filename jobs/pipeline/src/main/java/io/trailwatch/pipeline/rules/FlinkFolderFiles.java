package io.trailwatch.pipeline.rules;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** Files of any file system that Flink knows; local ones by path or URI. */
final class FlinkFolderFiles implements FolderFiles {
    private static final Pattern WITH_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

    private final String uri;

    FlinkFolderFiles(String uri) {
        this.uri = uri;
    }

    @Override
    public void list(Visitor visitor) throws IOException {
        Path top =
                WITH_SCHEME.matcher(uri).matches()
                        ? new Path(uri)
                        : Path.fromLocalFile(java.nio.file.Path.of(uri).toAbsolutePath().toFile());
        FileSystem files = top.getFileSystem();
        FileStatus status = files.getFileStatus(top);
        if (status.isDir()) {
            folder(files, top, "", 0, visitor);
        } else {
            visitor.file(file(files, status, top.getName()));
        }
    }

    private void folder(FileSystem files, Path folder, String prefix, int depth, Visitor visitor)
            throws IOException {
        if (depth > RuleFolder.MAX_DEPTH) {
            throw new RuleFolderException(
                    "%s has folders nested deeper than %d".formatted(uri, RuleFolder.MAX_DEPTH));
        }
        FileStatus[] children = files.listStatus(folder);
        if (children == null) {
            throw new FileNotFoundException(folder + " does not exist");
        }
        for (FileStatus child : children) {
            visitor.entry();
            String name = child.getPath().getName();
            if (name.startsWith(".")) {
                continue;
            }
            if (child.isDir()) {
                folder(files, child.getPath(), prefix + name + "/", depth + 1, visitor);
            } else {
                visitor.file(file(files, child, prefix + name));
            }
        }
    }

    private static File file(FileSystem files, FileStatus status, String name) {
        return new File(
                name,
                status.getLen(),
                status.getModificationTime(),
                () -> files.open(status.getPath()));
    }

    @Override
    public void close() {}
}
