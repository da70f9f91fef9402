package io.trailwatch.connector.iceberg;

import io.trailwatch.table.Column;
import io.trailwatch.table.ColumnType;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import java.io.Serializable;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.flink.source.IcebergSource;
import org.apache.iceberg.flink.source.reader.RowDataConverter;

/** Reads a table back into a stream, once and to its end. */
public final class LakeSource {
    private LakeSource() {}

    /**
     * Values of one string column in the snapshot that is current when the graph is built; nothing
     * if the table has no snapshot. Rows where the column is null give no value.
     *
     * @throws LakeException if the table does not exist
     * @throws IllegalArgumentException if the layout has no such string column
     */
    public static DataStream<String> column(
            StreamExecutionEnvironment env,
            LakeSettings settings,
            TableLayout layout,
            String stringColumn,
            String uid,
            String name) {
        requireType(layout, stringColumn, ColumnType.Primitive.STRING);
        return read(env, settings, layout, List.of(stringColumn), new FirstString(), uid, name);
    }

    /**
     * Values of a long and a string column, under the conditions of {@link #column}.
     *
     * @throws LakeException if the table does not exist
     * @throws IllegalArgumentException if the layout has no such columns
     */
    public static DataStream<Tuple2<Long, String>> columns(
            StreamExecutionEnvironment env,
            LakeSettings settings,
            TableLayout layout,
            String longColumn,
            String stringColumn,
            String uid,
            String name) {
        requireType(layout, longColumn, ColumnType.Primitive.LONG);
        requireType(layout, stringColumn, ColumnType.Primitive.STRING);
        // Columns come in the order of the table, whatever the order of their names here.
        boolean longFirst = layout.indexOf(longColumn) < layout.indexOf(stringColumn);
        return read(
                env,
                settings,
                layout,
                List.of(longColumn, stringColumn),
                new LongAndString(longFirst),
                uid,
                name);
    }

    /**
     * Rows of the snapshot that is current when the graph is built, each made a value where it is
     * read; nothing if the table has no snapshot. What the table lacks of the columns is null.
     *
     * @param mapper makes a value of a row
     * @throws LakeException if the table does not exist
     * @throws IllegalArgumentException if the layout has no such column, or one is a map
     */
    public static <T> DataStream<T> rows(
            StreamExecutionEnvironment env,
            LakeSettings settings,
            LakeScan scan,
            Mapper<T> mapper,
            String uid,
            String name) {
        TableLayout layout = scan.layout();
        try (Lake lake = Lake.open(settings)) {
            Table table = lake.table(layout);
            Set<String> columns = new HashSet<>(scan.columns());
            // Iceberg compares after the projection, so what it compares must be in there.
            columns.add(layout.partition().column());
            Schema projection = table.schema().select(columns);
            RowDataReader reader =
                    RowDataReader.of(
                            scan.columns().stream()
                                    .map(column -> layout.columns().get(layout.indexOf(column)))
                                    .toList(),
                            projection.asStruct());
            IcebergSource.Builder<T> source =
                    IcebergSource.forOutputType(new Rows<>(reader, mapper))
                            .table(table)
                            .tableLoader(settings.tableLoader(layout))
                            .project(projection)
                            .filters(scan.filters())
                            .streaming(false);
            if (table.currentSnapshot() != null) {
                source.useSnapshotId(table.currentSnapshot().snapshotId());
            }
            Instant from = scan.from();
            Instant to = scan.to();
            // Files of the range hold rows outside of it too.
            return env.fromSource(
                            source.build(), WatermarkStrategy.noWatermarks(), name, mapper.type())
                    .uid(uid)
                    .filter(value -> LakeScan.covers(from, to, mapper.time(value)))
                    .uid(uid + "-range")
                    .name(name + ", range");
        }
    }

    /** Makes values of rows; travels to where rows are read. */
    public interface Mapper<T> extends Serializable {
        /** The value of a row, which stays valid after the next one is asked for. */
        T value(Row row);

        /** What the partition column of its row holds. */
        Instant time(T value);

        /** Type of the stream of values. */
        TypeInformation<T> type();
    }

    private static void requireType(TableLayout layout, String name, ColumnType.Primitive type) {
        Column column = layout.columns().get(layout.indexOf(name));
        if (column.type() != type) {
            throw new IllegalArgumentException(
                    "table %s: column %s must be a %s, is %s"
                            .formatted(layout.name(), name, type, column.type()));
        }
    }

    private static <T> DataStream<T> read(
            StreamExecutionEnvironment env,
            LakeSettings settings,
            TableLayout layout,
            List<String> columns,
            RowDataConverter<T> converter,
            String uid,
            String name) {
        try (Lake lake = Lake.open(settings)) {
            Table table = lake.table(layout);
            IcebergSource.Builder<T> source =
                    IcebergSource.forOutputType(converter)
                            .table(table)
                            .tableLoader(settings.tableLoader(layout))
                            .project(table.schema().select(columns))
                            .filters(
                                    columns.stream().<Expression>map(Expressions::notNull).toList())
                            .streaming(false);
            if (table.currentSnapshot() != null) {
                source.useSnapshotId(table.currentSnapshot().snapshotId());
            }
            return env.fromSource(
                            source.build(),
                            WatermarkStrategy.noWatermarks(),
                            name,
                            converter.getProducedType())
                    .uid(uid);
        }
    }

    private static final class FirstString implements RowDataConverter<String> {
        private static final long serialVersionUID = 1;

        @Override
        public String apply(RowData row) {
            return row.getString(0).toString();
        }

        @Override
        public TypeInformation<String> getProducedType() {
            return Types.STRING;
        }
    }

    private static final class LongAndString implements RowDataConverter<Tuple2<Long, String>> {
        private static final long serialVersionUID = 1;

        private final boolean longFirst;

        LongAndString(boolean longFirst) {
            this.longFirst = longFirst;
        }

        @Override
        public Tuple2<Long, String> apply(RowData row) {
            return Tuple2.of(
                    row.getLong(longFirst ? 0 : 1), row.getString(longFirst ? 1 : 0).toString());
        }

        @Override
        public TypeInformation<Tuple2<Long, String>> getProducedType() {
            return Types.TUPLE(Types.LONG, Types.STRING);
        }
    }

    private static final class Rows<T> implements RowDataConverter<T> {
        private static final long serialVersionUID = 1;

        private final RowDataReader reader;
        private final Mapper<T> mapper;

        Rows(RowDataReader reader, Mapper<T> mapper) {
            this.reader = reader;
            this.mapper = mapper;
        }

        @Override
        public T apply(RowData row) {
            return mapper.value(reader.read(row));
        }

        @Override
        public TypeInformation<T> getProducedType() {
            return mapper.type();
        }
    }
}
