package io.trailwatch.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trailwatch.core.decode.FlowFormat;
import io.trailwatch.core.decode.Formats;
import io.trailwatch.event.RawRecord;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Paths of files to raw records. A file of up to {@link #WHOLE_FILE_BYTES} is one record, as it is;
 * compressed or not. A larger one is read as lines (after inflating) and cut into records of whole
 * lines of about {@link #PART_BYTES}; header lines are repeated in each. Larger files that are not
 * made of lines are out of reach: such a line is cut at {@link #WHOLE_FILE_BYTES}, and unwrapping
 * rejects the pieces by name. When a large gzip file is damaged, what came before the damage is
 * read, and its first bytes follow as a last record, which unwrapping rejects as broken. Flow logs
 * in Parquet become text, see {@link ParquetFlowLog}.
 */
public final class FileRecords implements FlatMapFunction<String, RawRecord> {
    private static final long serialVersionUID = 1L;

    static final int WHOLE_FILE_BYTES = 64 << 20;
    static final int PART_BYTES = 8 << 20;
    private static final int GZIP_HEADER_BYTES = 10;
    private static final int MAX_HEADER_BYTES = 10_000;
    private static final Formats FORMATS = Formats.with(List.of());

    private final int wholeFileBytes;
    private final int partBytes;

    FileRecords() {
        this(WHOLE_FILE_BYTES, PART_BYTES);
    }

    /**
     * @param wholeFileBytes files up to this size are one record
     * @param partBytes size of the records of larger ones
     */
    public FileRecords(int wholeFileBytes, int partBytes) {
        this.wholeFileBytes = wholeFileBytes;
        this.partBytes = partBytes;
    }

    @Override
    public void flatMap(String path, Collector<RawRecord> out) throws IOException {
        if (ParquetFlowLog.isParquet(Path.of(path))) {
            new ParquetFlowLog(Path.of(path), wholeFileBytes, partBytes)
                    .forEachRecord(out::collect);
            return;
        }
        try (FileReader reader = new FileReader(Path.of(path))) {
            for (RawRecord record = reader.next(); record != null; record = reader.next()) {
                out.collect(record);
            }
        }
    }

    private final class FileReader implements AutoCloseable {
        private final Path path;
        private final Instant modified;
        private final boolean whole;
        private final InputStream in;
        private long inflatedOffset;
        private byte[] header = new byte[0];
        private byte[] rest = new byte[0];
        private boolean ended;
        private boolean damaged;

        FileReader(Path path) throws IOException {
            this.path = path;
            modified = Files.getLastModifiedTime(path).toInstant();
            whole = Files.size(path) <= wholeFileBytes;
            InputStream file = Files.newInputStream(path);
            in = whole ? file : inflating(file);
        }

        /** The next record; null at the end of the file. */
        @Nullable RawRecord next() throws IOException {
            if (ended && damaged) {
                damaged = false;
                return firstBytes();
            }
            if (ended) {
                return null;
            }
            if (whole) {
                ended = true;
                return record(0, in.readAllBytes());
            }
            return nextLines();
        }

        private @Nullable RawRecord nextLines() throws IOException {
            ByteArrayOutputStream part = new ByteArrayOutputStream(partBytes + rest.length);
            part.write(rest);
            rest = new byte[0];
            int lastNewline = -1;
            while (lastNewline < 0 && part.size() < wholeFileBytes) {
                int read = readPart(part);
                if (read < partBytes) {
                    ended = true;
                    break;
                }
                lastNewline = lastIndexOf(part.toByteArray(), '\n');
            }
            byte[] bytes = part.toByteArray();
            if (!ended && lastNewline >= 0) {
                rest = Arrays.copyOfRange(bytes, lastNewline + 1, bytes.length);
                bytes = Arrays.copyOf(bytes, lastNewline + 1);
            }
            long offset = inflatedOffset;
            inflatedOffset += bytes.length;
            if (bytes.length == 0) {
                return next();
            }
            if (offset == 0) {
                header = headerOf(bytes);
                return record(offset, bytes);
            }
            byte[] withHeader = Arrays.copyOf(header, header.length + bytes.length);
            System.arraycopy(bytes, 0, withHeader, header.length, bytes.length);
            return record(offset, withHeader);
        }

        /**
         * Appends up to {@link #PART_BYTES}; fewer mean that the file has ended, or that its gzip
         * stream is damaged here.
         */
        private int readPart(ByteArrayOutputStream part) throws IOException {
            byte[] buffer = new byte[1 << 16];
            int total = 0;
            try {
                while (total < partBytes) {
                    int read = in.read(buffer, 0, Math.min(buffer.length, partBytes - total));
                    if (read < 0) {
                        return total;
                    }
                    part.write(buffer, 0, read);
                    total += read;
                }
            } catch (EOFException | ZipException e) {
                damaged = true;
            }
            return total;
        }

        private RawRecord firstBytes() throws IOException {
            try (InputStream file = Files.newInputStream(path)) {
                return record(inflatedOffset, file.readNBytes(GZIP_HEADER_BYTES));
            }
        }

        private RawRecord record(long offset, byte[] bytes) {
            return RawRecord.of(path.toString(), "", Long.toString(offset), modified, bytes);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }

        private static InputStream inflating(InputStream file) throws IOException {
            BufferedInputStream buffered = new BufferedInputStream(file, 1 << 16);
            buffered.mark(2);
            boolean gzip = buffered.read() == 0x1f && buffered.read() == 0x8b;
            buffered.reset();
            return gzip ? new GZIPInputStream(buffered, 1 << 16) : buffered;
        }

        /** The lines at the beginning that say what the lines below are, with their newlines. */
        private static byte[] headerOf(byte[] bytes) {
            ByteArrayOutputStream headers = new ByteArrayOutputStream();
            int from = 0;
            int end = indexOf(bytes, '\n', from);
            while (end >= 0 && end - from <= MAX_HEADER_BYTES) {
                String line = new String(bytes, from, end - from, UTF_8).stripTrailing();
                if (FlowFormat.ofHeader(line).isPresent() || FORMATS.header(line) != null) {
                    headers.write(bytes, from, end + 1 - from);
                } else if (!line.startsWith("#")) {
                    break;
                }
                from = end + 1;
                end = indexOf(bytes, '\n', from);
            }
            return headers.toByteArray();
        }

        private static int indexOf(byte[] bytes, char wanted, int from) {
            for (int i = from; i < bytes.length; i++) {
                if (bytes[i] == wanted) {
                    return i;
                }
            }
            return -1;
        }

        private static int lastIndexOf(byte[] bytes, char wanted) {
            for (int i = bytes.length - 1; i >= 0; i--) {
                if (bytes[i] == wanted) {
                    return i;
                }
            }
            return -1;
        }
    }
}
