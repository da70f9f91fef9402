package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.iceberg.shaded.org.apache.parquet.example.data.Group;
import org.apache.iceberg.shaded.org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.ParquetWriter;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.iceberg.shaded.org.apache.parquet.io.LocalOutputFile;
import org.apache.iceberg.shaded.org.apache.parquet.schema.MessageType;
import org.apache.iceberg.shaded.org.apache.parquet.schema.MessageTypeParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParquetTextTest {
    /** As AWS writes flow logs: no field ids, and only what may be absent. */
    private static final MessageType FLOW =
            MessageTypeParser.parseMessageType(
                    """
                    message flow {
                        optional int32 version;
                        optional binary account_id (STRING);
                        optional int64 bytes;
                    }
                    """);

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource(
            value = CompressionCodecName.class,
            names = {"UNCOMPRESSED", "GZIP", "SNAPPY", "ZSTD"})
    void readsEveryRowInTheOrderOfTheFile(CompressionCodecName codec) throws IOException {
        Path file =
                write(
                        FLOW,
                        codec,
                        1 << 20,
                        row -> row.append("version", 2).append("account_id", "111122223333"),
                        row -> row.append("version", 5).append("bytes", 9_000_000_000L),
                        row -> {});

        try (ParquetText rows = ParquetText.open(file)) {
            assertThat(rows.columns()).containsExactly("version", "account_id", "bytes");
            assertThat(all(rows))
                    .containsExactly(
                            Arrays.asList("2", "111122223333", null),
                            Arrays.asList("5", null, "9000000000"),
                            Arrays.asList(null, null, null));
        }
    }

    @Test
    void readsOnFromRowGroupToRowGroup() throws IOException {
        try (ParquetText rows = ParquetText.open(numbered(5_000))) {
            List<List<@Nullable String>> all = all(rows);
            for (int i = 0; i < 5_000; i++) {
                assertThat(all.get(i).get(2)).isEqualTo(Integer.toString(i));
            }
            assertThat(all).hasSize(5_000);
        }
    }

    @Test
    void refusesWhatIsNoParquet() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "PAR1 and nothing of it");

        assertThatThrownBy(() -> ParquetText.open(file))
                .isInstanceOf(UnreadableParquetException.class)
                .hasMessageContaining(file.toString())
                .hasCauseInstanceOf(RuntimeException.class);
    }

    @Test
    void refusesAFileThatWasCut() throws IOException {
        Path file = numbered(100);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));

        assertThatThrownBy(() -> ParquetText.open(file))
                .isInstanceOf(UnreadableParquetException.class);
    }

    @Test
    void handsOutTheRowsBeforeDamage() throws IOException {
        Path file = numbered(5_000);
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + 2_000, (byte) 0xFF);
        Files.write(file, bytes);

        List<@Nullable String> read = new ArrayList<>();
        try (ParquetText rows = ParquetText.open(file)) {
            assertThatThrownBy(
                            () -> {
                                List<@Nullable String> row = rows.next();
                                while (row != null) {
                                    read.add(row.get(2));
                                    row = rows.next();
                                }
                            })
                    .isInstanceOf(UnreadableParquetException.class);
        }
        assertThat(read).hasSizeBetween(1, 4_999).startsWith("0", "1", "2");
    }

    @Test
    void refusesColumnsThatAreNoPlainValues() throws IOException {
        MessageType nested =
                MessageTypeParser.parseMessageType(
                        "message m { optional int32 version; optional group user { optional int32"
                                + " id; } }");
        Path file =
                write(
                        nested,
                        CompressionCodecName.GZIP,
                        1 << 20,
                        row -> row.addGroup("user").append("id", 1));

        assertThatThrownBy(() -> ParquetText.open(file))
                .isInstanceOf(UnreadableParquetException.class)
                .hasMessageContaining("column user")
                .hasMessageContaining("must be a plain value");
    }

    /** Many small row groups. */
    private Path numbered(int count) throws IOException {
        List<Consumer<Group>> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long number = i;
            rows.add(row -> row.append("account_id", "row-" + number).append("bytes", number));
        }
        return write(FLOW, CompressionCodecName.UNCOMPRESSED, 4_096, rows);
    }

    @SafeVarargs
    private Path write(
            MessageType type,
            CompressionCodecName codec,
            long rowGroupBytes,
            Consumer<Group>... rows)
            throws IOException {
        return write(type, codec, rowGroupBytes, List.of(rows));
    }

    private Path write(
            MessageType type,
            CompressionCodecName codec,
            long rowGroupBytes,
            List<Consumer<Group>> rows)
            throws IOException {
        Path file = folder.resolve("flow.log.parquet");
        try (ParquetWriter<Group> writer =
                ExampleParquetWriter.builder(new LocalOutputFile(file))
                        .withType(type)
                        .withCompressionCodec(codec)
                        .withRowGroupSize(rowGroupBytes)
                        .withDictionaryEncoding(false)
                        .build()) {
            for (Consumer<Group> row : rows) {
                Group group = new SimpleGroup(type);
                row.accept(group);
                writer.write(group);
            }
        }
        return file;
    }

    private static List<List<@Nullable String>> all(ParquetText rows) {
        List<List<@Nullable String>> all = new ArrayList<>();
        List<@Nullable String> row = rows.next();
        while (row != null) {
            all.add(row);
            row = rows.next();
        }
        return all;
    }
}
