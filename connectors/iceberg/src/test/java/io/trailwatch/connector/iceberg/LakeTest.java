package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.table.Column;
import io.trailwatch.table.ColumnType;
import io.trailwatch.table.ColumnType.Primitive;
import io.trailwatch.table.ColumnType.Struct;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortField;
import org.apache.iceberg.Table;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.sink.RowDataTaskWriterFactory;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.TaskWriter;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.iceberg.shaded.org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LakeTest {
    private static final String[] ALL_OF_CALLS =
            TestTables.CALLS.columns().stream().map(Column::name).toArray(String[]::new);

    @TempDir private Path folder;
    private LakeSettings settings;

    @BeforeEach
    void nameWarehouse() {
        settings = LakeSettings.local(folder.resolve("ware house"));
    }

    @Test
    void saysThatThereIsNoWarehouseWhereNoneIs() throws Exception {
        Path warehouse = folder.resolve("ware house");
        assertThatThrownBy(() -> Lake.open(settings))
                .isInstanceOf(LakeException.class)
                .hasMessage("no warehouse at " + warehouse + ": no such folder");
        assertThat(warehouse).doesNotExist();

        Files.createDirectories(warehouse);
        assertThatThrownBy(() -> Lake.open(settings))
                .isInstanceOf(LakeException.class)
                .hasMessage("no warehouse at " + warehouse + ": it has no catalog.db");
        assertThat(warehouse).isEmptyDirectory();

        Files.writeString(warehouse.resolve("catalog.db"), "not a database ".repeat(100));
        assertThatThrownBy(() -> Lake.open(settings))
                .isInstanceOf(LakeException.class)
                .hasMessageStartingWith("cannot open the catalog of warehouse " + warehouse)
                .hasMessageContaining("not a database");
    }

    @Test
    void createsATableAsAthenaReadsIt() {
        create(TestTables.CALLS);
        try (Lake lake = Lake.open(settings)) {
            Table table = lake.table(TestTables.CALLS);
            assertThat(((BaseTable) table).operations().current().formatVersion()).isEqualTo(2);
            assertThat(table.location())
                    .isEqualTo("file://" + folder.resolve("ware house/trailwatch/calls"));
            assertThat(table.schema().sameSchema(IcebergSchemas.schema(TestTables.CALLS))).isTrue();
            assertThat(table.schema().identifierFieldIds()).isEmpty();
            assertThat(table.spec().fields())
                    .singleElement()
                    .satisfies(
                            (PartitionField field) -> {
                                assertThat(field.name()).isEqualTo("time_hour");
                                assertThat(field.transform()).hasToString("hour");
                            });
            assertThat(table.sortOrder().fields())
                    .singleElement()
                    .extracting(SortField::sourceId)
                    .isEqualTo(table.schema().findField("time").fieldId());
            assertThat(table.properties())
                    .containsEntry(
                            "write.parquet.bloom-filter-enabled.column.src_endpoint.ip", "true")
                    .containsEntry("write.parquet.compression-codec", "zstd")
                    .containsEntry("write.parquet.row-group-size-bytes", "16777216")
                    .containsEntry("write.parquet.dict-size-bytes", "32768")
                    .containsEntry("write.target-file-size-bytes", "134217728")
                    .containsEntry("write.metadata.delete-after-commit.enabled", "true");
        }
    }

    @Test
    void createsEveryTableOfTheLakeAndFindsItUnchangedAfterwards() {
        for (int round = 0; round < 2; round++) {
            try (Lake lake = Lake.openOrCreate(settings)) {
                Tables.ALL.forEach(lake::create);
                assertThat(lake.tables())
                        .containsExactlyInAnyOrderElementsOf(
                                Tables.ALL.stream()
                                        .map(layout -> new TableSummary(layout.name(), 0, 0, 0))
                                        .toList());
                for (TableLayout layout : Tables.ALL) {
                    BaseTable table = (BaseTable) lake.writable(layout);
                    assertThat(table.operations().current().previousFiles()).isEmpty();
                }
            }
        }
    }

    @Test
    void addsColumnsOfANewerLayoutAndReadsOlderRowsWithoutThem() throws Exception {
        TableLayout old = layout(TIME, Column.struct("actor", "Who.", NAME));
        TableLayout recent =
                layout(
                        TIME,
                        Column.struct(
                                "actor",
                                "Who.",
                                NAME,
                                Column.optional("uid", Primitive.STRING, "ARN.")),
                        Column.optional("count", Primitive.LONG, "How many."));
        create(old);
        append(old, List.of(Row.of(TestTables.T0, Row.of("alice"))));
        create(recent);
        append(recent, List.of(Row.of(TestTables.T0, Row.of("bob", "arn:bob"), 3L)));

        assertThat(read(recent, "count", "actor"))
                .containsExactlyInAnyOrder(
                        Row.of(null, Row.of("alice", null)), Row.of(3L, Row.of("bob", "arn:bob")));
        assertThat(read(old, "actor"))
                .containsExactlyInAnyOrder(Row.of(Row.of("alice")), Row.of(Row.of("bob")));
    }

    @Test
    void readsATableThatHasNotYetTheColumnsOfTheLayout() throws Exception {
        TableLayout old = layout(TIME);
        create(old);
        append(old, List.of(Row.of(TestTables.T0)));
        TableLayout recent = layout(TIME, Column.struct("actor", "Who.", NAME));

        assertThat(read(recent, "actor", "time")).containsExactly(Row.of(null, TestTables.T0));
    }

    @Test
    void addsTheNewColumnsOfQuarantineToATableThatWasMadeWithoutThem() throws Exception {
        List<Column> columns = Tables.QUARANTINE.columns();
        int olderColumns = Tables.QUARANTINE.indexOf("total_bytes");
        TableLayout older =
                new TableLayout(
                        Tables.QUARANTINE.name(),
                        Tables.QUARANTINE.doc(),
                        columns.subList(0, olderColumns),
                        Tables.QUARANTINE.partition(),
                        Tables.QUARANTINE.sortBy(),
                        Tables.QUARANTINE.bloomFilters());
        create(older);
        byte[] payload = {1, 2, 3};
        append(
                older,
                List.of(
                        Row.of(
                                "id-1",
                                TestTables.T0,
                                "unwrap",
                                "BROKEN_JSON",
                                "detail",
                                "file",
                                "",
                                "0",
                                0,
                                0,
                                payload)));

        create(Tables.QUARANTINE);

        assertThat(
                        read(
                                Tables.QUARANTINE,
                                "id",
                                "total_bytes",
                                "whole_record",
                                "account",
                                "log_timestamp",
                                "kind",
                                "event_hour"))
                .containsExactly(Row.of("id-1", null, null, null, null, null, null));
        try (Lake lake = Lake.open(settings)) {
            assertThat(lake.writable(Tables.QUARANTINE).schema().columns())
                    .extracting(field -> field.name())
                    .containsExactlyElementsOf(columns.stream().map(Column::name).toList());
        }
    }

    @Test
    void deletesRowsInOneCommitAndTellsWhichOne() throws Exception {
        create(TestTables.CALLS);
        append(TestTables.CALLS, calls(0, 5));
        append(TestTables.CALLS, calls(5, 7));
        append(TestTables.CALLS, calls(7, 8));
        try (Lake lake = Lake.open(settings)) {
            long before = lake.snapshot(TestTables.CALLS).orElseThrow();
            assertThat(lake.lastDeletion(TestTables.CALLS)).isEmpty();

            // One row of a file of five, all of a file of one, none of the file between them.
            assertThat(
                            lake.deleteRows(
                                    TestTables.CALLS,
                                    "id",
                                    Set.of("call-2", "call-7", "call-99"),
                                    "move-1"))
                    .isEqualTo(2);

            assertThat(read(TestTables.CALLS, ALL_OF_CALLS))
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.of(0, 1, 3, 4, 5, 6).mapToObj(TestTables::call).toList());
            Lake.Deletion deletion = lake.lastDeletion(TestTables.CALLS).orElseThrow();
            long after = lake.snapshot(TestTables.CALLS).orElseThrow();
            assertThat(deletion).isEqualTo(new Lake.Deletion("move-1", after, before));
            assertThat(lake.tables())
                    .singleElement()
                    .satisfies(table -> assertThat(table.rows()).isEqualTo(6));
            try (CloseableIterable<Row> rows =
                    lake.readSnapshot(TestTables.CALLS, List.of("id"), before)) {
                assertThat(rows).contains(Row.of("call-2"), Row.of("call-7")).hasSize(8);
            }

            assertThat(lake.deleteRows(TestTables.CALLS, "id", Set.of("call-2"), "move-2"))
                    .isZero();
            assertThat(lake.snapshot(TestTables.CALLS)).contains(after);
            append(TestTables.CALLS, calls(8, 9));
            assertThat(lake.lastDeletion(TestTables.CALLS)).contains(deletion);
        }
    }

    @Test
    void appendsRowsTogetherWithTheirMark() throws Exception {
        create(TestTables.CALLS);
        try (Lake lake = Lake.open(settings)) {
            assertThat(lake.lastMark(TestTables.CALLS)).isEmpty();
            lake.append(TestTables.CALLS, calls(0, 2), "move-1");
            assertThat(lake.lastMark(TestTables.CALLS)).contains("move-1");
            lake.append(TestTables.CALLS, calls(100, 101), "move-2");
            assertThat(lake.lastMark(TestTables.CALLS)).contains("move-2");
        }
        assertThat(read(TestTables.CALLS, "id"))
                .containsExactlyInAnyOrder(Row.of("call-0"), Row.of("call-1"), Row.of("call-100"));
    }

    private static List<Row> calls(int from, int to) {
        return IntStream.range(from, to).mapToObj(TestTables::call).toList();
    }

    @Test
    void keepsAPropertyThatAnOperatorHasSetAndAddsThoseThatLack() {
        create(TestTables.CALLS);
        try (Lake lake = Lake.open(settings)) {
            lake.table(TestTables.CALLS)
                    .updateProperties()
                    .set("write.parquet.compression-codec", "gzip")
                    .remove("write.target-file-size-bytes")
                    .commit();
            lake.create(TestTables.CALLS);
            assertThat(lake.table(TestTables.CALLS).properties())
                    .containsEntry("write.parquet.compression-codec", "gzip")
                    .containsEntry("write.target-file-size-bytes", "134217728");
        }
    }

    @Test
    void refusesWhatCannotBeEvolvedAndNamesTableAndColumn() {
        create(layout(TIME, Column.struct("actor", "Who.", NAME)));
        refused(
                layout(TIME, Column.struct("actor", "Who.", optional("name", Primitive.LONG))),
                "table small: column actor.name has type string, the layout wants long");
        refused(
                layout(
                        TIME,
                        Column.optional(
                                "actor", new ColumnType.ListOf(new Struct(List.of(NAME))), "Who.")),
                "table small: column actor has type struct");
        refused(
                layout(
                        TIME,
                        Column.struct("actor", "Who.", NAME),
                        Column.required("id", Primitive.STRING, "Which.")),
                "table small: column id is required and cannot be added to an existing table");
        refused(
                layout(TIME),
                "table small: column actor is unknown to this version: the table is newer");
        refused(
                layout(
                        TIME,
                        optional("first", Primitive.STRING),
                        Column.struct("actor", "Who.", NAME)),
                "table small: column first is expected at place 2, where the table has actor");
        refused(
                layout(
                        TIME,
                        Column.struct(
                                "actor", "Who.", Column.required("name", Primitive.STRING, "N."))),
                "table small: column actor.name is optional, this version wants it required");
    }

    @Test
    void writesBloomFiltersInZstdFiles() throws Exception {
        create(TestTables.CALLS);
        List<Row> rows =
                IntStream.range(0, 3_000)
                        .mapToObj(
                                n ->
                                        Row.of(
                                                TestTables.T0.plusMillis(n),
                                                "call-" + n,
                                                (long) n,
                                                null,
                                                null,
                                                null,
                                                null,
                                                Row.of("2001:db8::" + Integer.toHexString(n), null),
                                                null,
                                                null,
                                                null))
                        .toList();
        append(TestTables.CALLS, rows);

        List<String> withBloomFilter = new ArrayList<>();
        try (Lake lake = Lake.open(settings)) {
            Table table = lake.table(TestTables.CALLS);
            Snapshot snapshot = table.currentSnapshot();
            for (DataFile file : snapshot.addedDataFiles(table.io())) {
                try (ParquetFileReader reader =
                        ParquetFileReader.open(
                                new LocalInputFile(LocalFileIO.path(file.location())))) {
                    for (ColumnChunkMetaData column :
                            reader.getFooter().getBlocks().get(0).getColumns()) {
                        assertThat(column.getCodec()).isEqualTo(CompressionCodecName.ZSTD);
                        if (column.getBloomFilterOffset() >= 0) {
                            withBloomFilter.add(column.getPath().toDotString());
                        }
                    }
                }
            }
        }
        assertThat(withBloomFilter).containsExactlyInAnyOrder("id", "src_endpoint.ip");
    }

    @Test
    void readsOnlyTheRowsOfATimeRange() throws Exception {
        create(TestTables.CALLS);
        append(TestTables.CALLS, IntStream.range(0, 300).mapToObj(TestTables::call).toList());
        Instant from = TestTables.T0.plusSeconds(60 * 60L);
        Instant to = TestTables.T0.plusSeconds(64 * 60L);
        try (Lake lake = Lake.open(settings);
                CloseableIterable<Row> rows =
                        lake.read(TestTables.CALLS, List.of("sequence"), from, to)) {
            assertThat(rows)
                    .containsExactlyInAnyOrder(Row.of(60L), Row.of(61L), Row.of(62L), Row.of(63L));
        }
    }

    @Test
    void summarisesWhatTablesHold() throws Exception {
        create(TestTables.CALLS);
        append(TestTables.CALLS, IntStream.range(0, 100).mapToObj(TestTables::call).toList());
        append(TestTables.CALLS, IntStream.range(0, 20).mapToObj(TestTables::call).toList());
        try (Lake lake = Lake.open(settings)) {
            // 100 minutes from 10:00 on lie in two hours, 20 minutes in one.
            assertThat(lake.tables()).containsExactly(new TableSummary("calls", 120, 3, 2));
        }
    }

    @Test
    void saysWhichTableOrColumnDoesNotExist() {
        create(TestTables.CALLS);
        try (Lake lake = Lake.open(settings)) {
            assertThatThrownBy(() -> lake.read(TestTables.calls("absent"), List.of("id")))
                    .isInstanceOf(LakeException.class)
                    .hasMessage("no table absent in warehouse " + folder.resolve("ware house"));
            assertThatThrownBy(() -> lake.read(TestTables.CALLS, List.of("absent")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("table calls has no column absent");
        }
    }

    private static final Column TIME = Column.required("time", Primitive.TIMESTAMP, "When.");
    private static final Column NAME = Column.optional("name", Primitive.STRING, "Name.");

    private static Column optional(String name, ColumnType type) {
        return Column.optional(name, type, "Something.");
    }

    private static TableLayout layout(Column... columns) {
        return new TableLayout(
                "small",
                "Small.",
                List.of(columns),
                new TableLayout.Partition("time", TableLayout.Granularity.DAY),
                List.of("time"),
                List.of());
    }

    private void create(TableLayout layout) {
        try (Lake lake = Lake.openOrCreate(settings)) {
            lake.create(layout);
        }
    }

    private void refused(TableLayout layout, String message) {
        try (Lake lake = Lake.open(settings)) {
            assertThatThrownBy(() -> lake.create(layout))
                    .isInstanceOf(LakeException.class)
                    .hasMessageStartingWith(message);
        }
    }

    /** Writes with the writer of the sink, without a job around it. */
    private void append(TableLayout layout, List<Row> rows) throws Exception {
        try (Lake lake = Lake.open(settings)) {
            Table table = lake.writable(layout);
            RowDataTaskWriterFactory factory =
                    new RowDataTaskWriterFactory(
                            table,
                            FlinkSchemaUtil.convert(table.schema()),
                            IcebergSchemas.TARGET_FILE_BYTES,
                            FileFormat.PARQUET,
                            table.properties(),
                            List.of(),
                            false);
            factory.initialize(1, 1);
            AppendFiles append = table.newAppend();
            try (TaskWriter<RowData> writer = factory.create()) {
                for (Row row : rows) {
                    writer.write(RowDatas.view(layout, row));
                }
                for (DataFile file : writer.dataFiles()) {
                    append.appendFile(file);
                }
            }
            append.commit();
        }
    }

    private List<Row> read(TableLayout layout, String... columns) throws Exception {
        try (Lake lake = Lake.open(settings);
                CloseableIterable<Row> rows = lake.read(layout, List.of(columns))) {
            List<Row> read = new ArrayList<>();
            rows.forEach(read::add);
            return read;
        }
    }
}
