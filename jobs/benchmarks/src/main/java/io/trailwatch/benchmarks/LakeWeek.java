package io.trailwatch.benchmarks;

import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.RowDatas;
import io.trailwatch.connector.iceberg.maintain.MaintenanceReport;
import io.trailwatch.connector.iceberg.maintain.MaintenanceSettings;
import io.trailwatch.connector.iceberg.maintain.MaintenanceStep;
import io.trailwatch.connector.iceberg.maintain.TableMaintenance;
import io.trailwatch.table.Column;
import io.trailwatch.table.ColumnType.Primitive;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.ReachableFileUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.sink.RowDataTaskWriterFactory;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.TaskWriter;
import org.apache.iceberg.parquet.Parquet;

/**
 * Days of a table of flows at one checkpoint a minute, a tenth of the rows up to 24 hours late,
 * maintained every hour; what maintenance promises is checked after every run and, over the content
 * of each snapshot that is left, at the end.
 *
 * <p>Rows are written by the writers of Flink's sink, two tasks, and committed with the summary of
 * its committer; there is no cluster in between. Simulated minutes pass as fast as the machine
 * writes; ages are counted in simulated time, by the moment at which the commit of that minute was
 * made. A writer dies every 500 checkpoints and leaves its files; the job restarts every 36 hours
 * and goes on with another job id.
 *
 * <p>Arguments: days (7), rows of a checkpoint (40), hours of snapshots that are kept (24).
 */
public final class LakeWeek {
    private static final long SEED = 20_261_121;
    private static final Instant START = Instant.parse("2026-11-02T00:00:00Z");
    private static final int MINUTES_PER_DAY = 24 * 60;
    private static final int TASKS = 2;
    private static final int LATE_ROWS_OF_TEN = 1;
    private static final int CHECKPOINTS_PER_CRASH = 500;
    private static final int CHECKPOINTS_PER_JOB = 36 * 60;
    private static final int MAX_FILES = 16;

    /** In place of three days, so that a week has orphans to remove. */
    private static final Duration SAFETY_AGE = Duration.ofHours(12);

    private static final String OPERATOR = "0a448493b4782967b150582570326227";

    private static final TableLayout FLOWS =
            new TableLayout(
                    "flows",
                    "One flow a row, as vpc_flow with fewer columns.",
                    List.of(
                            Column.required("event_key", Primitive.STRING, "Which."),
                            Column.required("time", Primitive.LONG, "When, epoch milliseconds."),
                            Column.required("time_dt", Primitive.TIMESTAMP, "When."),
                            Column.struct(
                                    "src_endpoint",
                                    "Sender.",
                                    Column.optional("ip", Primitive.STRING, "Address."),
                                    Column.optional("port", Primitive.INT, "Port.")),
                            Column.struct(
                                    "dst_endpoint",
                                    "Receiver.",
                                    Column.optional("ip", Primitive.STRING, "Address."),
                                    Column.optional("port", Primitive.INT, "Port.")),
                            Column.struct(
                                    "traffic",
                                    "Volume.",
                                    Column.optional("packets", Primitive.LONG, "Packets."),
                                    Column.optional("bytes", Primitive.LONG, "Bytes.")),
                            Column.optional("action", Primitive.STRING, "Allowed or Denied."),
                            Column.optional("raw_data", Primitive.STRING, "The line.")),
                    new TableLayout.Partition("time_dt", TableLayout.Granularity.HOUR),
                    List.of("time_dt"),
                    List.of("src_endpoint.ip", "dst_endpoint.ip"));

    private final int minutes;
    private final int rowsPerCheckpoint;
    private final Duration retention;
    private final Path folder;
    private final Lake lake;
    private final Random random = new Random(SEED);

    /** When the commit of each minute was made. */
    private final long[] madeAtMillis;

    /** What the table must hold after each minute. */
    private final Content[] expected;

    private final Map<String, Content> files = new HashMap<>();
    private final Peak peak = new Peak();
    private long written;
    private long dataFilesWritten;
    private long bytesWritten;
    private long orphansLeft;
    private long commitNanos;
    private long writeNanos;

