package io.trailwatch.connector.iceberg;

import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.iceberg.flink.FlinkSchemaUtil;

/** Rows of a table as Flink's {@link RowData}. */
public final class RowDatas {
    private RowDatas() {}

    /** Type of a stream of rows of the table, as a sink of that table takes it. */
    public static TypeInformation<RowData> typeOf(TableLayout layout) {
        return InternalTypeInfo.of(FlinkSchemaUtil.convert(IcebergSchemas.schema(layout)));
    }

    /**
     * The row itself, seen as {@link RowData}; nothing is copied. Values are converted when they
     * are asked for, so a row with a value of the wrong Java type fails in the writer.
     *
     * @throws IllegalArgumentException if the row has another number of values than the table has
     *     columns
     */
    public static RowData view(TableLayout layout, Row row) {
        if (row.size() != layout.columns().size()) {
            throw new IllegalArgumentException(
                    "table %s has %d columns, the row has %d values"
                            .formatted(layout.name(), layout.columns().size(), row.size()));
        }
        return new RowView(row);
    }
}
