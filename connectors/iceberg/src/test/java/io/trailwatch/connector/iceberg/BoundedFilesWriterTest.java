package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.table.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.io.WriteResult;
import org.junit.jupiter.api.Test;

/** What the writer opens and closes, with files that only remember their rows. */
class BoundedFilesWriterTest {
    private static final int ROWS_PER_HOUR = 60;
    private static final int MAX_OPEN = 8;
    private static final SinkWriter.Context CONTEXT =
            new SinkWriter.Context() {
                @Override
                public long currentWatermark() {
                    return 0;
                }

                @Override
                public Long timestamp() {
                    return 0L;
                }
            };

    private final Files files = new Files();

    private BoundedFilesWriter writer(int maxWaitingBytes) {
        return new BoundedFilesWriter(
                files,
                BoundedFilesWriterTest::hour,
                RowDatas.typeOf(TestTables.CALLS).createSerializer(new SerializerConfigImpl()),
                MAX_OPEN,
                maxWaitingBytes);
    }

    private static long hour(RowData row) {
        return row.getLong(TestTables.CALLS.indexOf("sequence")) / ROWS_PER_HOUR;
    }

    private static void write(BoundedFilesWriter writer, Collection<Integer> rows)
            throws Exception {
        for (int row : rows) {
            writer.write(RowDatas.view(TestTables.CALLS, TestTables.call(row)), CONTEXT);
        }
    }

    /** Minute by minute through all hours: no two rows that follow each other share a file. */
    private static List<Integer> mixed(int hours) {
        return IntStream.range(0, ROWS_PER_HOUR)
                .boxed()
                .flatMap(
                        minute ->
                                IntStream.range(0, hours)
                                        .mapToObj(hour -> hour * ROWS_PER_HOUR + minute))
                .toList();
    }

    @Test
    void makesOneFileOfEachPartitionHoweverMixedTheRowsAre() throws Exception {
        BoundedFilesWriter writer = writer(Integer.MAX_VALUE);
        write(writer, mixed(25));
        assertThat(files.written).as("files closed before the commit").isEmpty();
        writer.prepareCommit();

        assertThat(files.written).hasSize(25);
        assertThat(files.mostOpen).isEqualTo(MAX_OPEN);
        assertThat(files.sequences())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 25 * ROWS_PER_HOUR).mapToObj(n -> (long) n).toList());
    }

    /** One minute of a stream of which every tenth row is up to a day late. */
    @Test
    void aCommitWithRowsUpToADayLateHasOneFileForEachHour() throws Exception {
        Random random = new Random(7);
        List<Integer> rows =
                IntStream.range(0, 10_000)
                        .map(n -> n % 10 == 0 ? random.nextInt(24) : 24)
                        .mapToObj(hour -> hour * ROWS_PER_HOUR)
                        .toList();
        BoundedFilesWriter writer = writer(LakeSink.MAX_WAITING_BYTES);
        write(writer, rows);
        writer.prepareCommit();

        assertThat(files.written).hasSize(25);
        assertThat(files.mostOpen).isEqualTo(LakeSink.MAX_OPEN_FILES);
        assertThat(files.sequences())
                .containsExactlyInAnyOrderElementsOf(rows.stream().map(row -> (long) row).toList());
    }

    @Test
    void rowsThatWaitedHaveTheirValues() throws Exception {
        BoundedFilesWriter writer = writer(Integer.MAX_VALUE);
        List<Integer> rows = mixed(MAX_OPEN + 1);
        write(writer, rows);
        writer.prepareCommit();

        int waited = MAX_OPEN * ROWS_PER_HOUR + 7;
        RowData read =
                files.written.stream()
                        .flatMap(List::stream)
                        .filter(row -> row.getLong(2) == waited)
                        .findFirst()
                        .orElseThrow();
        Row expected = TestTables.call(waited);
        assertThat(read.getString(1).toString()).isEqualTo(expected.value(1));
        assertThat(read.getTimestamp(0, 6).toInstant()).isEqualTo(expected.value(0));
        assertThat(read.getArray(8).getRow(0, 1).getString(0).toString())
                .isEqualTo("arn:aws:s3:::bucket-" + waited);
        assertThat(read.getMap(10).keyArray().getString(0).toString()).isEqualTo("key-" + waited);
    }

    @Test
    void writesWhatWaitsWhenItIsTooMuch() throws Exception {
        BoundedFilesWriter writer = writer(20_000);
        write(writer, mixed(25));
        assertThat(files.written).as("files closed before the commit").isNotEmpty();
        writer.prepareCommit();

        assertThat(files.mostOpen).isEqualTo(MAX_OPEN);
        assertThat(files.sequences())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 25 * ROWS_PER_HOUR).mapToObj(n -> (long) n).toList());
    }

    @Test
    void beginsAnewAfterACommit() throws Exception {
        BoundedFilesWriter writer = writer(Integer.MAX_VALUE);
        write(writer, mixed(MAX_OPEN + 2));
        assertThat(writer.prepareCommit()).isNotEmpty();
        assertThat(files.written).hasSize(MAX_OPEN + 2);

        write(writer, List.of(1));
        assertThat(writer.prepareCommit()).hasSize(1);
        assertThat(files.written).hasSize(MAX_OPEN + 3);
        assertThat(files.written.get(MAX_OPEN + 2))
                .singleElement()
                .extracting(row -> row.getLong(2))
                .isEqualTo(1L);
    }

    /** As Iceberg's writer: a file for each partition, all closed at once. */
    private static final class Files implements CommittingSinkWriter<RowData, WriteResult> {
        final List<List<RowData>> written = new ArrayList<>();
        int mostOpen;
        private final Map<Long, List<RowData>> open = new TreeMap<>();

        @Override
        public void write(RowData row, Context context) {
            open.computeIfAbsent(hour(row), absent -> new ArrayList<>()).add(row);
            mostOpen = Math.max(mostOpen, open.size());
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public Collection<WriteResult> prepareCommit() throws IOException {
            written.addAll(open.values());
            open.clear();
            return List.of(WriteResult.builder().build());
        }

        List<Long> sequences() {
            return written.stream()
                    .flatMap(List::stream)
                    .map(row -> row.getLong(TestTables.CALLS.indexOf("sequence")))
                    .toList();
        }

        @Override
        public void close() {}
    }
}
