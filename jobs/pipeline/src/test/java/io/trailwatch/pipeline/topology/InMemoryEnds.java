package io.trailwatch.pipeline.topology;

import io.trailwatch.connector.iceberg.RowDatas;
import io.trailwatch.event.RawRecord;
import io.trailwatch.finding.Finding;
import io.trailwatch.finding.Severity;
import io.trailwatch.pipeline.function.EventIdentity;
import io.trailwatch.table.TableLayout;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;

/** Sources from lists, and sinks that keep what they are given, by run and table. */
final class InMemoryEnds implements Sources, Sinks {
    private static final AtomicInteger RUNS = new AtomicInteger();
    private static final Map<String, Queue<BinaryRowData>> WRITTEN = new ConcurrentHashMap<>();

    private static final Map<Integer, Queue<String>> ALERTS = new ConcurrentHashMap<>();

    private final StreamExecutionEnvironment env;
    private final List<RawRecord> records;
    private final Optional<List<String>> storedEvents;
    private List<String> storedDryRuns = List.of();
    private final int run = RUNS.incrementAndGet();

    private InMemoryEnds(
            StreamExecutionEnvironment env,
            List<RawRecord> records,
            Optional<List<String>> storedEvents) {
        this.env = env;
        this.records = records;
        this.storedEvents = storedEvents;
    }

    /** A bounded run of the topology, as replay does it. */
    static InMemoryEnds replay(
            List<RawRecord> records,
            List<String> storedEvents,
            int parallelism,
            DetectionSettings settings)
            throws Exception {
        return run(
                records,
                Optional.of(storedEvents),
                parallelism,
                RuntimeExecutionMode.BATCH,
                settings);
    }

    /** The streaming topology over a stream that ends. */
    static InMemoryEnds stream(List<RawRecord> records, int parallelism, DetectionSettings settings)
            throws Exception {
        return run(
                records, Optional.empty(), parallelism, RuntimeExecutionMode.STREAMING, settings);
    }

    /** A replay over a lake that holds these findings of dry runs. */
    static InMemoryEnds replayOver(
            List<String> storedDryRuns, List<RawRecord> records, DetectionSettings settings)
            throws Exception {
        StreamExecutionEnvironment env = TestClusters.environment(2);
        env.setRuntimeMode(RuntimeExecutionMode.BATCH);
        InMemoryEnds ends = new InMemoryEnds(env, records, Optional.of(List.of()));
        ends.storedDryRuns = storedDryRuns;
        DetectionTopology.wire(ends, ends, settings);
        env.execute("test");
        return ends;
    }

    /** Sinks alone, for a job with other sources. */
    static InMemoryEnds sinks(StreamExecutionEnvironment env) {
        return new InMemoryEnds(env, List.of(), Optional.empty());
    }

    private static InMemoryEnds run(
            List<RawRecord> records,
            Optional<List<String>> storedEvents,
            int parallelism,
            RuntimeExecutionMode mode,
            DetectionSettings settings)
            throws Exception {
        StreamExecutionEnvironment env = TestClusters.environment(parallelism);
        env.setRuntimeMode(mode);
        InMemoryEnds ends = new InMemoryEnds(env, records, storedEvents);
        DetectionTopology.wire(ends, ends, settings);
        env.execute("test");
        return ends;
    }

    @Override
    public DataStream<RawRecord> rawRecords() {
        return env.fromData(TypeInformation.of(RawRecord.class), records.toArray(RawRecord[]::new))
                .rebalance();
    }

    @Override
    public Optional<Stored> stored() {
        return storedEvents.map(
                keys ->
                        new Stored(
                                identities(keys),
                                strings(List.of()),
                                strings(storedDryRuns),
                                strings(List.of())));
    }

    private DataStream<EventIdentity> identities(List<String> keys) {
        long hour = Logs.T0.getEpochSecond() / 3600;
        return strings(keys)
                .map(key -> EventIdentity.of(hour, key))
                .returns(TypeInformation.of(EventIdentity.class));
    }

    /** Flink makes no source of an empty list, so one key that nothing has stands in. */
    private DataStream<String> strings(List<String> keys) {
        return keys.isEmpty()
                ? env.fromData(Types.STRING, "no such key")
                : env.fromData(Types.STRING, keys.toArray(String[]::new));
    }

    @Override
    public void append(TableLayout table, DataStream<RowData> rows) {
        rows.map(
                        new Keep(
                                run + table.name(),
                                ((InternalTypeInfo<RowData>) RowDatas.typeOf(table))
                                        .toRowSerializer()))
                .returns(Types.BOOLEAN)
                .sinkTo(new DiscardingSink<>());
    }

    @Override
    public Optional<Alerts> alerts() {
        return Optional.of(
                new Alerts(
                        finding -> finding.severity().compareTo(Severity.HIGH) >= 0,
                        List.of(new AlertTarget("memory", "memory", new KeepAlerts(run)))));
    }

    /** Ids of the findings that were sent as alerts, sorted. */
    List<String> alertIds() {
        return ALERTS.getOrDefault(run, new ConcurrentLinkedQueue<>()).stream().sorted().toList();
    }

    /** Rows of a table, in no order. */
    List<BinaryRowData> rows(TableLayout table) {
        return List.copyOf(WRITTEN.getOrDefault(run + table.name(), new ConcurrentLinkedQueue<>()));
    }

    /** Rows of a table as comparable text, sorted. */
    List<String> fingerprints(TableLayout table) {
        return rows(table).stream()
                .map(row -> Base64.getEncoder().encodeToString(bytes(row)))
                .sorted()
                .toList();
    }

    /** Values of a top-level string column, sorted. */
    List<String> strings(TableLayout table, String column) {
        int index = table.indexOf(column);
        return rows(table).stream().map(row -> row.getString(index).toString()).sorted().toList();
    }

    /** Sum of a top-level long column. */
    long sum(TableLayout table, String column) {
        int index = table.indexOf(column);
        return rows(table).stream().mapToLong(row -> row.getLong(index)).sum();
    }

    private static byte[] bytes(BinaryRowData row) {
        byte[] bytes = new byte[row.getSizeInBytes()];
        row.getSegments()[0].get(row.getOffset(), bytes);
        return bytes;
    }

    private record KeepAlerts(int run) implements Sink<Finding> {
        @Override
        public SinkWriter<Finding> createWriter(WriterInitContext context) {
            return new SinkWriter<>() {
                @Override
                public void write(Finding finding, Context unused) {
                    ALERTS.computeIfAbsent(run, key -> new ConcurrentLinkedQueue<>())
                            .add(finding.id());
                }

                @Override
                public void flush(boolean endOfInput) {}

                @Override
                public void close() {}
            };
        }
    }

    private static final class Keep extends RichMapFunction<RowData, Boolean> {
        private static final long serialVersionUID = 1L;

        private final String key;
        private final RowDataSerializer serializer;

        Keep(String key, RowDataSerializer serializer) {
            this.key = key;
            this.serializer = serializer;
        }

        @Override
        public void open(OpenContext context) {
            WRITTEN.computeIfAbsent(key, unused -> new ConcurrentLinkedQueue<>());
        }

        @Override
        public Boolean map(RowData row) {
            WRITTEN.get(key).add(serializer.toBinaryRow(row).copy());
            return true;
        }
    }
}
