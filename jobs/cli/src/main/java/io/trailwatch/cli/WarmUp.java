package io.trailwatch.cli;

import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Runs commands once over a small warehouse of its own, so that what they need is loaded. The
 * launcher starts it once a build, for the commands that read ({@code read}) and for those that run
 * a job ({@code job}), and keeps the loaded classes in an archive each, from which later starts
 * take them.
 */
public final class WarmUp {
    private WarmUp() {}

    public static void main(String[] args) throws IOException {
        Path folder = Files.createTempDirectory("trailwatch-warm-up");
        try {
            switch (args[0]) {
                case "read" -> read(folder);
                case "job" -> job(folder);
                default -> throw new IllegalArgumentException("read or job, not " + args[0]);
            }
        } finally {
            Folders.delete(folder);
        }
    }

    private static void read(Path warehouse) throws IOException {
        LakeSettings lake = LakeSettings.local(warehouse);
        try (Lake open = Lake.openOrCreate(lake)) {
            Tables.ALL.forEach(open::create);
        }
        for (TableLayout layout : List.of(Tables.FINDINGS, Tables.LEDGER, Tables.QUARANTINE)) {
            appendRow(lake, layout);
        }
        String directory = warehouse.toString();
        for (String command : List.of("findings", "tables", "ledger")) {
            run(command, "--warehouse", directory);
            run(command, "--json", "--warehouse", directory);
        }
        run("quarantine", "list", "--warehouse", directory);
        run("--help");
        run("findings", "--help");
        run("findings", "--warehouse", directory + "/absent");
    }

    private static void job(Path folder) {
        String day = folder.resolve("day").toString();
        run("generate", "--out", day, "--seed", "1", "--rate", "0.01");
        run("replay", day + "/logs", "--warehouse", folder.resolve("warehouse").toString());
    }

    private static void run(String... args) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Trailwatch.run(Console.plain(nowhere, nowhere), args);
    }

    private static void appendRow(LakeSettings lake, TableLayout layout) throws IOException {
        try (TableLoader loader = lake.tableLoader(layout)) {
            loader.open();
            Table table = loader.loadTable();
            GenericRecord row = GenericRecord.create(table.schema());
            for (NestedField column : table.schema().columns()) {
                if (column.isRequired()) {
                    row.setField(column.name(), plain(column));
                }
            }
            PartitionKey partition = new PartitionKey(table.spec(), table.schema());
            partition.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(row));
            String file = table.locationProvider().newDataLocation("warm-up.parquet");
            DataWriter<Record> writer =
                    Parquet.writeData(table.io().newOutputFile(file))
                            .forTable(table)
                            .createWriterFunc(GenericParquetWriter::create)
                            .withPartition(partition)
                            .build();
            try (writer) {
                writer.write(row);
            }
            table.newAppend().appendFile(writer.toDataFile()).commit();
        }
    }

    private static Object plain(NestedField column) {
        Type type = column.type();
        return switch (type.typeId()) {
            case STRING -> column.name().equals("severity") ? "high" : "text";
            case INTEGER -> 1;
            case LONG -> 1L;
            case TIMESTAMP -> Instant.EPOCH.atOffset(ZoneOffset.UTC);
            case BINARY -> ByteBuffer.allocate(1);
            case LIST -> List.of("text");
            default ->
                    throw new IllegalStateException(
                            "no plain value for column %s of type %s"
                                    .formatted(column.name(), type));
        };
    }
}
