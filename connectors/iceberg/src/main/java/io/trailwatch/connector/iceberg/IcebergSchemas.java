package io.trailwatch.connector.iceberg;

import io.trailwatch.table.Column;
import io.trailwatch.table.ColumnType;
import io.trailwatch.table.TableLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * A table layout in Iceberg's terms. No identifier fields: the sink would take them for equality
 * fields, and our tables are append-only.
 */
public final class IcebergSchemas {
    /** Athena reads format version 2 and not 3. */
    static final String FORMAT_VERSION = "2";

    /** A task keeps one writer open per partition it has seen since the last commit. */
    static final long ROW_GROUP_BYTES = 16L << 20;

    /**
     * Columns with few values fit; ids and raw events, whose values all differ, stop trying a
     * dictionary after a few hundred rows. Filling one up costs more than writing the values.
     */
    static final long DICTIONARY_BYTES = 32L << 10;

    /** The fastest: rows are written once in a hurry, and compacted at leisure. */
    static final int ZSTD_LEVEL = 1;

    static final long TARGET_FILE_BYTES = 128L << 20;

    /**
     * About one false positive in a hundred at 50,000 distinct values, which is more than a row
     * group of ours holds. Iceberg's 1 MiB would outweigh the data in the files of one checkpoint.
     */
    static final long BLOOM_FILTER_BYTES = 64L << 10;

    /**
     * How long a job may stand still and still go on from its last state without writing a row
     * twice: as long as the stream of our template keeps its records.
     */
    public static final Duration LONGEST_OUTAGE = Duration.ofDays(7);

    /**
     * Age at which a snapshot may be expired. The committer finds out what it has committed from
     * the newest snapshot of its job among the ancestors of the current one; once that has been
     * expired, a restored job would commit again what it had committed before it stopped.
     */
    public static final Duration SNAPSHOT_RETENTION = LONGEST_OUTAGE.plusDays(1);

    /** Kept however old they are: of a table that is seldom written they tell what came last. */
    public static final int MIN_SNAPSHOTS = 100;

    /**
     * Files of table metadata that are kept behind the current one. They serve readers that have
     * just begun and a look back by hand; time travel needs none of them.
     */
    static final int METADATA_VERSIONS = 50;

    private IcebergSchemas() {}

    /**
     * Columns with field ids counted by position: first the top level, then level by level into
     * each struct, as Iceberg numbers a table it creates.
     */
    public static Schema schema(TableLayout layout) {
        int[] lastId = {0};
        return TypeUtil.assignIncreasingFreshIds(new Schema(fields(layout.columns(), lastId)));
    }

    public static PartitionSpec partitionSpec(TableLayout layout, Schema schema) {
        PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
        String column = layout.partition().column();
        Column source = layout.columns().get(layout.indexOf(column));
        if (source.type() != ColumnType.Primitive.TIMESTAMP || !source.required()) {
            throw new IllegalArgumentException(
                    "table %s: partition column %s must be a required TIMESTAMP, is %s %s"
                            .formatted(
                                    layout.name(),
                                    column,
                                    source.required() ? "required" : "optional",
                                    source.type()));
        }
        return switch (layout.partition().granularity()) {
            case HOUR -> spec.hour(column).build();
            case DAY -> spec.day(column).build();
        };
    }

    public static SortOrder sortOrder(TableLayout layout, Schema schema) {
        SortOrder.Builder order = SortOrder.builderFor(schema);
        layout.sortBy().forEach(order::asc);
        return order.build();
    }

    /** Table properties; none of them is needed to read the table. */
    public static Map<String, String> properties(TableLayout layout, Schema schema) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(TableProperties.FORMAT_VERSION, FORMAT_VERSION);
        properties.put("comment", layout.doc());
        properties.put(TableProperties.PARQUET_COMPRESSION, "zstd");
        properties.put(TableProperties.PARQUET_COMPRESSION_LEVEL, "" + ZSTD_LEVEL);
        properties.put(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, "" + ROW_GROUP_BYTES);
        properties.put(TableProperties.PARQUET_DICT_SIZE_BYTES, "" + DICTIONARY_BYTES);
        properties.put(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES, "" + TARGET_FILE_BYTES);
        properties.put(TableProperties.PARQUET_BLOOM_FILTER_MAX_BYTES, "" + BLOOM_FILTER_BYTES);
        for (String path : layout.bloomFilters()) {
            Type type = schema.findType(path);
            if (type == null || type.typeId() != Type.TypeID.STRING) {
                throw new IllegalArgumentException(
                        "table %s: bloom filter needs a string column, %s is %s"
                                .formatted(layout.name(), path, type == null ? "no column" : type));
            }
            properties.put(
                    TableProperties.PARQUET_BLOOM_FILTER_COLUMN_ENABLED_PREFIX + path, "true");
        }
        // Wide tables have more columns than the hundred for which Iceberg keeps bounds unasked.
        properties.put(
                TableProperties.METRICS_MODE_COLUMN_CONF_PREFIX + layout.partition().column(),
                "full");
        layout.sortBy()
                .forEach(
                        column ->
                                properties.putIfAbsent(
                                        TableProperties.METRICS_MODE_COLUMN_CONF_PREFIX + column,
                                        "truncate(64)"));
        properties.put(TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "true");
        properties.put(TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, "" + METADATA_VERSIONS);
        properties.put(TableProperties.MAX_SNAPSHOT_AGE_MS, "" + SNAPSHOT_RETENTION.toMillis());
        properties.put(TableProperties.MIN_SNAPSHOTS_TO_KEEP, "" + MIN_SNAPSHOTS);
        properties.put(TableProperties.COMMIT_NUM_RETRIES, "10");
        return properties;
    }

    private static List<Types.NestedField> fields(List<Column> columns, int[] lastId) {
        List<Types.NestedField> fields = new ArrayList<>(columns.size());
        for (Column column : columns) {
            int id = ++lastId[0];
            Type type = type(column.type(), lastId);
            fields.add(
                    column.required()
                            ? Types.NestedField.required(id, column.name(), type, column.doc())
                            : Types.NestedField.optional(id, column.name(), type, column.doc()));
        }
        return fields;
    }

    private static Type type(ColumnType type, int[] lastId) {
        if (type instanceof ColumnType.Primitive primitive) {
            return switch (primitive) {
                case STRING -> Types.StringType.get();
                case INT -> Types.IntegerType.get();
                case LONG -> Types.LongType.get();
                case DOUBLE -> Types.DoubleType.get();
                case BOOLEAN -> Types.BooleanType.get();
                case TIMESTAMP -> Types.TimestampType.withZone();
                case BINARY -> Types.BinaryType.get();
            };
        }
        if (type instanceof ColumnType.Struct struct) {
            return Types.StructType.of(fields(struct.columns(), lastId));
        }
        if (type instanceof ColumnType.ListOf list) {
            return Types.ListType.ofRequired(++lastId[0], type(list.element(), lastId));
        }
        int keyId = ++lastId[0];
        int valueId = ++lastId[0];
        return Types.MapType.ofOptional(
                keyId, valueId, Types.StringType.get(), Types.StringType.get());
    }
}
