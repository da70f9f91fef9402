package io.trailwatch.connector.iceberg;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a local Parquet file that belongs to no table, every value as text: for files that
 * others wrote, whose columns are known by name alone. Holds one row group at a time. Not safe for
 * several threads.
 */
public final class ParquetText implements AutoCloseable {
    private final Path file;
    private final List<String> columns;
    private final CloseableIterable<Record> records;
    private final CloseableIterator<Record> iterator;

    private ParquetText(Path file, Schema schema) {
        this.file = file;
        this.columns = schema.columns().stream().map(NestedField::name).toList();
        this.records =
                Parquet.read(input(file))
                        .project(schema)
                        .createReaderFunc(
                                written -> GenericParquetReaders.buildReader(schema, written))
                        .build();
        this.iterator = records.iterator();
    }

    /**
     * Opens a file and reads its footer.
     *
     * @throws UnreadableParquetException if it is damaged or no Parquet, or has a column that is no
     *     plain value
     */
    public static ParquetText open(Path file) {
        try {
            Schema schema = schema(file);
            for (NestedField column : schema.columns()) {
                if (!column.type().isPrimitiveType()) {
                    throw new UnreadableParquetException(
                            "column %s of %s is %s, must be a plain value"
                                    .formatted(column.name(), file, column.type()),
                            null);
                }
            }
            return new ParquetText(file, schema);
        } catch (UnreadableParquetException unreadable) {
            throw unreadable;
        } catch (RuntimeException | IOException damaged) {
            // Readers answer damage with whatever exception it leads them to.
            throw new UnreadableParquetException("cannot read " + file, damaged);
        }
    }

    /** Names of the columns, in the order of the file. */
    public List<String> columns() {
        return columns;
    }

    /**
     * Values of the next row in the order of the columns; null at the end of the file.
     *
     * @throws UnreadableParquetException if the file is damaged here; there is no next row then
     */
    public @Nullable List<@Nullable String> next() {
        try {
            if (!iterator.hasNext()) {
                return null;
            }
            Record record = iterator.next();
            List<@Nullable String> values = new ArrayList<>(columns.size());
            for (int i = 0; i < columns.size(); i++) {
                Object value = record.get(i);
                values.add(value == null ? null : value.toString());
            }
            return values;
        } catch (RuntimeException damaged) {
            throw new UnreadableParquetException("cannot read on in " + file, damaged);
        }
    }

    @Override
    public void close() throws IOException {
        try (records) {
            iterator.close();
        }
    }

    /** What the file says its columns are; a read without columns hands out its footer. */
    private static Schema schema(Path file) throws IOException {
        AtomicReference<Schema> found = new AtomicReference<>();
        try (CloseableIterable<Record> nothing =
                        Parquet.read(input(file))
                                .project(new Schema())
                                .createReaderFunc(
                                        written -> {
                                            found.set(ParquetSchemaUtil.convert(written));
                                            return GenericParquetReaders.buildReader(
                                                    new Schema(), written);
                                        })
                                .build();
                CloseableIterator<Record> opened = nothing.iterator()) {
            Schema schema = found.get();
            if (schema == null) {
                throw new UnreadableParquetException(file + " names no columns", null);
            }
            return schema;
        }
    }

    private static InputFile input(Path file) {
        return new LocalFileIO().newInputFile(file.toAbsolutePath().toString());
    }
}