    private LakeWeek(int days, int rowsPerCheckpoint, Duration retention, Path folder) {
        this.minutes = days * MINUTES_PER_DAY;
        this.rowsPerCheckpoint = rowsPerCheckpoint;
        this.retention = retention;
        this.folder = folder;
        this.madeAtMillis = new long[minutes];
        this.expected = new Content[minutes];
        this.lake = Lake.openOrCreate(LakeSettings.local(folder));
        lake.create(FLOWS);
    }

    /** How many rows, and a sum over their values in which order does not matter. */
    private record Content(long rows, long sum) {
        static final Content NONE = new Content(0, 0);

        Content plus(Content other) {
            return new Content(rows + other.rows, sum + other.sum);
        }

        Content plus(long hash) {
            return new Content(rows + 1, sum + hash);
        }
    }

    /** The most that was seen after any run. */
    private static final class Peak {
        private int filesPerHour;
        private long snapshots;
        private long metadataBytes;
        private long metadataFiles;
        private long manifests;
        private long dataFiles;
        private Duration run = Duration.ZERO;
        private long runs;
        private Duration allRuns = Duration.ZERO;
        private long rewrittenBytes;
        private long rewrittenRows;
        private long rewrittenFiles;
        private long expiredSnapshots;
        private long expiredFiles;
        private long orphans;
        private long skipped;
    }

    public static void main(String[] args) throws IOException {
        if (args.length > 3) {
            System.err.println("usage: LakeWeek [DAYS [ROWS_PER_CHECKPOINT [HOURS_KEPT]]]");
            System.exit(2);
        }
        int days = args.length > 0 ? Integer.parseInt(args[0]) : 7;
        int rows = args.length > 1 ? Integer.parseInt(args[1]) : 40;
        int hours = args.length > 2 ? Integer.parseInt(args[2]) : 24;
        Path folder = Files.createTempDirectory("trailwatch-lake-week");
        try {
            new LakeWeek(days, rows, Duration.ofHours(hours), folder).run();
        } finally {
            delete(folder);
        }
    }

