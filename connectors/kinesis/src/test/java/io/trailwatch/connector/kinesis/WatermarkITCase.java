package io.trailwatch.connector.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trailwatch.connector.kinesis.config.ReaderType;
import io.trailwatch.event.RawRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Each shard has a watermark of its own. Records are "name@event time in milliseconds". */
@Execution(ExecutionMode.CONCURRENT)
class WatermarkITCase {
    @RegisterExtension final EmulatedKinesis kinesis = new EmulatedKinesis();

    private TestStream stream;
    private Shard fast;
    private Shard slow;
    private final List<String> put = new ArrayList<>();

    @ParameterizedTest
    @EnumSource
    void theSlowestShardHoldsTheWatermark(ReaderType reader) throws Exception {
        createStream();
        SourceJob job =
                kinesis.job().parallelism(1).watermarks(byEventTime()).start(source(reader));
        put(fast, "fast", 100_000);
        job.assertStores(put);
        put(slow, "slow", 5_000);
        awaitWatermark(job, 5_000);
        put(slow, "late", 4_000);
        put(slow, "slow", 200_000);
        awaitWatermark(job, 100_000);
        job.assertStores(put);
    }

    @ParameterizedTest
    @EnumSource
    void aShardWithoutRecordsDoesNotHoldTheWatermarkForLong(ReaderType reader) throws Exception {
        createStream();
        SourceJob job =
                kinesis.job()
                        .parallelism(1)
                        .watermarks(byEventTime().withIdleness(Duration.ofMillis(100)))
                        .start(source(reader));
        put(fast, "fast", 100_000);
        awaitWatermark(job, 100_000);
        job.assertStores(put);
    }

    @ParameterizedTest
    @CsvSource({"POLLING, 1", "POLLING, 2", "EFO, 1"})
    void aShardThatIsFarAheadWaits(ReaderType reader, int parallelism) throws Exception {
        createStream();
        SourceJob job =
                kinesis.job()
                        .parallelism(parallelism)
                        .watermarks(
                                byEventTime()
                                        .withWatermarkAlignment(
                                                "all",
                                                Duration.ofSeconds(5),
                                                Duration.ofMillis(50)))
                        .start(source(reader));

        int rounds = 0;
        long waiting;
        do {
            rounds++;
            put(fast, "fast-" + rounds, rounds * 10_000);
            String last = put(slow, "slow-" + rounds, 2_000);
            job.awaitStored(
                    stored -> stored.stream().anyMatch(record -> record.payload().equals(last)));
            waiting = rounds - fastStored(job);
            assertThat(rounds).as("rounds without a shard that waits").isLessThan(100);
        } while (waiting < 8);
        // Both get the same number of records at the same pace: this was no chance.
        assertThat(fastStored(job)).isLessThan(rounds);
        put(slow, "slow", 1_000_000);

        job.assertStores(put);
    }

    private void createStream() throws Exception {
        stream = kinesis.createStream(2);
        fast = stream.shards().get(0);
        slow = stream.shards().get(1);
    }

    private KinesisSource source(ReaderType reader) {
        return kinesis.source(reader, stream)
                .setGetRecordsInterval(Duration.ofMillis(50))
                .setEmptyRecordsFetchInterval(Duration.ofMillis(50))
                .build();
    }

    private String put(Shard shard, String name, long eventTime) {
        String payload = name + "@" + eventTime;
        stream.put(shard, payload.getBytes(StandardCharsets.UTF_8));
        put.add(payload);
        return payload;
    }

    private static long fastStored(SourceJob job) {
        return job.payloads().stream().filter(payload -> payload.startsWith("fast")).count();
    }

    private static void awaitWatermark(SourceJob job, long eventTime) {
        await().atMost(SourceJob.PATIENCE).until(() -> job.watermark() == eventTime - 1);
    }

    private static WatermarkStrategy<RawRecord> byEventTime() {
        return WatermarkStrategy.<RawRecord>forMonotonousTimestamps()
                .withTimestampAssigner(
                        (record, arrival) -> {
                            String payload = new String(record.payload(), StandardCharsets.UTF_8);
                            return Long.parseLong(payload.split("@")[1]);
                        });
    }
}
