package io.trailwatch.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.event.RawRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRecordsTest {
    private static final int WHOLE = 100;
    private static final int PART = 64;
    private static final String HEADER = "version interface-id srcaddr\n";

    @TempDir private Path folder;

    @Test
    void aFileUpToTheLimitIsOneRecordAsItIs() throws IOException {
        byte[] bytes = "x".repeat(WHOLE).getBytes(StandardCharsets.UTF_8);
        List<RawRecord> records = read("small.log", bytes);

        assertThat(records).hasSize(1);
        assertThat(records.get(0).payload()).isEqualTo(bytes);
        assertThat(records.get(0).source()).endsWith("small.log");
        assertThat(records.get(0).sequence()).isEqualTo("0");
    }

    @Test
    void anEmptyFileIsAnEmptyRecord() throws IOException {
        assertThat(read("empty.log", new byte[0]))
                .singleElement()
                .satisfies(record -> assertThat(record.payload()).isEmpty());
    }

    @Test
    void aLargerFileIsCutBetweenLinesAndNoneIsLost() throws IOException {
        List<String> lines = lines(50);
        List<RawRecord> records = read("large.jsonl", bytes(lines));

        assertThat(records).hasSizeGreaterThan(5);
        assertThat(records).allSatisfy(record -> assertThat(text(record)).endsWith("\n"));
        assertThat(String.join("", records.stream().map(FileRecordsTest::text).toList()))
                .isEqualTo(String.join("", lines));
    }

    @Test
    void everyPartOfAFlowLogBeginsWithItsHeader() throws IOException {
        List<String> lines = lines(50);
        List<RawRecord> records =
                read(
                        "flow.log",
                        (HEADER + String.join("", lines)).getBytes(StandardCharsets.UTF_8));

        assertThat(records).hasSizeGreaterThan(5);
        assertThat(records).allSatisfy(record -> assertThat(text(record)).startsWith(HEADER));
        assertThat(
                        records.stream()
                                .map(record -> text(record).substring(HEADER.length()))
                                .collect(Collectors.joining()))
                .isEqualTo(String.join("", lines));
    }

    @Test
    void aHeaderOfATransitGatewayIsRepeatedAndAnOrdinaryFirstLineIsNot() throws IOException {
        String header = "tgw-id srcaddr start\n";
        List<RawRecord> records = read("tgw.log", bytes(concat(header, lines(50))));
        assertThat(records).hasSizeGreaterThan(5);
        assertThat(records).allSatisfy(record -> assertThat(text(record)).startsWith(header));

        assertThat(read("other.log", bytes(concat("the interface-id is\n", lines(50)))))
                .extracting(FileRecordsTest::text)
                .filteredOn(text -> text.contains("interface-id"))
                .hasSize(1);
    }

    @Test
    void aLargeGzipFileIsReadAsLines() throws IOException {
        List<String> lines = randomLines(200);
        List<RawRecord> records = read("large.gz", gzip(bytes(lines)));

        assertThat(records.stream().map(FileRecordsTest::text).collect(Collectors.joining()))
                .isEqualTo(String.join("", lines));
    }

    @Test
    void ofADamagedLargeGzipFileTheGoodLinesAreReadAndItsHeadFollows() throws IOException {
        List<String> lines = randomLines(200);
        byte[] whole = gzip(bytes(lines));
        List<RawRecord> records = read("cut.gz", Arrays.copyOf(whole, whole.length / 2));

        String good =
                records.subList(0, records.size() - 1).stream()
                        .map(FileRecordsTest::text)
                        .collect(Collectors.joining());
        assertThat(good).isNotEmpty();
        assertThat(String.join("", lines)).startsWith(good);
        assertThat(records.get(records.size() - 1).payload()).isEqualTo(Arrays.copyOf(whole, 10));
    }

    @Test
    void aLineBeyondTheLimitIsCutAndNotLost() throws IOException {
        String endless = "y".repeat(10 * WHOLE);
        List<RawRecord> records = read("endless.txt", endless.getBytes(StandardCharsets.UTF_8));

        assertThat(records.stream().map(FileRecordsTest::text).collect(Collectors.joining()))
                .isEqualTo(endless);
    }

    private List<RawRecord> read(String name, byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve(name), bytes);
        List<RawRecord> records = new ArrayList<>();
        new FileRecords(WHOLE, PART).flatMap(file.toString(), new ListCollector<>(records));
        return records;
    }

    private static String text(RawRecord record) {
        return new String(record.payload(), StandardCharsets.UTF_8);
    }

    private static List<String> concat(String first, List<String> lines) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(lines);
        return all;
    }

    private static List<String> lines(int count) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add("line-%04d\n".formatted(i));
        }
        return lines;
    }

    /** Lines that gzip cannot shrink below the limit. */
    private static List<String> randomLines(int count) {
        Random random = new Random(1);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add(Long.toHexString(random.nextLong()) + "\n");
        }
        return lines;
    }

    private static byte[] bytes(List<String> lines) {
        return String.join("", lines).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
