package io.trailwatch.cli.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Checkpoints of local runs: {@code <folder>/<job id>/chk-<n>/_metadata}. */
final class Checkpoints {
    private static final int DEPTH_OF_METADATA = 3;

    private Checkpoints() {}

    /**
     * The checkpoint completed last, of whichever run; empty when there is none. Flink writes
     * {@code _metadata} last of all.
     */
    static Optional<Path> newest(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        List<Path> completed;
        try (Stream<Path> walk = Files.walk(folder, DEPTH_OF_METADATA)) {
            completed =
                    walk.filter(path -> path.getFileName().toString().equals("_metadata")).toList();
        }
        Comparator<Path> byTime = Comparator.comparing(Checkpoints::modified);
        return completed.stream().max(byTime).map(Path::getParent);
    }

    private static FileTime modified(Path path) {
        try {
            return Files.getLastModifiedTime(path);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }
}
