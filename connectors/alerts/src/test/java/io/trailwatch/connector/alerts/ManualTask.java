package io.trailwatch.connector.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.OperatorIOMetricGroup;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.flink.util.function.ThrowingRunnable;

/** The thread of a task and its clock, both moved by the test: mails and timers run in order. */
final class ManualTask implements WriterInitContext, MailboxExecutor, ProcessingTimeService {
    private record Timer(long time, long number, ProcessingTimeCallback callback) {}

    private final Deque<ThrowingRunnable<? extends Exception>> mails = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparing(Timer::time).thenComparing(Timer::number));
    private final Metrics metrics = new Metrics();
    private long now = 1_000_000;
    private long timerCount;

    /** Runs mails and timers until a time has passed and nothing is left to do. */
    void pass(Duration time) {
        long end = now + time.toMillis();
        runMails();
        while (!timers.isEmpty() && timers.peek().time() <= end) {
            fireNext();
            runMails();
        }
        now = end;
    }

    void runMails() {
        while (tryYield()) {}
    }

    long count(String counter) {
        return metrics.counters.get(counter).getCount();
    }

    /** What a task does that has to wait: the next mail, or else the next timer. */
    @Override
    public void yield() {
        if (!tryYield()) {
            assertThat(timers).as("nothing would ever wake the task").isNotEmpty();
            fireNext();
        }
    }

    @Override
    public boolean tryYield() {
        ThrowingRunnable<? extends Exception> mail = mails.poll();
        if (mail == null) {
            return false;
        }
        ThrowingRunnable.unchecked(mail).run();
        return true;
    }

    private void fireNext() {
        Timer timer = timers.remove();
        now = Math.max(now, timer.time());
        ThrowingRunnable.unchecked(() -> timer.callback().onProcessingTime(timer.time())).run();
    }

    @Override
    public void execute(
            MailOptions options,
            ThrowingRunnable<? extends Exception> command,
            String format,
            Object... arguments) {
        mails.add(command);
    }

    @Override
    public boolean shouldInterrupt() {
        return false;
    }

    @Override
    public long getCurrentProcessingTime() {
        return now;
    }

    @Override
    public ScheduledFuture<?> registerTimer(long time, ProcessingTimeCallback callback) {
        Timer timer = new Timer(time, timerCount++, callback);
        timers.add(timer);
        return new Cancellation(timer);
    }

    @Override
    public MailboxExecutor getMailboxExecutor() {
        return this;
    }

    @Override
    public ProcessingTimeService getProcessingTimeService() {
        return this;
    }

    @Override
    public SinkWriterMetricGroup metricGroup() {
        return metrics;
    }

    @Override
    public UserCodeClassLoader getUserCodeClassLoader() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SerializationSchema.InitializationContext asSerializationSchemaInitializationContext() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isObjectReuseEnabled() {
        return true;
    }

    @Override
    public <IN> TypeSerializer<IN> createInputSerializer() {
        throw new UnsupportedOperationException();
    }

    @Override
    public OptionalLong getRestoredCheckpointId() {
        return OptionalLong.empty();
    }

    @Override
    public JobInfo getJobInfo() {
        throw new UnsupportedOperationException();
    }

    @Override
    public TaskInfo getTaskInfo() {
        throw new UnsupportedOperationException();
    }

    private final class Cancellation implements ScheduledFuture<Object> {
        private final Timer timer;

        Cancellation(Timer timer) {
            this.timer = timer;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return timers.remove(timer);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(timer.time() - now, TimeUnit.MILLISECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(
                    getDelay(TimeUnit.MILLISECONDS), other.getDelay(TimeUnit.MILLISECONDS));
        }

        @Override
        public boolean isCancelled() {
            return isDone();
        }

        @Override
        public boolean isDone() {
            return !timers.contains(timer);
        }

        @Override
        public Object get() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Object get(long timeout, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }
    }

    /** Keeps the counters of the group that the service forwards. */
    private static final class Metrics extends UnregisteredMetricsGroup
            implements SinkWriterMetricGroup {
        private final Map<String, Counter> counters = new HashMap<>();

        @Override
        public MetricGroup addGroup(String name) {
            assertThat(name).isEqualTo("kinesisanalytics");
            return this;
        }

        @Override
        public Counter counter(String name) {
            return counters.computeIfAbsent(name, super::counter);
        }

        @Override
        public OperatorIOMetricGroup getIOMetricGroup() {
            return createOperatorIOMetricGroup();
        }

        @Override
        public Counter getNumRecordsOutErrorsCounter() {
            return counter("numRecordsOutErrors");
        }

        @Override
        public Counter getNumRecordsSendErrorsCounter() {
            return counter("numRecordsSendErrors");
        }

        @Override
        public Counter getNumRecordsSendCounter() {
            return counter("numRecordsSend");
        }

        @Override
        public Counter getNumBytesSendCounter() {
            return counter("numBytesSend");
        }

        @Override
        public void setCurrentSendTimeGauge(Gauge<Long> gauge) {}
    }
}
