package io.trailwatch.connector.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.amazonaws.kinesis.agg.AggRecord;
import com.amazonaws.kinesis.agg.RecordAggregator;
import io.trailwatch.connector.kinesis.config.ReaderType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Aggregates made by AWS's own aggregator. */
@Execution(ExecutionMode.CONCURRENT)
class AggregateITCase {
    private static final int NUMBERS_PER_AGGREGATE = 10;
    private static final int USER_RECORDS = NUMBERS_PER_AGGREGATE * TestStream.KEYS;

    @RegisterExtension final EmulatedKinesis kinesis = new EmulatedKinesis();

    @ParameterizedTest
    @EnumSource
    void goesOnInTheMiddleOfAnAggregateAfterAFailure(ReaderType reader) throws Exception {
        TestStream stream = kinesis.createStream(1);
        stream.put(0, 5);
        putAggregate(stream, 5);
        SourceJob job =
                kinesis.job()
                        .parallelism(1)
                        .checkpointOnDemand()
                        .start(kinesis.source(reader, stream).build());
        int next = 5 + NUMBERS_PER_AGGREGATE;
        job.assertStoresInOrder(stream, 0, next);

        job.hold();
        Seen last;
        do {
            putAggregate(stream, next);
            next += NUMBERS_PER_AGGREGATE;
            last = job.lastBefore(checkpointAmongRecords(job));
        } while (last.subSequence() == 0 || last.subSequence() == USER_RECORDS - 1);
        job.failAfter(5);
        job.letGo();
        putAggregate(stream, next);
        stream.put(next + NUMBERS_PER_AGGREGATE, next + 2 * NUMBERS_PER_AGGREGATE);
        job.awaitFailure();

        job.assertStoresInOrder(stream, 0, next + 2 * NUMBERS_PER_AGGREGATE);
        Seen first =
                job.emitted().stream()
                        .filter(record -> record.attempt() == 1)
                        .findFirst()
                        .orElseThrow();
        assertThat(first.sequence()).isEqualTo(last.sequence());
        assertThat(first.subSequence()).isEqualTo(last.subSequence() + 1);
        assertThat(job.emitted()).hasSizeGreaterThan(job.stored().size());
    }

    @ParameterizedTest
    @EnumSource
    void whatOnlyLooksLikeAnAggregatePassesAsItIs(ReaderType reader) throws Exception {
        TestStream stream = kinesis.createStream(1);
        putAggregate(stream, 0);
        AggRecord aggregate = aggregate(1);
        byte[] damaged = aggregate.toRecordBytes();
        damaged[10]++;
        stream.put(stream.shards().get(0), damaged);
        putAggregate(stream, NUMBERS_PER_AGGREGATE);

        SourceJob job = kinesis.job().start(kinesis.source(reader, stream).build());

        job.awaitStored(stored -> stored.size() > 2 * USER_RECORDS);
        job.checkpoint();
        assertThat(job.payloads())
                .hasSize(2 * USER_RECORDS + 1)
                .containsAll(TestStream.payloads(0, 2 * NUMBERS_PER_AGGREGATE));
        assertThat(job.payloads().get(USER_RECORDS)).isEqualTo(new String(damaged, UTF_8));
    }

    /** Lets one record after the other pass until a checkpoint got between them. */
    private static long checkpointAmongRecords(SourceJob job) throws Exception {
        CompletableFuture<Long> checkpoint = job.startCheckpoint();
        await().atMost(SourceJob.PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(
                        () -> {
                            job.permitOne();
                            return checkpoint.isDone();
                        });
        return checkpoint.get(SourceJob.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static void putAggregate(TestStream stream, int firstNumber) throws Exception {
        stream.put(aggregate(firstNumber));
    }

    private static AggRecord aggregate(int firstNumber) throws Exception {
        RecordAggregator aggregator = new RecordAggregator();
        for (int number = firstNumber; number < firstNumber + NUMBERS_PER_AGGREGATE; number++) {
            for (int key = 0; key < TestStream.KEYS; key++) {
                AggRecord full =
                        aggregator.addUserRecord(
                                TestStream.key(key),
                                TestStream.payload(key, number).getBytes(UTF_8));
                assertThat(full).isNull();
            }
        }
        return aggregator.clearAndGet();
    }
}
