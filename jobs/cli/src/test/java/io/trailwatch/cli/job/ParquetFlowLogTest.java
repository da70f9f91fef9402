package io.trailwatch.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.unwrap.Pieces;
import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.core.unwrap.Unwrapper;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.Origin;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetFlowLogTest {
    private static final int WHOLE = 1 << 20;
    private static final int PART = 1_000;
    private static final String HEADER =
            "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes"
                    + " start end action log-status\n";

    @TempDir private Path folder;

    @Test
    void everyRowIsTheLineThatTheTextFormHas() throws IOException {
        List<String> lines = lines(100);
        lines.add("2 111122223333 eni-1 - - - - - - - 1795420980 1795421038 - NODATA");
        Path parquet = folder.resolve("flow.log.parquet");
        ParquetSamples.writeDefaultFlowLog(parquet, lines);
        Path text = Files.write(folder.resolve("flow.log"), lines);

        List<RawRecord> records = read(parquet);
        assertThat(records).hasSizeGreaterThan(5);
        assertThat(records)
                .allSatisfy(
                        record -> {
                            assertThat(text(record)).startsWith(HEADER).endsWith("\n");
                            assertThat(record.payload().length)
                                    .isLessThan(HEADER.length() + PART + 200);
                            assertThat(record.source()).isEqualTo(parquet.toString());
                        });
        Opened ofParquet = open(records);
        Opened ofText = open(read(text));
        assertThat(ofParquet.rejected).isEmpty();
        assertThat(ofParquet.events)
                .extracting(event -> new String(event.payload(), UTF_8))
                .isEqualTo(lines);
        assertThat(ofParquet.events)
                .extracting(LogEvent::key)
                .isEqualTo(ofText.events.stream().map(LogEvent::key).toList())
                .doesNotHaveDuplicates();
        assertThat(ofParquet.events)
                .extracting(LogEvent::format)
                .isEqualTo(ofText.events.stream().map(LogEvent::format).toList());
    }

    @Test
    void theSequenceOfARecordIsTheNumberOfItsFirstRow() throws IOException {
        Path parquet = folder.resolve("flow.log.parquet");
        ParquetSamples.writeDefaultFlowLog(parquet, lines(100));

        long row = 0;
        for (RawRecord record : read(parquet)) {
            assertThat(record.sequence()).isEqualTo(Long.toString(row));
            row += text(record).lines().count() - 1;
        }
        assertThat(row).isEqualTo(100);
        assertThat(read(parquet))
                .extracting(record -> record.sequence() + text(record))
                .isEqualTo(
                        read(parquet).stream()
                                .map(record -> record.sequence() + text(record))
                                .toList());
    }

    @Test
    void theColumnsOfAnyFormatAreFields() throws IOException {
        Path parquet = folder.resolve("tgw.parquet");
        ParquetSamples.write(
                parquet,
                List.of("tgw_attachment_id", "srcaddr", "packets_lost_no_route", "start"),
                List.of(List.of("tgw-attach-1", "10.0.0.1", "-", "1795420980")));

        assertThat(read(parquet))
                .extracting(ParquetFlowLogTest::text)
                .containsExactly(
                        "tgw-attachment-id srcaddr packets-lost-no-route start\n"
                                + "tgw-attach-1 10.0.0.1 - 1795420980\n");
    }

    @Test
    void aRowIsOneLineWhateverItHolds() throws IOException {
        Path parquet = folder.resolve("hostile.parquet");
        ParquetSamples.write(
                parquet,
                List.of("srcaddr", "instance_tag", "start"),
                List.of(
                        List.of("{\"Records\":[", "a b", "1795420980"),
                        List.of(",", "a\nsrcaddr start\r\n", "1795420981"),
                        List.of("", "Büro", "1795420982")));

        Opened opened = open(read(parquet));
        assertThat(opened.rejected).isEmpty();
        assertThat(opened.events)
                .extracting(event -> new String(event.payload(), UTF_8))
                .containsExactly(
                        "%7B\"Records\":%5B a%20b 1795420980",
                        "%2C a%0Asrcaddr%20start%0D%0A 1795420981", "- Büro 1795420982");
    }

    @Test
    void aFlowLogWithoutRowsIsNoRecord() throws IOException {
        Path parquet = folder.resolve("empty.parquet");
        ParquetSamples.writeDefaultFlowLog(parquet, List.of());

        assertThat(read(parquet)).isEmpty();
    }

    @Test
    void parquetThatIsNoFlowLogIsRejectedWholeWithAReason() throws IOException {
        Path parquet = folder.resolve("orders.parquet");
        ParquetSamples.write(
                parquet, List.of("order_id", "amount"), List.of(List.of("o-1", "12.50")));

        Opened opened = open(read(parquet));
        assertThat(opened.events).isEmpty();
        assertThat(opened.rejected)
                .singleElement()
                .satisfies(
                        rejected -> {
                            assertThat(rejected.reason()).isEqualTo(RejectReason.UNKNOWN_FORMAT);
                            assertThat(rejected.detail()).contains("Parquet", "no flow log");
                            assertThat(rejected.payload()).isEqualTo(Files.readAllBytes(parquet));
                        });
    }

    @Test
    void ofADamagedFileTheRowsBeforeTheDamageAreReadAndItsBytesFollow() throws IOException {
        List<String> lines = lines(20_000);
        Path parquet = folder.resolve("flow.log.parquet");
        ParquetSamples.writeDefaultFlowLog(parquet, lines);
        byte[] bytes = Files.readAllBytes(parquet);
        Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + 500, (byte) 0xFF);
        Files.write(parquet, bytes);

        Opened opened = open(read(parquet));
        assertThat(opened.events).hasSizeBetween(1, 19_999);
        assertThat(lines.subList(0, opened.events.size()))
                .isEqualTo(
                        opened.events.stream()
                                .map(event -> new String(event.payload(), UTF_8))
                                .toList());
        assertThat(opened.rejected)
                .singleElement()
                .satisfies(
                        rejected -> {
                            assertThat(rejected.detail()).contains("Parquet", "damaged");
                            assertThat(rejected.origin().sequence())
                                    .isEqualTo(Integer.toString(opened.events.size()));
                        });
    }

    @Test
    void ofALargeFileThatWasCutTheFirstBytesAreRejected() throws IOException {
        Path parquet = folder.resolve("flow.log.parquet");
        ParquetSamples.writeDefaultFlowLog(parquet, lines(20_000));
        byte[] bytes = Files.readAllBytes(parquet);
        byte[] cut = Arrays.copyOf(bytes, bytes.length - 10);
        Files.write(parquet, cut);
        List<RawRecord> records = new ArrayList<>();
        new FileRecords(1_000, PART).flatMap(parquet.toString(), new ListCollector<>(records));

        assertThat(records)
                .singleElement()
                .satisfies(
                        record ->
                                assertThat(record.payload())
                                        .isEqualTo(Arrays.copyOf(cut, 64 << 10)));
        assertThat(open(records).rejected).hasSize(1);
    }

    private static List<RawRecord> read(Path file) throws IOException {
        List<RawRecord> records = new ArrayList<>();
        new FileRecords(WHOLE, PART).flatMap(file.toString(), new ListCollector<>(records));
        return records;
    }

    private static Opened open(List<RawRecord> records) {
        Opened opened = new Opened();
        Unwrapper unwrapper = new Unwrapper(UnwrapSettings.DEFAULT);
        records.forEach(record -> unwrapper.unwrap(record, opened));
        return opened;
    }

    private static String text(RawRecord record) {
        return new String(record.payload(), UTF_8);
    }

    private static List<String> lines(int count) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add(
                    "2 111122223333 eni-1 203.0.113.%d 10.0.1.20 %d 443 6 3 %d 1795420980"
                                    .formatted(i % 250, 1_024 + i, 9_000_000_000L + i * 7919L)
                            + " 1795421038 ACCEPT OK");
        }
        return lines;
    }

    private static final class Opened implements Pieces {
        final List<LogEvent> events = new ArrayList<>();
        final List<Quarantined> rejected = new ArrayList<>();

        @Override
        public void event(LogEvent event) {
            events.add(event);
        }

        @Override
        public void control(Origin origin, String what) {
            throw new AssertionError(what);
        }

        @Override
        public void reject(Quarantined piece) {
            rejected.add(piece);
        }
    }
}
