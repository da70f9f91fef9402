package io.trailwatch.cli.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.shaded.org.apache.parquet.example.data.Group;
import org.apache.iceberg.shaded.org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.ParquetWriter;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.iceberg.shaded.org.apache.parquet.io.LocalOutputFile;
import org.apache.iceberg.shaded.org.apache.parquet.schema.MessageType;
import org.apache.iceberg.shaded.org.apache.parquet.schema.MessageTypeParser;

/** Flow logs in Parquet, with the column names and types of AWS (document "Flow log files"). */
final class ParquetSamples {
    private static final Set<String> INT32 =
            Set.of("version", "srcport", "dstport", "tcp_flags", "traffic_path");
    private static final Set<String> INT64 = Set.of("protocol", "packets", "bytes", "start", "end");

    private ParquetSamples() {}

    static void writeDefaultFlowLog(Path file, List<String> lines) throws IOException {
        write(
                file,
                List.of(
                        "version",
                        "account_id",
                        "interface_id",
                        "srcaddr",
                        "dstaddr",
                        "srcport",
                        "dstport",
                        "protocol",
                        "packets",
                        "bytes",
                        "start",
                        "end",
                        "action",
                        "log_status"),
                lines.stream().map(line -> List.of(line.split(" "))).toList());
    }

    /** Values are texts; {@code -} is null, as in the text form. */
    static void write(Path file, List<String> columns, List<List<String>> rows) throws IOException {
        StringBuilder message = new StringBuilder("message flow {\n");
        for (String column : columns) {
            String type =
                    INT32.contains(column)
                            ? "optional int32 %s;\n"
                            : INT64.contains(column)
                                    ? "optional int64 %s;\n"
                                    : "optional binary %s (STRING);\n";
            message.append(type.formatted(column));
        }
        MessageType schema = MessageTypeParser.parseMessageType(message.append('}').toString());
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (ParquetWriter<Group> writer =
                ExampleParquetWriter.builder(new LocalOutputFile(file))
                        .withType(schema)
                        .withCompressionCodec(CompressionCodecName.GZIP)
                        .withRowGroupSize(64L << 10)
                        .build()) {
            for (List<String> values : rows) {
                writer.write(row(schema, columns, values));
            }
        }
    }

    private static Group row(MessageType schema, List<String> columns, List<String> values) {
        Group row = new SimpleGroup(schema);
        for (int i = 0; i < columns.size(); i++) {
            String column = columns.get(i);
            String value = values.get(i);
            if (value.equals("-")) {
                continue;
            }
            if (INT32.contains(column)) {
                row.append(column, Integer.parseInt(value));
            } else if (INT64.contains(column)) {
                row.append(column, Long.parseLong(value));
            } else {
                row.append(column, value);
            }
        }
        return row;
    }
}
