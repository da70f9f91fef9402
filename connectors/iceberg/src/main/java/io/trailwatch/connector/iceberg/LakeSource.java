package io.trailwatch.connector.iceberg;

import io.trailwatch.table.Column;
import io.trailwatch.table.ColumnType;
import io.trailwatch.table.TableLayout;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.Table;
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
        Column column = layout.columns().get(layout.indexOf(stringColumn));
        if (column.type() != ColumnType.Primitive.STRING) {
            throw new IllegalArgumentException(
                    "table %s: column %s must be a STRING, is %s"
                            .formatted(layout.name(), stringColumn, column.type()));
        }
        try (Lake lake = Lake.open(settings)) {
            Table table = lake.load(layout);
            IcebergSource.Builder<String> source =
                    IcebergSource.<String>forOutputType(new FirstString())
                            .table(table)
                            .tableLoader(settings.tableLoader(layout))
                            .project(table.schema().select(stringColumn))
                            .filters(List.of(Expressions.notNull(stringColumn)))
                            .streaming(false);
            if (table.currentSnapshot() != null) {
                source.useSnapshotId(table.currentSnapshot().snapshotId());
            }
            return env.fromSource(
                            source.build(), WatermarkStrategy.noWatermarks(), name, Types.STRING)
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
}
