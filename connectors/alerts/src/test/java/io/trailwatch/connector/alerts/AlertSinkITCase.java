package io.trailwatch.connector.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.trailwatch.connector.alerts.LoopbackServer.Answer;
import io.trailwatch.connector.alerts.LoopbackServer.Call;
import io.trailwatch.finding.Finding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The sink in a mini-cluster with two subtasks, against services on loopback. */
class AlertSinkITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int COUNT = 120;
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofMillis(20), Duration.ofMillis(200));

    /** Services, each with an answer that takes nothing and one that takes all. */
    enum Service {
        SNS("arn:aws:sns:eu-west-1:111122223333:alerts.fifo"),
        SQS("arn:aws:sqs:eu-west-1:111122223333:alerts.fifo"),
        WEBHOOK("");

        private final String arn;

        Service(String arn) {
            this.arn = arn;
        }

        AlertTarget target(LoopbackServer server) {
            return AlertTarget.parse(this == WEBHOOK ? server.uri() + "/hook" : arn);
        }

        Answer taken(Call call) {
            return switch (this) {
                case SNS -> SnsWire.taken(call);
                case SQS -> SqsWire.taken(call);
                case WEBHOOK -> Answer.of(200);
            };
        }

        Answer refused() {
            return switch (this) {
                case SNS -> SnsWire.error(500, "InternalError");
                case SQS -> SqsWire.error(400, "ThrottlingException");
                case WEBHOOK -> Answer.of(503);
            };
        }

        List<String> bodies(Call call) {
            return switch (this) {
                case SNS -> SnsWire.messages(call).stream().map(Message::body).toList();
                case SQS -> SqsWire.messages(call).stream().map(Message::body).toList();
                case WEBHOOK -> List.of(call.body());
            };
        }
    }

    private LoopbackServer server;
    private Run run;

    @AfterEach
    void stop() throws Exception {
        run.cancel();
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void alertsThatWaitSurviveARestartAndAllArrive(Service service, TestInfo test)
            throws Exception {
        server = new LoopbackServer(call -> service.refused());
        run = new Run(test.getDisplayName() + service);
        // The failure comes after a checkpoint in which every alert waits and none was taken.
        run.beforeFailure =
                () -> {
                    assertThat(server.calls).isNotEmpty();
                    server.calls.clear();
                    server.otherwise(service::taken);
                };
        run.start(new AlertSink(service.target(server), server.uri(), null, BACKOFF), 1);
        run.failed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        run.end.complete(null);

        run.result();

        // The source had nothing left: what came after the restart came from the sink's state.
        assertThat(run.passed).hasValue(COUNT);
        assertThat(server.calls.stream().flatMap(call -> service.bodies(call).stream()).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, COUNT).mapToObj(Findings::bodyOfNumbered).toList());
    }

    @Test
    void aRefusalForGoodEndsTheJobAndNamesTheTarget(TestInfo test) throws Exception {
        server = new LoopbackServer(call -> Answer.of(404));
        AlertTarget target = AlertTarget.parse(server.uri() + "/gone/s3cret");
        Throwable failure;
        int attempts = 0;
        do {
            run = new Run(test.getDisplayName() + attempts++);
            run.start(new AlertSink(target, null, null, BACKOFF), 0);
            failure = catchThrowable(() -> run.result());
            // A task that fails just when its source is told that there is no more gives Flink two
            // causes, of which it may name the lost message: then the job is tried again.
        } while (attempts < 10 && isOfALostMessage(failure));

        assertThat(failure)
                .hasStackTraceContaining(target.label() + " refuses the alert of finding")
                .hasStackTraceContaining("status 404");
    }

    private static boolean isOfALostMessage(Throwable failure) {
        return ExceptionUtils.stringifyException(failure)
                .contains("OperatorCoordinator to a task was lost");
    }

    @Test
    void anAbsentSecretEndsTheJobBeforeAnythingIsSent(TestInfo test) throws Exception {
        server = new LoopbackServer(call -> Answer.of(200));
        run = new Run(test.getDisplayName());
        AlertTarget target = AlertTarget.parse(server.uri() + "/hook");
        run.start(new AlertSink(target, null, "TRAILWATCH_NO_SUCH_VARIABLE", BACKOFF), 0);

        assertThatThrownBy(() -> run.result())
                .hasStackTraceContaining("TRAILWATCH_NO_SUCH_VARIABLE, which is not set");
        assertThat(server.calls).isEmpty();
    }

    /** A job with this sink; its operators find it by its name. */
    static final class Run {
        static final Map<String, Run> BY_NAME = new ConcurrentHashMap<>();

        final String name;
        final CompletableFuture<Void> end = new CompletableFuture<>();
        final CompletableFuture<Void> failed = new CompletableFuture<>();
        final AtomicInteger passed = new AtomicInteger();
        Runnable beforeFailure;
        private JobClient job;

        Run(String name) {
            this.name = name;
            BY_NAME.put(name, this);
        }

        void start(AlertSink sink, int restarts) throws Exception {
            Configuration config = new Configuration();
            config.set(RestOptions.BIND_PORT, "0");
            config.set(TaskManagerOptions.NUM_TASK_SLOTS, 2);
            config.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(32));
            config.set(PipelineOptions.OBJECT_REUSE, true);
            config.set(PipelineOptions.GENERIC_TYPES, false);
            config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
            config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, restarts);
            config.set(
                    RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
                    Duration.ofMillis(10));
            config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
            StreamExecutionEnvironment env =
                    StreamExecutionEnvironment.createLocalEnvironment(2, config);
            env.fromSource(
                            new HeldSequence(COUNT, name),
                            WatermarkStrategy.noWatermarks(),
                            "numbers")
                    .map(new Fault(name))
                    .returns(TypeInformation.of(Finding.class))
                    .sinkTo(sink);
            job = env.executeAsync(name);
        }

        void result() throws Exception {
            job.getJobExecutionResult().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        void cancel() throws Exception {
            if (job != null && !job.getJobExecutionResult().isDone()) {
                job.cancel().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    /** Fails once, when a checkpoint is complete that began after all numbers had passed. */
    private static final class Fault extends RichMapFunction<Long, Finding>
            implements CheckpointedFunction, CheckpointListener {
        private static final long serialVersionUID = 1L;

        private final String name;
        private transient long firstFullCheckpoint;

        Fault(String name) {
            this.name = name;
        }

        @Override
        public Finding map(Long number) {
            Run.BY_NAME.get(name).passed.incrementAndGet();
            return Findings.numbered(number.intValue());
        }

        @Override
        public void initializeState(FunctionInitializationContext context) {
            firstFullCheckpoint = Long.MAX_VALUE;
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) {
            if (Run.BY_NAME.get(name).passed.get() == COUNT) {
                firstFullCheckpoint = Math.min(firstFullCheckpoint, context.getCheckpointId());
            }
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            Run run = Run.BY_NAME.get(name);
            // One more than the first: other subtasks may have snapshot before the last number.
            if (run.beforeFailure != null && checkpointId > firstFullCheckpoint) {
                synchronized (run) {
                    if (!run.failed.isDone()) {
                        run.beforeFailure.run();
                        run.failed.complete(null);
                        throw new IllegalStateException("injected");
                    }
                }
            }
        }
    }
}
