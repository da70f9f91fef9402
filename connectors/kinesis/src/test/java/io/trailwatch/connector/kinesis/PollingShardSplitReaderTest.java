package io.trailwatch.connector.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.trailwatch.event.RawRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;

@Timeout(30)
class PollingShardSplitReaderTest {
    private static final Instant T0 = Instant.parse("2026-11-21T10:00:00Z");
    private static final KinesisShardSplit A = Splits.split("a");
    private static final KinesisShardSplit B = Splits.split("b");
    private static final int MAX_ATTEMPTS = 3;

    private final ScriptedProxy proxy = new ScriptedProxy();
    private final CountedGroup group = new CountedGroup();
    private final PollingShardSplitReader reader =
            new PollingShardSplitReader(
                    proxy,
                    new KinesisSourceSettings(
                            Splits.ARN,
                            KinesisConnection.aws("eu-west-1"),
                            null,
                            Duration.ofSeconds(10),
                            100,
                            Duration.ofMillis(200),
                            new Backoff(Duration.ofMillis(1), Duration.ofMillis(2), MAX_ATTEMPTS)),
                    new ReadMetrics(group));

    @Test
    void aRecordCarriesItsPlaceInTheStream() throws Exception {
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(A)));
        proxy.answer("a", () -> records("7"));

        assertThat(fetchRecords(1))
                .singleElement()
                .usingRecursiveComparison()
                .isEqualTo(new RawRecord(Splits.ARN, "a", "7", T0, "payload-7".getBytes(UTF_8)));
        assertThat(group.count("recordsRead")).isEqualTo(1);
        assertThat(group.count("bytesRead")).isEqualTo(9);
    }

    @Test
    void throttledAndFailedCallsAreRepeatedAndCountedApart() throws Exception {
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(A)));
        proxy.fail("a", ProvisionedThroughputExceededException.builder().build());
        proxy.fail("a", KinesisException.builder().statusCode(503).build());
        proxy.fail("a", SdkClientException.create("connection reset"));
        proxy.answer("a", () -> records("1"));

        assertThat(fetchRecords(1)).extracting(RawRecord::sequence).containsExactly("1");
        assertThat(group.count("throttles")).isEqualTo(1);
        assertThat(group.count("failedReads")).isEqualTo(2);
    }

    @Test
    void aThrottledShardDoesNotHoldUpTheOthers() throws Exception {
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(A, B)));
        proxy.fail("a", ProvisionedThroughputExceededException.builder().build());
        proxy.answer("a", () -> records("1"));
        proxy.answer("b", () -> records("2"));

        assertThat(fetchRecords(2))
                .extracting(RawRecord::shard)
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void anExpiredIteratorIsRenewedBehindTheLastRecord() throws Exception {
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(A)));
        proxy.answer("a", () -> records("1", "2"));
        proxy.fail("a", ExpiredIteratorException.builder().build());
        proxy.answer("a", () -> records("3"));

        assertThat(fetchRecords(3)).extracting(RawRecord::sequence).containsExactly("1", "2", "3");
        assertThat(proxy.iteratorsAskedFor)
                .containsExactly(
                        StartingPosition.fromStart(),
                        StartingPosition.continueFromSequenceNumber("2"));
        assertThat(group.count("expiredIterators")).isEqualTo(1);
    }

    @Test
    void aVanishedShardFailsAndIsNamed() {
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(A)));
        proxy.fail("a", ResourceNotFoundException.builder().message("gone").build());

        assertThatThrownBy(reader::fetch)
                .isInstanceOf(KinesisSourceException.class)
                .hasMessageContaining("shard a of stream " + Splits.ARN + " no longer exists");
    }

    @Test
    void failuresWithoutEndFailAfterTheLastAttempt() throws Exception {
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(A)));
        for (int i = 0; i <= MAX_ATTEMPTS; i++) {
            proxy.fail("a", KinesisException.builder().statusCode(500).build());
        }

        for (int i = 0; i < MAX_ATTEMPTS; i++) {
            assertThat(reader.fetch().nextSplit()).isNull();
        }
        assertThatThrownBy(reader::fetch)
                .isInstanceOf(KinesisSourceException.class)
                .hasMessageContaining("cannot read shard a of stream " + Splits.ARN)
                .hasMessageContaining("calls repeated: 3");
    }

    @Test
    void aCallThatIsNotAllowedFailsAtOnce() {
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(A)));
        proxy.fail("a", KinesisException.builder().statusCode(400).message("denied").build());

        assertThatThrownBy(reader::fetch).hasMessageContaining("last failure: denied");
    }

    @Test
    void theLastRecordsOfAClosedShardComeWithItsEnd() throws Exception {
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(A)));
        proxy.answer("a", () -> records("9").toBuilder().nextShardIterator(null).build());

        RecordsWithSplitIds<RawRecord> fetched = reader.fetch();

        assertThat(fetched.nextSplit()).isEqualTo(A.splitId());
        assertThat(fetched.nextRecordFromSplit().sequence()).isEqualTo("9");
        assertThat(fetched.finishedSplits()).containsExactly(A.splitId());
    }

    @Test
    void aPausedShardIsNotReadUntilResumed() throws Exception {
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(A, B)));
        reader.pauseOrResumeSplits(List.of(A), List.of());
        proxy.answer("a", () -> records("1"));
        proxy.answer("b", () -> records("2"));
        proxy.answer("b", () -> records("3"));

        assertThat(fetchRecords(2)).extracting(RawRecord::sequence).containsExactly("2", "3");
        reader.pauseOrResumeSplits(List.of(B), List.of(A));
        assertThat(fetchRecords(1)).extracting(RawRecord::sequence).containsExactly("1");
    }

    @Test
    void wakingUpEndsAWaitWithoutRecords() throws Exception {
        CompletableFuture<Thread> waiting = new CompletableFuture<>();
        CompletableFuture<RecordsWithSplitIds<RawRecord>> fetched =
                CompletableFuture.supplyAsync(
                        () -> {
                            waiting.complete(Thread.currentThread());
                            try {
                                return reader.fetch();
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });
        Thread thread = waiting.get();
        await().until(() -> thread.getState() == Thread.State.WAITING);

        reader.wakeUp();

        assertThat(fetched.get().nextSplit()).isNull();
    }

    private List<RawRecord> fetchRecords(int count) throws Exception {
        List<RawRecord> records = new ArrayList<>();
        while (records.size() < count) {
            RecordsWithSplitIds<RawRecord> fetched = reader.fetch();
            while (fetched.nextSplit() != null) {
                for (RawRecord record = fetched.nextRecordFromSplit();
                        record != null;
                        record = fetched.nextRecordFromSplit()) {
                    records.add(record);
                }
            }
        }
        return records;
    }

    private static GetRecordsResponse records(String... sequenceNumbers) {
        return GetRecordsResponse.builder()
                .records(
                        Stream.of(sequenceNumbers)
                                .map(
                                        number ->
                                                Record.builder()
                                                        .sequenceNumber(number)
                                                        .approximateArrivalTimestamp(T0)
                                                        .data(
                                                                SdkBytes.fromUtf8String(
                                                                        "payload-" + number))
                                                        .build())
                                .toList())
                .nextShardIterator("next")
                .millisBehindLatest(0L)
                .build();
    }

    /** Answers GetRecords per shard as scripted, then with nothing. */
    private static final class ScriptedProxy implements StreamProxy {
        final Map<String, Deque<Supplier<GetRecordsResponse>>> answers = new HashMap<>();
        final List<StartingPosition> iteratorsAskedFor = new ArrayList<>();

        void answer(String shardId, Supplier<GetRecordsResponse> answer) {
            answers.computeIfAbsent(shardId, s -> new ArrayDeque<>()).add(answer);
        }

        void fail(String shardId, RuntimeException failure) {
            answer(
                    shardId,
                    () -> {
                        throw failure;
                    });
        }

        @Override
        public List<Shard> listShards(String streamArn) {
            throw new UnsupportedOperationException("the reader lists no shards");
        }

        @Override
        public String shardIterator(String streamArn, String shardId, StartingPosition position) {
            iteratorsAskedFor.add(position);
            return shardId;
        }

        @Override
        public GetRecordsResponse records(String streamArn, String iterator, int maxRecords) {
            Supplier<GetRecordsResponse> answer =
                    answers.getOrDefault(iterator, new ArrayDeque<>()).poll();
            GetRecordsResponse response =
                    answer == null ? PollingShardSplitReaderTest.records() : answer.get();
            return response.nextShardIterator() == null
                    ? response
                    : response.toBuilder().nextShardIterator(iterator).build();
        }

        @Override
        public void close() {}
    }

    /** Keeps the counters of the group that the service forwards. */
    private static final class CountedGroup extends UnregisteredMetricsGroup {
        private final Map<String, Counter> counters = new HashMap<>();

        @Override
        public org.apache.flink.metrics.MetricGroup addGroup(String name) {
            assertThat(name).isEqualTo("kinesisanalytics");
            return this;
        }

        @Override
        public Counter counter(String name) {
            return counters.computeIfAbsent(name, super::counter);
        }

        long count(String name) {
            return counters.get(name).getCount();
        }
    }
}