    private void run() throws IOException {
        long start = System.nanoTime();
        Content content = Content.NONE;
        String job = "";
        for (int minute = 0; minute < minutes; minute++) {
            if (minute % CHECKPOINTS_PER_JOB == 0) {
                job =
                        UUID.nameUUIDFromBytes(new byte[] {(byte) (minute / CHECKPOINTS_PER_JOB)})
                                .toString()
                                .replace("-", "");
            }
            List<Row> rows = rows(minute);
            if (minute % CHECKPOINTS_PER_CRASH == CHECKPOINTS_PER_CRASH - 1) {
                orphansLeft += write(rows).size();
            }
            List<DataFile> made = write(rows);
            for (Row row : rows) {
                content = content.plus(hash(row));
            }
            commit(made, job, minute + 1);
            madeAtMillis[minute] = System.currentTimeMillis();
            expected[minute] = content;
            if (minute % 60 == 59) {
                maintain(minute, minute % MINUTES_PER_DAY == MINUTES_PER_DAY - 1);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        checkEverySnapshot();
        checkFiles();
        report(seconds, content);
        lake.close();
    }

    /** Every tenth row is late, evenly up to 24 hours, but not before the first minute. */
    private List<Row> rows(int minute) {
        List<Row> rows = new ArrayList<>(rowsPerCheckpoint);
        for (int i = 0; i < rowsPerCheckpoint; i++) {
            boolean late = random.nextInt(10) < LATE_ROWS_OF_TEN;
            long ageMillis = (long) (random.nextDouble() * (late ? 86_400_000 : 60_000));
            long millis =
                    Math.max(
                            START.toEpochMilli(),
                            START.toEpochMilli() + (minute + 1) * 60_000L - 1 - ageMillis);
            String source = "10.0.%d.%d".formatted(random.nextInt(16), random.nextInt(256));
            String destination = "198.51.100." + random.nextInt(256);
            long bytes = 40 + random.nextInt(1_000_000);
            String action = random.nextInt(20) == 0 ? "Denied" : "Allowed";
            String key = Long.toHexString(random.nextLong()) + "-" + written++;
            rows.add(
                    Row.of(
                            key,
                            millis,
                            Instant.ofEpochMilli(millis),
                            Row.of(source, 1024 + random.nextInt(60_000)),
                            Row.of(destination, 443),
                            Row.of(1 + bytes / 1400, bytes),
                            action,
                            "2 123456789012 eni-0a1b2c3d %s %s 443 6 %d %d %s OK"
                                    .formatted(source, destination, bytes, millis, action)));
        }
        return rows;
    }

    private List<DataFile> write(List<Row> rows) throws IOException {
        long start = System.nanoTime();
        Table table = lake.table(FLOWS);
        List<DataFile> made = new ArrayList<>();
        for (int task = 0; task < TASKS; task++) {
            RowDataTaskWriterFactory factory =
                    new RowDataTaskWriterFactory(
                            table,
                            FlinkSchemaUtil.convert(table.schema()),
                            128L << 20,
                            FileFormat.PARQUET,
                            table.properties(),
                            List.of(),
                            false);
            factory.initialize(task, 0);
            try (TaskWriter<RowData> writer = factory.create()) {
                for (int i = task; i < rows.size(); i += TASKS) {
                    writer.write(RowDatas.view(FLOWS, rows.get(i)));
                }
                made.addAll(List.of(writer.dataFiles()));
            }
        }
        writeNanos += System.nanoTime() - start;
        return made;
    }

    private void commit(List<DataFile> made, String job, int checkpoint) {
        long start = System.nanoTime();
        AppendFiles append = lake.table(FLOWS).newAppend();
        for (DataFile file : made) {
            append.appendFile(file);
            dataFilesWritten++;
            bytesWritten += file.fileSizeInBytes();
        }
        append.set("flink.job-id", job)
                .set("flink.operator-id", OPERATOR)
                .set("flink.max-committed-checkpoint-id", "" + checkpoint)
                .commit();
        commitNanos += System.nanoTime() - start;
    }

    private void maintain(int minute, boolean daily) throws IOException {
        Set<MaintenanceStep> steps = EnumSet.allOf(MaintenanceStep.class);
        if (!daily) {
            steps.remove(MaintenanceStep.ORPHANS);
        }
        if (daily) {
            ageFiles(minute);
        }
        MaintenanceReport report =
                new TableMaintenance(
                                MaintenanceSettings.DEFAULTS
                                        .withSteps(steps)
                                        .withSnapshots(simulated(minute, retention), 20),
                                Clock.systemUTC(),
                                "lake-week")
                        .run(lake.table(FLOWS));
        peak.orphans += report.orphans().filesDeleted();
        look(report);
        if (minute % (6 * 60) == 6 * 60 - 1) {
            System.out.printf(
                    Locale.ROOT,
                    "day %d %02d:00  files %,d -> %,d, at most %d an hour; snapshots %,d; metadata"
                            + " %,d kB; run %.1f s%n",
                    minute / MINUTES_PER_DAY + 1,
                    (minute + 1) / 60 % 24,
                    report.dataFilesBefore(),
                    report.dataFilesAfter(),
                    peak.filesPerHour,
                    report.snapshotsAfter(),
                    report.metadataBytes() / 1000,
                    report.took().toMillis() / 1000.0);
        }
    }

    /**
     * Whatever was written {@link #SAFETY_AGE} ago in simulated time is that old for the machine.
     */
    private void ageFiles(int minute) throws IOException {
        Instant then = Instant.ofEpochMilli(madeAtMillis[minute - (int) SAFETY_AGE.toMinutes()]);
        FileTime old = FileTime.from(then.minus(MaintenanceSettings.DEFAULTS.orphanAge()));
        try (Stream<Path> all = Files.walk(location(lake.table(FLOWS)))) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(then)) {
                    Files.setLastModifiedTime(file, old);
                }
            }
        }
    }

    /** The time by the machine's clock since the commit of that long ago in simulated time. */
    private Duration simulated(int minute, Duration ago) {
        int then = Math.max(0, minute - (int) ago.toMinutes());
        return Duration.ofMillis(System.currentTimeMillis() - madeAtMillis[then]);
    }

    private void look(MaintenanceReport report) throws IOException {
        Table table = lake.table(FLOWS);
        Map<String, Integer> perHour = new HashMap<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                perHour.merge(
                        task.spec().partitionToPath(task.file().partition()), 1, Integer::sum);
            }
        }
        int most = perHour.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        check(most <= MAX_FILES, "a partition-hour has %d files after maintenance", most);
        peak.filesPerHour = Math.max(peak.filesPerHour, most);
        peak.snapshots = Math.max(peak.snapshots, report.snapshotsAfter());
        peak.metadataBytes = Math.max(peak.metadataBytes, report.metadataBytes());
        peak.manifests = Math.max(peak.manifests, report.manifestsAfter());
        peak.dataFiles = Math.max(peak.dataFiles, report.dataFilesAfter());
        peak.runs++;
        peak.allRuns = peak.allRuns.plus(report.took());
        peak.run = report.took().compareTo(peak.run) > 0 ? report.took() : peak.run;
        peak.rewrittenBytes += report.compacted().bytesWritten();
        peak.rewrittenRows += report.compacted().rows();
        peak.rewrittenFiles += report.compacted().filesWritten();
        peak.skipped += report.compacted().skipped().size();
        peak.expiredSnapshots += report.expired().snapshots();
        peak.expiredFiles += report.expired().filesDeleted();
        try (Stream<Path> metadata = Files.list(location(table).resolve("metadata"))) {
            peak.metadataFiles =
                    Math.max(
                            peak.metadataFiles,
                            metadata.filter(file -> file.toString().endsWith(".metadata.json"))
                                    .count());
        }
    }

    /** Each snapshot that is left holds exactly the rows of its checkpoint, value by value. */
    private void checkEverySnapshot() throws IOException {
        Table table = lake.table(FLOWS);
        long checked = 0;
        int oldest = minutes;
        Map<String, List<String>> manifests = new HashMap<>();
        for (Snapshot snapshot : table.snapshots()) {
            Content found = Content.NONE;
            for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
                if (!manifests.containsKey(manifest.path())) {
                    manifests.put(manifest.path(), paths(table, manifest));
                }
                for (String file : manifests.get(manifest.path())) {
                    if (!files.containsKey(file)) {
                        files.put(file, read(table, file));
                    }
                    found = found.plus(files.get(file));
                }
            }
            int checkpoint = checkpoint(table, snapshot);
            if (checkpoint > 0) {
                Content wanted = expected[checkpoint - 1];
                check(
                        found.equals(wanted),
                        "snapshot of checkpoint %d holds %s, should hold %s",
                        checkpoint,
                        found,
                        wanted);
                oldest = Math.min(oldest, checkpoint);
                checked++;
            }
        }
        Snapshot current = table.currentSnapshot();
        check(checkpoint(table, current) == minutes, "the current snapshot is not of the last one");
        System.out.printf(
                Locale.ROOT,
                "time travel       %,d snapshots read whole, checkpoints %,d to %,d: each exact%n",
                checked,
                oldest,
                minutes);
    }

    private static List<String> paths(Table table, ManifestFile manifest) throws IOException {
        List<String> paths = new ArrayList<>();
        try (ManifestReader<DataFile> reader =
                ManifestFiles.read(manifest, table.io(), table.specs())) {
            for (DataFile file : reader) {
                paths.add(file.location());
            }
        }
        return paths;
    }

    /** Of the snapshot or of the nearest before it; 0 if that one is forgotten. */
    private static int checkpoint(Table table, Snapshot snapshot) {
        Snapshot at = snapshot;
        while (at != null) {
            String checkpoint = at.summary().get("flink.max-committed-checkpoint-id");
            if (checkpoint != null) {
                return Integer.parseInt(checkpoint);
            }
            at = at.parentId() == null ? null : table.snapshot(at.parentId());
        }
        return 0;
    }

    private static Content read(Table table, String file) throws IOException {
        Content content = Content.NONE;
        try (CloseableIterable<Record> records =
                Parquet.read(table.io().newInputFile(file))
                        .project(table.schema())
                        .createReaderFunc(
                                type -> GenericParquetReaders.buildReader(table.schema(), type))
                        .build()) {
            for (Record record : records) {
                content = content.plus(hash(row(record)));
            }
        }
        return content;
    }

    private static Row row(Record record) {
        Object[] values = new Object[record.size()];
        for (int i = 0; i < values.length; i++) {
            Object value = record.get(i);
            values[i] =
                    value instanceof Record nested
                            ? row(nested)
                            : value instanceof OffsetDateTime time ? time.toInstant() : value;
        }
        return Row.of(values);
    }

    /** 64 bits of all values, as FNV-1a mixes them, spread so that sums tell multisets apart. */
    private static long hash(Row row) {
        String text = row.toString();
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash ^= hash >>> 32;
        hash *= 0xd6e8feb86659fd93L;
        return hash ^ hash >>> 32;
    }

    /**
     * Every file that is referred to is there; what else is there was written after the last look.
     */
    private void checkFiles() throws IOException {
        Table table = lake.table(FLOWS);
        TableMetadata metadata = ((HasTableOperations) table).operations().current();
        Set<String> known = new HashSet<>(ReachableFileUtil.metadataFileLocations(table, false));
        Set<String> seen = new HashSet<>();
        for (Snapshot snapshot : metadata.snapshots()) {
            known.add(snapshot.manifestListLocation());
            for (ManifestFile manifest : snapshot.allManifests(table.io())) {
                if (seen.add(manifest.path())) {
                    known.add(manifest.path());
                    known.addAll(paths(table, manifest));
                }
            }
        }
        Set<String> stored = new HashSet<>();
        try (Stream<Path> all = Files.walk(location(table))) {
            all.filter(Files::isRegularFile).forEach(file -> stored.add("file://" + file));
        }
        Set<String> missing = new HashSet<>(known);
        missing.removeAll(stored);
        check(missing.isEmpty(), "files that the table refers to are missing: %s", missing);
        Set<String> unknown = new HashSet<>(stored);
        unknown.removeAll(known);
        System.out.printf(
                Locale.ROOT,
                "files             %,d referred to, all there; %,d others, too young to be"
                        + " removed%n",
                known.size(),
                unknown.size());
        check(
                peak.orphans + unknown.size() >= orphansLeft,
                "%d files of dead writers are neither removed nor there",
                orphansLeft);
    }

    private static Path location(Table table) {
        return Path.of(table.location().replaceFirst("^file:/+", "/"));
    }

    private void report(double seconds, Content content) {
        System.out.printf(
                Locale.ROOT,
                "written           %,d checkpoints, %,d rows, %,d data files, %,.1f MB%n"
                        + "                  %.1f files a commit; write %.1f ms, commit %.1f ms%n"
                        + "after maintenance at most %d data files in a partition-hour, %,d in the"
                        + " table%n"
                        + "                  at most %,d snapshots, %d metadata files of %,d kB,"
                        + " %,d manifests%n"
                        + "maintenance       %d runs, %.1f s each, %.1f s at most; %d partitions"
                        + " skipped%n"
                        + "compaction        wrote %,d files, %,.1f MB; each row %.1f times%n"
                        + "expiry            %,d snapshots, %,d files; orphans %,d of %,d%n"
                        + "whole run         %,.0f s%n",
                minutes,
                content.rows(),
                dataFilesWritten,
                bytesWritten / 1e6,
                (double) dataFilesWritten / minutes,
                writeNanos / 1e6 / minutes,
                commitNanos / 1e6 / minutes,
                peak.filesPerHour,
                peak.dataFiles,
                peak.snapshots,
                peak.metadataFiles,
                peak.metadataBytes / 1000,
                peak.manifests,
                peak.runs,
                peak.allRuns.toMillis() / 1000.0 / peak.runs,
                peak.run.toMillis() / 1000.0,
                peak.skipped,
                peak.rewrittenFiles,
                peak.rewrittenBytes / 1e6,
                (double) peak.rewrittenRows / content.rows(),
                peak.expiredSnapshots,
                peak.expiredFiles,
                peak.orphans,
                orphansLeft,
                seconds);
    }

    private static void check(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalStateException(message.formatted(values));
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }
}
