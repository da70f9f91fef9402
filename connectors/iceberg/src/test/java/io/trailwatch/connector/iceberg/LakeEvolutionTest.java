package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.table.Column;
import io.trailwatch.table.ColumnType;
import io.trailwatch.table.ColumnType.ListOf;
import io.trailwatch.table.ColumnType.Primitive;
import io.trailwatch.table.ColumnType.Struct;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.TableLayout.Granularity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From one version of a layout to the next, over tables that hold rows. */
class LakeEvolutionTest {
    private static final Instant T0 = TestTables.T0;
    private static final Column TIME = Column.required("time", Primitive.TIMESTAMP, "When.");
    private static final Column ID = Column.required("id", Primitive.STRING, "Which.");

    private static final List<Column> OLD =
            List.of(
                    TIME,
                    ID,
                    optional("count", Primitive.INT),
                    Column.struct(
                            "actor",
                            "Who.",
                            Column.required("name", Primitive.STRING, "Name."),
                            optional("age", Primitive.INT)),
                    optional(
                            "resources",
                            new ListOf(
                                    new Struct(
                                            List.of(
                                                    Column.required(
                                                            "uid", Primitive.STRING, "ARN."),
                                                    optional("size", Primitive.INT))))),
                    optional("codes", new ListOf(Primitive.INT)));

    private static final List<Column> NEW =
            List.of(
                    TIME,
                    optional("id", Primitive.STRING),
                    optional("count", Primitive.LONG),
                    Column.struct(
                            "actor",
                            "Who.",
                            optional("name", Primitive.STRING),
                            optional("age", Primitive.LONG),
                            optional("uid", Primitive.STRING)),
                    optional(
                            "resources",
                            new ListOf(
                                    new Struct(
                                            List.of(
                                                    optional("uid", Primitive.STRING),
                                                    optional("size", Primitive.LONG),
                                                    Column.struct(
                                                            "owner",
                                                            "Whose.",
                                                            optional("uid", Primitive.STRING)))))),
                    optional("codes", new ListOf(Primitive.LONG)),
                    optional("labels", new ListOf(Primitive.STRING)));

    private static final Row OLD_ROW =
            Row.of(
                    T0,
                    "old",
                    7,
                    Row.of("alice", 42),
                    List.of(Row.of("arn:a", 1), Row.of("arn:b", null)),
                    List.of(1, 2));

    private static final Row OLD_ROW_AS_READ_LATER =
            Row.of(
                    T0,
                    "old",
                    7L,
                    Row.of("alice", 42L, null),
                    List.of(Row.of("arn:a", 1L, null), Row.of("arn:b", null, null)),
                    List.of(1L, 2L),
                    null);

    private static final Row NEW_ROW =
            Row.of(
                    T0.plusSeconds(1),
                    null,
                    1L << 40,
                    Row.of(null, 1L << 41, "arn:bob"),
                    List.of(Row.of(null, 1L << 42, Row.of("bob"))),
                    List.of(1L << 43),
                    List.of("x"));

    @TempDir private Path folder;
    private LakeSettings settings;

    @BeforeEach
    void nameWarehouse() {
        settings = LakeSettings.local(folder);
    }

    @Test
    void widensAddsAndLoosensColumnsAtAnyDepthInOneCommit() throws Exception {
        TableLayout old = layout(OLD, Granularity.HOUR, List.of("time"), 1);
        TableLayout recent = layout(NEW, Granularity.DAY, List.of("id", "time"), 2);
        try (Lake lake = Lake.openOrCreate(settings)) {
            lake.create(old);
            lake.append(old, List.of(OLD_ROW), "mark-1");
            int versions = metadataVersions(lake, old);

            assertThat(read(lake, recent)).containsExactly(OLD_ROW_AS_READ_LATER);
            lake.create(recent);
            assertThat(metadataVersions(lake, recent)).isEqualTo(versions + 1);
            lake.append(recent, List.of(NEW_ROW), "mark-2");

            assertThat(read(lake, recent))
                    .containsExactlyInAnyOrder(OLD_ROW_AS_READ_LATER, NEW_ROW);
            assertThat(lake.table(recent).schema().findField("resources.element.owner.uid"))
                    .isNotNull();

            lake.create(recent);
            assertThat(metadataVersions(lake, recent)).isEqualTo(versions + 2);
        }
    }

