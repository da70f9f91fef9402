package io.trailwatch.connector.iceberg;

import java.util.Map;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericDeleteFilter;
import org.apache.iceberg.data.IdentityPartitionConverters;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.util.PartitionUtil;

/** Reads whole data files. */
public final class FileRows {
    private FileRows() {}

    /**
     * Rows of a file, without those that delete files of any engine take out.
     *
     * @param schema the columns that are wanted
     */
    public static CloseableIterable<Record> of(Table table, Schema schema, FileScanTask task) {
        GenericDeleteFilter deletes =
                new GenericDeleteFilter(table.io(), task, table.schema(), schema);
        Schema needed = deletes.requiredSchema();
        Map<Integer, ?> constants =
                PartitionUtil.constantsMap(task, IdentityPartitionConverters::convertConstant);
        return deletes.filter(
                Parquet.read(table.io().newInputFile(task.file()))
                        .project(needed)
                        .createReaderFunc(
                                file -> GenericParquetReaders.buildReader(needed, file, constants))
                        .build());
    }
}
