package io.trailwatch.benchmarks;

import static java.util.Objects.requireNonNull;

import com.sun.management.OperatingSystemMXBean;
import io.trailwatch.event.RawRecord;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Passes records on and takes the time of the expected number of them. Wall clock counts from the
 * first record to the last. Processor time counts from the opening, before the source has made a
 * call, so that what was fetched ahead of the first record is in it; so is the start of the client.
 */
final class Stopwatch extends ProcessFunction<RawRecord, RawRecord> {
    private static final long serialVersionUID = 1L;

    // One job at a time in this JVM.
    private static final AtomicReference<@Nullable Lap> LAST = new AtomicReference<>();

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final int expectedRecords;
    private transient @Nullable Usage begin;
    private long firstNanos;
    private int records;
    private long bytes;

    Stopwatch(int expectedRecords) {
        this.expectedRecords = expectedRecords;
    }

    /**
     * One job.
     *
     * @param records records that passed
     * @param bytes payload bytes of them
     * @param wallSeconds from the first record to the last
     * @param processor processor time
     */
    record Lap(int records, long bytes, double wallSeconds, Processor processor) {}

    /**
     * Processor time in seconds.
     *
     * @param process of all threads but that of Kinesis in memory; garbage collection, compilation
     *     and what Flink does beside the job are in it
     * @param fetching of the source's own thread
     * @param task of the thread that hands records downstream
     * @param client of the AWS client's threads
     */
    record Processor(double process, double fetching, double task, double client) {
        /** The threads through which records pass. */
        double reading() {
            return fetching + task + client;
        }
    }

    /** What each thread and the process had used at one moment, in nanoseconds. */
    private record Usage(long process, Map<Long, Long> byThread) {
        static Usage now() {
            Map<Long, Long> byThread = new HashMap<>();
            for (long thread : THREADS.getAllThreadIds()) {
                byThread.put(thread, Math.max(0, THREADS.getThreadCpuTime(thread)));
            }
            return new Usage(PROCESS.getProcessCpuTime(), byThread);
        }

        /** Threads that have ended meanwhile belong to jobs before and are left out. */
        Processor since(Usage begin) {
            double service = 0;
            double fetching = 0;
            double task = 0;
            double client = 0;
            for (Map.Entry<Long, Long> thread : byThread.entrySet()) {
                ThreadInfo info = THREADS.getThreadInfo(thread.getKey());
                if (info == null) {
                    continue;
                }
                long before = begin.byThread().getOrDefault(thread.getKey(), 0L);
                double seconds = (thread.getValue() - before) / 1e9;
                String name = info.getThreadName();
                if (name.equals("fake-kinesis")) {
                    service += seconds;
                } else if (name.startsWith("Source Data Fetcher")) {
                    fetching += seconds;
                } else if (name.startsWith("Source: ")) {
                    task += seconds;
                } else if (name.contains("sdk-")) {
                    client += seconds;
                }
            }
            return new Processor(
                    (process - begin.process()) / 1e9 - service, fetching, task, client);
        }
    }

    /**
     * The last job's.
     *
     * @throws IllegalStateException if it did not bring just the records expected
     */
    static Lap take(int expectedRecords) {
        Lap lap = LAST.getAndSet(null);
        if (lap == null || lap.records() != expectedRecords) {
            throw new IllegalStateException(
                    "read "
                            + (lap == null ? "fewer" : lap.records())
                            + " records, expected "
                            + expectedRecords);
        }
        return lap;
    }

    @Override
    public void open(OpenContext context) {
        begin = Usage.now();
    }

    @Override
    public void processElement(RawRecord record, Context context, Collector<RawRecord> out) {
        if (records == 0) {
            firstNanos = System.nanoTime();
        }
        records++;
        bytes += record.payload().length;
        out.collect(record);
        if (records >= expectedRecords) {
            LAST.set(
                    new Lap(
                            records,
                            bytes,
                            (System.nanoTime() - firstNanos) / 1e9,
                            Usage.now().since(requireNonNull(begin))));
        }
    }
}
