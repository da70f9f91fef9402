package io.trailwatch.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trailwatch.connector.iceberg.ParquetText;
import io.trailwatch.connector.iceberg.UnreadableParquetException;
import io.trailwatch.core.decode.FlowFormat;
import io.trailwatch.event.RawRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A flow log in Parquet as the text that AWS would have written: records of a header line and whole
 * lines, of about the given size, whose sequence is the number of their first row. So a flow record
 * has the same key whichever of the two forms it came in. A value that is null is {@code -}.
 *
 * <p>A Parquet file that is no flow log, and what lies behind damage, follows as a record of the
 * bytes of the file (the first ones, when it is large), which unwrapping rejects by name.
 */
final class ParquetFlowLog {
    private static final byte[] MAGIC = "PAR1".getBytes(UTF_8);
    private static final int HEAD_BYTES = 64 << 10;

    private final Path path;
    private final Instant modified;
    private final int wholeFileBytes;
    private final int partBytes;
    private final ByteArrayOutputStream part = new ByteArrayOutputStream();
    private byte[] header = new byte[0];
    private long firstRow;
    private long row;

    /**
     * @param wholeFileBytes up to this size a file that cannot be read is handed on whole
     * @param partBytes size of a record, from which on no line is added
     */
    ParquetFlowLog(Path path, int wholeFileBytes, int partBytes) throws IOException {
        this.path = path;
        this.modified = Files.getLastModifiedTime(path).toInstant();
        this.wholeFileBytes = wholeFileBytes;
        this.partBytes = partBytes;
    }

    /** Whether a file begins as every Parquet file does. */
    static boolean isParquet(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        }
    }

    void forEachRecord(Consumer<RawRecord> out) throws IOException {
        try (ParquetText rows = ParquetText.open(path)) {
            FlowFormat format = format(rows.columns());
            if (format == null) {
                out.accept(unreadable());
                return;
            }
            header = (format.names() + "\n").getBytes(UTF_8);
            List<@Nullable String> values = rows.next();
            while (values != null) {
                add(values, out);
                values = rows.next();
            }
            flush(out);
        } catch (UnreadableParquetException damaged) {
            flush(out);
            out.accept(unreadable());
        }
    }

    /** AWS names columns with underscores where fields have dashes; null for no flow log. */
    private static @Nullable FlowFormat format(List<String> columns) {
        return FlowFormat.ofHeader(String.join(" ", columns).replace('_', '-')).orElse(null);
    }

    private void add(List<@Nullable String> values, Consumer<RawRecord> out) {
        StringBuilder line = new StringBuilder(256);
        for (String value : values) {
            line.append(line.isEmpty() ? "" : " ");
            append(line, value);
        }
        part.writeBytes(line.append('\n').toString().getBytes(UTF_8));
        row++;
        if (part.size() >= partBytes) {
            flush(out);
        }
    }

    /**
     * No field of a flow log holds spaces or brackets; what would be another column or no line of
     * text is percent-encoded, so that a row is one line whatever it holds.
     */
    private static void append(StringBuilder line, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            line.append('-');
            return;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c == 0x7F || c == '{' || c == '[' || c == ',') {
                line.append("%%%02X".formatted((int) c));
            } else {
                line.append(c);
            }
        }
    }

    private void flush(Consumer<RawRecord> out) {
        if (part.size() == 0) {
            return;
        }
        byte[] lines = part.toByteArray();
        part.reset();
        byte[] bytes = Arrays.copyOf(header, header.length + lines.length);
        System.arraycopy(lines, 0, bytes, header.length, lines.length);
        out.accept(record(firstRow, bytes));
        firstRow = row;
    }

    private RawRecord unreadable() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            boolean whole = Files.size(path) <= wholeFileBytes;
            return record(row, in.readNBytes(whole ? wholeFileBytes : HEAD_BYTES));
        }
    }

    private RawRecord record(long firstRow, byte[] bytes) {
        return RawRecord.of(path.toString(), "", Long.toString(firstRow), modified, bytes);
    }
}
