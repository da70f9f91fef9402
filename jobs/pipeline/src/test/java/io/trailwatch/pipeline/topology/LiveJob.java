package io.trailwatch.pipeline.topology;

import static org.awaitility.Awaitility.await;

import io.trailwatch.event.RawRecord;
import io.trailwatch.pipeline.function.RunCounters;
import io.trailwatch.table.TableLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.source.legacy.SourceFunction;

/** The streaming topology on a mini-cluster, fed record by record while it runs. */
final class LiveJob implements AutoCloseable {
    private static final Duration AT_MOST = Duration.ofSeconds(60);
    private static final AtomicInteger JOBS = new AtomicInteger();
    private static final Map<Integer, BlockingQueue<RawRecord>> QUEUES = new ConcurrentHashMap<>();

    private final int job;
    private final InMemoryEnds ends;
    private final JobClient client;
    private boolean running = true;

    private LiveJob(int job, InMemoryEnds ends, JobClient client) {
        this.job = job;
        this.ends = ends;
        this.client = client;
    }

    static LiveJob start(DetectionSettings settings, Optional<String> savepoint) throws Exception {
        Configuration options = new Configuration();
        savepoint.ifPresent(path -> options.set(StateRecoveryOptions.SAVEPOINT_PATH, path));
        StreamExecutionEnvironment env = TestClusters.environment(2, options);
        int job = JOBS.incrementAndGet();
        QUEUES.put(job, new LinkedBlockingQueue<>());
        InMemoryEnds ends = InMemoryEnds.sinks(env);
        DetectionTopology.wire(new LiveSource(env, job), ends, settings);
        return new LiveJob(job, ends, env.executeAsync("live"));
    }

    void send(RawRecord record) {
        QUEUES.get(job).add(record);
    }

    /** Values of a column so far, sorted. */
    List<String> strings(TableLayout table, String column) {
        return ends.strings(table, column);
    }

    List<String> alertIds() {
        return ends.alertIds();
    }

    /** Waits until so many events have passed normalisation. */
    void awaitNormalised(long events) {
        await().atMost(AT_MOST)
                .until(
                        () ->
                                RunCounters.count(
                                                client.getAccumulators().get(),
                                                RunCounters.NORMALISED)
                                        >= events);
    }

    String stopWithSavepoint(Path folder) throws Exception {
        String savepoint =
                client.stopWithSavepoint(
                                false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
                        .get(AT_MOST.toSeconds(), TimeUnit.SECONDS);
        // Its cluster ends with the job, and can be asked nothing any more.
        running = false;
        return savepoint;
    }

    @Override
    public void close() throws Exception {
        QUEUES.remove(job);
        if (running) {
            client.cancel().get(AT_MOST.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private record LiveSource(StreamExecutionEnvironment env, int job) implements Sources {
        @Override
        public DataStream<RawRecord> rawRecords() {
            return env.addSource(new QueueSource(job), "queue", TypeInformation.of(RawRecord.class))
                    .uid("source-queue")
                    .rebalance();
        }

        @Override
        public Optional<Stored> stored() {
            return Optional.empty();
        }
    }

    private static final class QueueSource implements SourceFunction<RawRecord> {
        private static final long serialVersionUID = 1L;

        private final int job;
        private volatile boolean running = true;

        QueueSource(int job) {
            this.job = job;
        }

        @Override
        public void run(SourceContext<RawRecord> context) throws Exception {
            BlockingQueue<RawRecord> queue = QUEUES.get(job);
            while (running) {
                RawRecord record = queue.poll(10, TimeUnit.MILLISECONDS);
                if (record != null) {
                    synchronized (context.getCheckpointLock()) {
                        context.collect(record);
                    }
                }
            }
        }

        @Override
        public void cancel() {
            running = false;
        }
    }
}
