package io.trailwatch.connector.iceberg;

import io.trailwatch.table.Column;
import io.trailwatch.table.ColumnType;
import io.trailwatch.table.ColumnType.Primitive;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A table with every column type, nested as deep as the tables of the lake are. */
public final class TestTables {
    public static final Instant T0 = Instant.parse("2026-03-01T10:00:00.123456Z");

    public static final TableLayout CALLS = calls("calls");

    private TestTables() {}

    public static TableLayout calls(String name) {
        return new TableLayout(
                name,
                "One call a row.",
                List.of(
                        Column.required("time", Primitive.TIMESTAMP, "When."),
                        Column.required("id", Primitive.STRING, "Which."),
                        Column.required("sequence", Primitive.LONG, "Which of the test."),
                        Column.optional("status", Primitive.INT, "Outcome."),
                        Column.optional("score", Primitive.DOUBLE, "0 to 1."),
                        Column.optional("ok", Primitive.BOOLEAN, "Succeeded."),
                        Column.optional("payload", Primitive.BINARY, "Bytes."),
                        Column.struct(
                                "src_endpoint",
                                "Where from.",
                                Column.optional("ip", Primitive.STRING, "Address."),
                                Column.struct(
                                        "location",
                                        "Where.",
                                        Column.optional("country", Primitive.STRING, "ISO code."))),
                        Column.optional(
                                "resources",
                                new ColumnType.ListOf(
                                        new ColumnType.Struct(
                                                List.of(
                                                        Column.required(
                                                                "uid", Primitive.STRING, "ARN.")))),
                                "What it touched."),
                        Column.optional(
                                "labels", new ColumnType.ListOf(Primitive.STRING), "Words."),
                        Column.optional("unmapped", new ColumnType.StringMap(), "The rest.")),
                new TableLayout.Partition("time", TableLayout.Granularity.HOUR),
                List.of("time"),
                List.of("id", "src_endpoint.ip"));
    }

    /** Row number {@code n}; every third has nulls wherever they are allowed. */
    public static Row call(int n) {
        Instant time = T0.plusSeconds(n * 60L);
        if (n % 3 == 2) {
            return Row.of(
                    time, "call-" + n, (long) n, null, null, null, null, null, null, null, null);
        }
        return Row.of(
                time,
                "call-" + n,
                (long) n,
                n,
                n / 4.0,
                n % 2 == 0,
                ("bytes " + n).getBytes(StandardCharsets.UTF_8),
                Row.of("192.0.2." + n % 256, n % 3 == 0 ? null : Row.of("NZ")),
                List.of(Row.of("arn:aws:s3:::bucket-" + n), Row.of("arn:aws:s3:::other")),
                n % 3 == 0 ? List.of() : List.of("one", "zwei", "три"),
                Map.of("key-" + n, "välue"));
    }
}
