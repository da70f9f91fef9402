package io.trailwatch.cli.backtest;

import io.trailwatch.cli.Console;
import io.trailwatch.cli.job.BoundedRun;
import io.trailwatch.cli.lake.FindingRows;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeScan;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.connector.iceberg.LakeSource;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.RawRecord;
import io.trailwatch.finding.Finding;
import io.trailwatch.pipeline.function.EventIdentity;
import io.trailwatch.pipeline.job.StoredEvents;
import io.trailwatch.pipeline.topology.DetectionSettings;
import io.trailwatch.pipeline.topology.Sinks;
import io.trailwatch.pipeline.topology.Sources;
import io.trailwatch.table.Row;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/**
 * Runs rules over the events of a warehouse, through the topology, and writes to the warehouse
 * nothing.
 *
 * @param kinds logs that are read; their tables exist
 * @param ruleIds rules whose findings are looked at
 * @param from first event time of findings, inclusive; null for no bound
 * @param to last event time, exclusive; null for no bound
 * @param lead how long before {@code from} events are read that correlations may count
 */
record Backtest(
        LakeSettings lake,
        Set<LogKind> kinds,
        Set<String> ruleIds,
        @Nullable Instant from,
        @Nullable Instant to,
        Duration lead) {
    /** Tables with findings of rules. */
    private static final List<TableLayout> FINDINGS =
            List.of(Tables.FINDINGS, Tables.FINDINGS_DRY_RUN);

    Backtest {
        kinds = Set.copyOf(kinds);
        ruleIds = Set.copyOf(ruleIds);
    }

    /** How many files of the tables are read, and how many there are. */
    LakeScan.Plan plan() {
        long files = 0;
        long totalFiles = 0;
        long bytes = 0;
        try (Lake open = Lake.open(lake)) {
            for (LogKind kind : kinds) {
                LakeScan.Plan plan = open.plan(StoredEvents.scan(kind, eventsFrom(), to));
                files += plan.files();
                totalFiles += plan.totalFiles();
                bytes += plan.bytes();
            }
        }
        return new LakeScan.Plan(files, totalFiles, bytes);
    }

    /**
     * Runs to the end.
     *
     * @param file gets the findings, see {@link FindingsFile}
     * @return the accumulators at the end
     * @throws io.trailwatch.cli.CommandException if the job failed
     */
    Map<String, Object> run(
            DetectionSettings settings, int parallelism, Path file, Console console) {
        return BoundedRun.execute(
                "trailwatch backtest",
                TableSources::new,
                new FileSinks(file),
                settings,
                parallelism,
                console);
    }

    private @Nullable Instant eventsFrom() {
        return from == null ? null : from.minus(lead);
    }

    private final class TableSources implements Sources {
        private final StreamExecutionEnvironment env;

        TableSources(StreamExecutionEnvironment env) {
            this.env = env;
        }

        @Override
        public DataStream<RawRecord> rawRecords() {
            throw new UnsupportedOperationException("there are stored events in place of records");
        }

        @Override
        public Optional<DataStream<LogEvent>> storedEvents() {
            return kinds.stream()
                    .sorted()
                    .map(kind -> StoredEvents.read(env, lake, kind, eventsFrom(), to))
                    .reduce((left, right) -> left.union(right));
        }

        /** None: all that is found is wanted, whatever the warehouse holds. */
        @Override
        public Optional<Stored> stored() {
            return Optional.of(
                    new Stored(
                            none(env, TypeInformation.of(EventIdentity.class)),
                            none(env, Types.STRING),
                            none(env, Types.STRING),
                            none(env, Types.STRING)));
        }
    }

    private static <T> DataStream<T> none(StreamExecutionEnvironment env, TypeInformation<T> type) {
        return env.fromData(Types.BOOLEAN, false)
                .<T>flatMap((nothing, out) -> {})
                .returns(type)
                .name("nothing");
    }

    private final class FileSinks implements Sinks {
        private final Path file;

        FileSinks(Path file) {
            this.file = file;
        }

        @Override
        public void append(TableLayout table, DataStream<RowData> rows) {
            // Nothing is written to the warehouse.
        }

        @Override
        public void findings(DataStream<Finding> made) {
            StreamExecutionEnvironment env = made.getExecutionEnvironment();
            DataStream<Finding> stored =
                    storedFindings(env).orElseGet(() -> none(env, made.getType()));
            FindingsFile.write(
                    wanted(made)
                            .keyBy(Finding::id)
                            .connect(wanted(stored).keyBy(Finding::id))
                            .process(new CompareFunction())
                            .returns(TypeInformation.of(Compared.class))
                            .uid("backtest-compare")
                            .name("compare with stored findings"),
                    file);
        }

        private Optional<DataStream<Finding>> storedFindings(StreamExecutionEnvironment env) {
            List<DataStream<Finding>> streams = new ArrayList<>();
            try (Lake open = Lake.open(lake)) {
                for (TableLayout table : FINDINGS) {
                    if (open.exists(table)) {
                        streams.add(
                                LakeSource.rows(
                                        env,
                                        lake,
                                        new LakeScan(table, FindingRows.COLUMNS, from, to),
                                        new FindingMapper(),
                                        "stored-" + table.name().replace('_', '-'),
                                        table.name() + " stored"));
                    }
                }
            }
            return streams.stream().reduce((left, right) -> left.union(right));
        }

        private DataStream<Finding> wanted(DataStream<Finding> findings) {
            HashSet<String> ids = new HashSet<>(ruleIds);
            Instant first = from == null ? Instant.MIN : from;
            Instant end = to == null ? Instant.MAX : to;
            return findings.filter(
                    finding ->
                            ids.contains(finding.ruleId())
                                    && !finding.time().isBefore(first)
                                    && finding.time().isBefore(end));
        }
    }

    private static final class FindingMapper implements LakeSource.Mapper<Finding> {
        private static final long serialVersionUID = 1L;

        @Override
        public Finding value(Row row) {
            return FindingRows.finding(row);
        }

        @Override
        public Instant time(Finding finding) {
            return finding.time();
        }

        @Override
        public TypeInformation<Finding> type() {
            return TypeInformation.of(Finding.class);
        }
    }
}
