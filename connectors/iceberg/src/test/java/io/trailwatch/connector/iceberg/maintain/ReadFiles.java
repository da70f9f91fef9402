package io.trailwatch.connector.iceberg.maintain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.Consumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;

/** Rows of single files, in their order. */
final class ReadFiles {
    private ReadFiles() {}

    static void forEachRow(Table table, DataFile file, Consumer<Record> taker) {
        try (CloseableIterable<Record> rows =
                Parquet.read(table.io().newInputFile(file))
                        .project(table.schema())
                        .createReaderFunc(
                                type -> GenericParquetReaders.buildReader(table.schema(), type))
                        .build()) {
            rows.forEach(taker);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + file.location(), e);
        }
    }

    static Instant time(Record row) {
        return ((OffsetDateTime) row.getField("time")).toInstant();
    }
}