    @Test
    void widensFloatsThatAnotherEngineMade() throws Exception {
        Schema schema =
                new Schema(
                        Types.NestedField.required(1, "time", Types.TimestampType.withZone()),
                        Types.NestedField.optional(2, "score", Types.FloatType.get()));
        try (JdbcCatalog catalog = (JdbcCatalog) settings.catalogLoader().loadCatalog()) {
            ((SupportsNamespaces) catalog).createNamespace(Namespace.of(TableLayout.NAMESPACE));
            catalog.createTable(
                    TableIdentifier.of(TableLayout.NAMESPACE, "small"),
                    schema,
                    PartitionSpec.builderFor(schema).day("time").build());
        }
        TableLayout layout =
                layout(
                        List.of(TIME, optional("score", Primitive.DOUBLE)),
                        Granularity.DAY,
                        List.of("time"),
                        1);
        try (Lake lake = Lake.open(settings)) {
            lake.create(layout);
            lake.append(layout, List.of(Row.of(T0, 0.1)), "mark");
            assertThat(read(lake, layout)).containsExactly(Row.of(T0, 0.1));
        }
    }

    @Test
    void anOlderJobIsRefusedByATableThatIsNewer() {
        evolve(layout(NEW, Granularity.HOUR, List.of("time"), 1));
        List<Column> known = new ArrayList<>(NEW.subList(0, 6));
        refused(
                layout(known, Granularity.HOUR, List.of("time"), 1),
                "table small: column labels is unknown to this version: the table is newer, and"
                        + " this version cannot write it");
        List<Column> narrow = new ArrayList<>(NEW);
        narrow.set(2, optional("count", Primitive.INT));
        refused(
                layout(narrow, Granularity.HOUR, List.of("time"), 1),
                "table small: column count has type long, the layout wants int: the table is"
                        + " newer");
        List<Column> strict = new ArrayList<>(NEW);
        strict.set(1, ID);
        refused(
                layout(strict, Granularity.HOUR, List.of("time"), 1),
                "table small: column id is optional, this version wants it required: the table is"
                        + " newer, or was changed by others");
        List<Column> shallow = new ArrayList<>(NEW);
        shallow.set(4, OLD.get(4));
        refused(
                layout(shallow, Granularity.HOUR, List.of("time"), 1),
                "table small: column resources.uid is optional, this version wants it required:"
                        + " the table is newer, or was changed by others");
    }

    @Test
    void anOlderJobDoesNotTurnBackThePartitionsOfANewerOne() {
        evolve(layout(OLD, Granularity.DAY, List.of("time"), 2));
        TableLayout older = layout(OLD, Granularity.HOUR, List.of("time"), 1);
        String message =
                "table small has layout version 2, this version knows 1: the table is newer; its"
                        + " column time is partitioned by [";
        refused(older, message);
        try (Lake lake = Lake.open(settings)) {
            assertThatThrownBy(() -> lake.writable(older))
                    .isInstanceOf(LakeException.class)
                    .hasMessageStartingWith(message);
            assertThat(transforms(lake.table(older))).containsExactly("day");
        }
    }

    @Test
    void partitionsAndSortOrderChangeForNewFilesAndOldOnesStayReadable() throws Exception {
        TableLayout hourly = layout(OLD, Granularity.HOUR, List.of("time"), 1);
        TableLayout daily = layout(OLD, Granularity.DAY, List.of("id", "time"), 2);
        try (Lake lake = Lake.openOrCreate(settings)) {
            lake.create(hourly);
            lake.append(hourly, rows(0, 4), "mark-1");
            lake.create(daily);
            lake.append(daily, rows(4, 8), "mark-2");

            Table table = lake.table(daily);
            assertThat(transforms(table)).containsExactly("day");
            assertThat(table.specs()).hasSize(2);
            assertThat(table.sortOrder().fields())
                    .extracting(field -> table.schema().findColumnName(field.sourceId()))
                    .containsExactly("id", "time");
            // Four files of an hour each, then one of the day.
            assertThat(lake.tables()).containsExactly(new TableSummary("small", 8, 5, 2));
            assertThat(ids(lake, daily, T0.plusSeconds(3 * 3600), T0.plusSeconds(5 * 3600)))
                    .containsExactlyInAnyOrder("row-3", "row-4");

            assertThat(lake.deleteRows(daily, "id", Set.of("row-1", "row-6"), "gone")).isEqualTo(2);
            assertThat(ids(lake, daily, null, null))
                    .containsExactlyInAnyOrder(
                            "row-0", "row-2", "row-3", "row-4", "row-5", "row-7");

            TableLayout hourlyAgain = layout(OLD, Granularity.HOUR, List.of("time"), 3);
            lake.create(hourlyAgain);
            lake.append(hourlyAgain, rows(8, 10), "mark-3");
            assertThat(transforms(lake.table(daily))).containsExactly("hour");
            assertThat(ids(lake, hourlyAgain, T0.plusSeconds(5 * 3600), null))
                    .containsExactlyInAnyOrder("row-5", "row-7", "row-8", "row-9");
        }
    }

