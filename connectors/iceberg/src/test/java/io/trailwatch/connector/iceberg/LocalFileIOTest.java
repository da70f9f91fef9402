package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.flink.util.InstantiationUtil;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFileIOTest {
    private final LocalFileIO io = new LocalFileIO();
    @TempDir private Path folder;

    @Test
    void writesIntoFoldersThatAreNotThereYetAndReadsFromAnyPosition() throws IOException {
        String location = location("a/b c/file.txt");
        try (PositionOutputStream out = io.newOutputFile(location).create()) {
            out.write("0123456789".getBytes(StandardCharsets.UTF_8));
            out.write('x');
            assertThat(out.getPos()).isEqualTo(11);
        }
        assertThat(io.newInputFile(location).getLength()).isEqualTo(11);
        try (SeekableInputStream in = io.newInputFile(location).newStream()) {
            in.seek(8);
            assertThat(in.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("89x");
            assertThat(in.getPos()).isEqualTo(11);
        }
    }

    @Test
    void neverOverwritesWhatItShallCreate() throws IOException {
        write("file.txt", "first");
        assertThatThrownBy(() -> io.newOutputFile(location("file.txt")).create())
                .isInstanceOf(AlreadyExistsException.class);
        assertThat(folder.resolve("file.txt")).hasContent("first");

        try (PositionOutputStream out =
                io.newOutputFile(location("file.txt")).createOrOverwrite()) {
            out.write('2');
        }
        assertThat(folder.resolve("file.txt")).hasContent("2");
    }

    @Test
    void listsAndDeletesByPrefix() throws Exception {
        write("t/data/ab/1", "one");
        write("t/data/abc", "three");
        write("t/data/b", "b");

        assertThat(listed("t/data/ab/")).containsExactly(location("t/data/ab/1"));
        assertThat(listed("t/data"))
                .containsExactlyInAnyOrder(
                        location("t/data/ab/1"), location("t/data/abc"), location("t/data/b"));
        assertThat(listed("absent/x")).isEmpty();

        io.deleteFiles(List.of(location("t/data/b"), location("t/data/absent")));
        assertThat(folder.resolve("t/data/b")).doesNotExist();
        io.deletePrefix(location("t/data"));
        assertThat(folder.resolve("t/data")).doesNotExist();
        assertThat(folder.resolve("t")).isEmptyDirectory();
    }

    @Test
    void namesTheFileThatIsMissing() {
        assertThatThrownBy(() -> io.newInputFile(location("absent")).newStream())
                .isInstanceOf(NotFoundException.class)
                .hasMessage("no file at " + location("absent"));
        assertThatThrownBy(() -> io.newInputFile(location("absent")).getLength())
                .isInstanceOf(NotFoundException.class);
        assertThat(io.newInputFile(location("absent")).exists()).isFalse();
    }

    @Test
    void refusesLocationsThatAreNotLocalAndAbsolute() {
        assertThat(LocalFileIO.path("file:/a/b")).isEqualTo(Path.of("/a/b"));
        assertThat(LocalFileIO.path("/a/b")).isEqualTo(Path.of("/a/b"));
        for (String location : List.of("s3://bucket/key", "file://host/key", "a/b")) {
            assertThatThrownBy(() -> LocalFileIO.path(location))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(location);
        }
    }

    @Test
    void travelsToTasks() throws Exception {
        io.initialize(Map.of("warehouse", "file:///w"));
        LocalFileIO copy = InstantiationUtil.clone(io);
        assertThat(copy.properties()).containsEntry("warehouse", "file:///w");
    }

    private List<String> listed(String prefix) {
        return StreamSupport.stream(io.listPrefix(location(prefix)).spliterator(), false)
                .map(FileInfo::location)
                .toList();
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private String location(String name) {
        return "file://" + folder + "/" + name;
    }
}
