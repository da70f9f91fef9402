package io.trailwatch.connector.iceberg;

import static io.trailwatch.connector.iceberg.FaultLake.rows;
import static io.trailwatch.connector.iceberg.FaultProxy.Answer.glueError;
import static io.trailwatch.connector.iceberg.FaultProxy.Answer.s3Error;
import static io.trailwatch.connector.iceberg.FaultProxy.answering;
import static io.trailwatch.connector.iceberg.FaultProxy.get;
import static io.trailwatch.connector.iceberg.FaultProxy.losingTheAnswer;
import static io.trailwatch.connector.iceberg.FaultProxy.operation;
import static io.trailwatch.connector.iceberg.FaultProxy.put;
import static io.trailwatch.connector.iceberg.FaultProxy.waiting;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trailwatch.connector.iceberg.FaultProxy.Exchange;
import io.trailwatch.connector.iceberg.FaultProxy.Rule;
import io.trailwatch.table.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever S3 and Glue do to a running job, its table ends with each row once. Each test names the
 * requests it strikes and makes sure that it did strike them.
 */
class LakeFaultsITCase {
    private static final int ROWS = 240;
    private static final int ROWS_PER_CHECKPOINT = 60;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private FaultLake lake;
    private StreamExecutionEnvironment env;

    @BeforeEach
    void start() throws Exception {
        FaultLake.STARTS.set(0);
        lake = new FaultLake();
        Configuration options = new Configuration();
        options.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1_000);
        options.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
        env = MiniClusters.environment(RuntimeExecutionMode.STREAMING, options);
        env.enableCheckpointing(100);
        FaultLake.append(env, lake.faulty(), ROWS, ROWS_PER_CHECKPOINT, 2);
    }

    @AfterEach
    void stop() {
        lake.close();
    }

    @Test
    void commitsThatLoseToAnotherWriterAreRepeatedOnTopOfIt() throws Exception {
        List<Row> expected = new ArrayList<>(rows(0, ROWS));
        AtomicInteger next = new AtomicInteger(ROWS);
        Rule raced =
                lake.glueProxy.strike(
                        operation("UpdateTable"),
                        1,
                        2,
                        exchange -> {
                            List<Row> theirs = rows(next.get(), next.addAndGet(1));
                            try (Lake other = Lake.open(lake.sound())) {
                                other.append(TestTables.CALLS, theirs, "other-" + next.get());
                            }
                            expected.addAll(theirs);
                            FaultProxy.Answer refusal = exchange.handOn();
                            assertThat(new String(refusal.body(), UTF_8))
                                    .contains("ConcurrentModificationException");
                            exchange.answer(refusal);
                        });
        env.execute();

        assertThat(raced.struck()).isEqualTo(2);
        assertThat(attempts()).isEqualTo(1);
        assertThat(expected).hasSize(ROWS + 2);
        lake.holdsExactly(expected);
    }

    @Test
    void commitsThatGlueThrottlesOrBreaksOnAreRepeated() throws Exception {
        Rule throttled =
                lake.glueProxy.strike(
                        operation("UpdateTable"),
                        1,
                        2,
                        answering(glueError(400, "ThrottlingException")));
        Rule broken =
                lake.glueProxy.strike(
                        operation("UpdateTable"),
                        2,
                        2,
                        answering(glueError(500, "InternalServiceException")));
        env.execute();

        assertThat(throttled.struck()).isEqualTo(2);
        assertThat(broken.struck()).isEqualTo(2);
        lake.holdsExactly(rows(0, ROWS));
    }

    /** The client asks again and is refused, since its own first request has moved the table. */
    @Test
    void aCommitWhoseAnswerIsLostIsNotRepeated() throws Exception {
        Rule lost = lake.glueProxy.strike(operation("UpdateTable"), 1, 1, losingTheAnswer());
        env.execute();

        assertThat(lost.struck()).isEqualTo(1);
        lake.holdsExactly(rows(0, ROWS));
    }

    /** With no catalog to ask, the job can but fail and look again from its checkpoint. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCommitThatMayHaveBeenTakenIsLookedForAfterTheOutage(boolean taken) throws Exception {
        Rule last =
                lake.glueProxy.strike(
                        operation("UpdateTable"),
                        1,
                        1,
                        exchange -> {
                            if (taken) {
                                exchange.handOn();
                            }
                            lake.glueProxy.stopListening();
                        });
        JobClient job = env.executeAsync();
        await().atMost(PATIENCE).until(() -> attempts() >= 3);
        lake.glueProxy.listenAgain();
        job.getJobExecutionResult().get();

        assertThat(last.struck()).isEqualTo(1);
        lake.holdsExactly(rows(0, ROWS));
    }

    /**
     * A commit of unknown state is still under way when the restarted job makes the same commit:
     * the old request gets there first.
     */
    @Test
    void aCommitThatArrivesAfterTheRestartIsNotMadeTwice() throws Exception {
        AtomicReference<Exchange> underWay = new AtomicReference<>();
        Rule held =
                lake.glueProxy.strike(
                        operation("UpdateTable"),
                        1,
                        1,
                        exchange -> {
                            underWay.set(exchange);
                            lake.glueProxy.stopListening();
                        });
        Rule overtaken =
                lake.glueProxy.strike(
                        operation("UpdateTable"),
                        1,
                        1,
                        exchange -> {
                            assertThat(underWay.get().handOn().status()).isEqualTo(200);
                            exchange.answer(exchange.handOn());
                        });
        JobClient job = env.executeAsync();
        await().atMost(PATIENCE).until(() -> attempts() >= 2);
        lake.glueProxy.listenAgain();
        job.getJobExecutionResult().get();

        assertThat(held.struck()).isEqualTo(1);
        assertThat(overtaken.struck()).isEqualTo(1);
        lake.holdsExactly(rows(0, ROWS));
    }

    @Test
    void requestsThatS3ThrottlesBreaksOnOrAnswersLateAreRepeated() throws Exception {
        List<Rule> rules =
                List.of(
                        lake.s3Proxy.strike(
                                put(".parquet"), 1, 2, answering(s3Error(503, "SlowDown"))),
                        lake.s3Proxy.strike(put(".parquet"), 2, 1, losingTheAnswer()),
                        lake.s3Proxy.strike(put(".parquet"), 4, 4, waiting(Duration.ofMillis(500))),
                        lake.s3Proxy.strike(
                                put(".avro"), 1, 1, answering(s3Error(500, "InternalError"))),
                        lake.s3Proxy.strike(
                                get(".avro"), 1, 1, answering(s3Error(503, "SlowDown"))),
                        lake.s3Proxy.strike(put(".metadata.json"), 1, 1, losingTheAnswer()));
        env.execute();

        assertThat(rules).extracting(Rule::struck).containsExactly(2, 1, 4, 1, 1, 1);
        assertThat(attempts()).isEqualTo(1);
        lake.holdsExactly(rows(0, ROWS));
    }

    /** Nobody repeats what S3 forbids: the job does, from its checkpoint. */
    @Test
    void anUploadThatS3ForbidsFailsTheTaskAndLosesNothing() throws Exception {
        Rule data =
                lake.s3Proxy.strike(put(".parquet"), 3, 1, answering(s3Error(403, "AccessDenied")));
        Rule metadata =
                lake.s3Proxy.strike(
                        put(".metadata.json"), 1, 1, answering(s3Error(403, "AccessDenied")));
        env.execute();

        assertThat(data.struck()).isEqualTo(1);
        assertThat(metadata.struck()).isEqualTo(1);
        assertThat(attempts()).isGreaterThan(1);
        lake.holdsExactly(rows(0, ROWS));
    }

    /** How often the job has been started, by its two mapping tasks. */
    private static int attempts() {
        return (FaultLake.STARTS.get() + 1) / 2;
    }
}