    @Test
    void partitionsThatAnOperatorHasChangedStayUntilTheLayoutChanges() throws Exception {
        TableLayout layout = layout(OLD, Granularity.HOUR, List.of("time"), 1);
        try (Lake lake = Lake.openOrCreate(settings)) {
            lake.create(layout);
            lake.table(layout).updateSpec().addField(Expressions.bucket("id", 4)).commit();
            lake.create(layout);
            assertThat(transforms(lake.table(layout))).containsExactly("hour", "bucket[4]");
            lake.append(layout, rows(0, 8), "mark");
            assertThat(ids(lake, layout, null, null)).hasSize(8);

            lake.create(layout(OLD, Granularity.DAY, List.of("time"), 2));
            assertThat(transforms(lake.table(layout))).containsExactly("day");
        }
    }

    @Test
    void aTableThatWasMadeBeforeLayoutsHadVersionsGetsOne() {
        TableLayout layout = layout(OLD, Granularity.HOUR, List.of("time"), 1);
        try (Lake lake = Lake.openOrCreate(settings)) {
            lake.create(layout);
            lake.table(layout).updateProperties().remove("trailwatch.layout-version").commit();
            lake.create(layout);
            assertThat(lake.table(layout).properties())
                    .containsEntry("trailwatch.layout-version", "1");
        }
    }

    @Test
    void aVersionThatIsNoNumberIsNamed() {
        TableLayout layout = layout(OLD, Granularity.HOUR, List.of("time"), 1);
        try (Lake lake = Lake.openOrCreate(settings)) {
            lake.create(layout);
            lake.table(layout).updateProperties().set("trailwatch.layout-version", "two").commit();
        }
        refused(
                layout,
                "table small: property trailwatch.layout-version is 'two', must be a number");
    }

    @Test
    void jobsThatStartAtOnceBringATableToTheirLayoutTogether() throws Exception {
        RacingJobs.evolve(settings, 4, 5);
    }

    @Test
    void keepsSnapshotsLongerThanAJobMayStandStill() {
        TableLayout layout = layout(OLD, Granularity.HOUR, List.of("time"), 1);
        try (Lake lake = Lake.openOrCreate(settings)) {
            lake.create(layout);
            long retentionMillis =
                    Long.parseLong(
                            lake.table(layout)
                                    .properties()
                                    .get("history.expire.max-snapshot-age-ms"));
            assertThat(retentionMillis).isGreaterThan(IcebergSchemas.LONGEST_OUTAGE.toMillis());
            assertThat(lake.table(layout).properties())
                    .containsEntry("write.metadata.delete-after-commit.enabled", "true")
                    .containsEntry("write.metadata.previous-versions-max", "50")
                    .containsEntry("history.expire.min-snapshots-to-keep", "100")
                    .doesNotContainKey("write.object-storage.enabled");
        }
    }

    private static Column optional(String name, ColumnType type) {
        return Column.optional(name, type, "Something.");
    }

    private static TableLayout layout(
            List<Column> columns, Granularity granularity, List<String> sortBy, int version) {
        return new TableLayout(
                "small",
                "Small.",
                columns,
                new TableLayout.Partition("time", granularity),
                sortBy,
                List.of(),
                version);
    }

    /** One row an hour. */
    private static List<Row> rows(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(n -> Row.of(T0.plusSeconds(n * 3600L), "row-" + n, n, null, null, null))
                .toList();
    }

    private void evolve(TableLayout layout) {
        try (Lake lake = Lake.openOrCreate(settings)) {
            lake.create(layout);
        }
    }

    private void refused(TableLayout layout, String message) {
        try (Lake lake = Lake.open(settings)) {
            int versions = metadataVersions(lake, layout);
            assertThatThrownBy(() -> lake.create(layout))
                    .isInstanceOf(LakeException.class)
                    .hasMessageStartingWith(message);
            assertThat(metadataVersions(lake, layout)).isEqualTo(versions);
        }
    }

    private static int metadataVersions(Lake lake, TableLayout layout) {
        BaseTable table = (BaseTable) lake.table(layout);
        return table.operations().current().previousFiles().size();
    }

    private static List<String> transforms(Table table) {
        return table.spec().fields().stream()
                .map(PartitionField::transform)
                .map(Object::toString)
                .toList();
    }

    private static List<Row> read(Lake lake, TableLayout layout) throws Exception {
        List<String> columns = layout.columns().stream().map(Column::name).toList();
        try (CloseableIterable<Row> rows = lake.read(layout, columns)) {
            List<Row> read = new ArrayList<>();
            rows.forEach(read::add);
            return read;
        }
    }

    private static List<Object> ids(Lake lake, TableLayout layout, Instant from, Instant to)
            throws Exception {
        try (CloseableIterable<Row> rows = lake.read(layout, List.of("id"), from, to)) {
            List<Object> ids = new ArrayList<>();
            rows.forEach(row -> ids.add(row.value(0)));
            return ids;
        }
    }
}
