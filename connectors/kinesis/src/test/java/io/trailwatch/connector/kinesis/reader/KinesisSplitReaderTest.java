package io.trailwatch.connector.kinesis.reader;

import static io.trailwatch.connector.kinesis.reader.Answers.record;
import static io.trailwatch.connector.kinesis.reader.Answers.records;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.trailwatch.connector.kinesis.client.KinesisSourceException;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.Splits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsRemoval;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The waiting: with a fetching thread, and a service that answers on the test's. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KinesisSplitReaderTest {
    private final Rig rig = Rig.polling().build();
    private final KinesisSplitReader reader =
            new KinesisSplitReader(rig.loop, rig.environment.inbox(), rig.clock);
    private volatile Thread fetcher;

    @AfterEach
    void endFetcher() {
        if (fetcher != null) {
            fetcher.interrupt();
        }
    }

    @Test
    void handsOutWhatComesWhileItWaits() throws Exception {
        add("a");
        CompletableFuture<RecordsWithSplitIds<ReadItem>> fetched = fetchAside();
        awaitWaiting();
        rig.api.iteratorCall().give();
        await().until(() -> rig.api.recordsCalls.size() == 1);
        awaitWaiting();
        rig.api.recordsCall().answer().complete(records(record("1")));

        RecordsWithSplitIds<ReadItem> batch = fetched.get();
        assertThat(batch.nextSplit()).isEqualTo(Splits.ARN + "/a");
        assertThat(batch.nextRecordFromSplit())
                .isInstanceOfSatisfying(
                        ReadItem.RecordItem.class,
                        item -> assertThat(item.sequenceNumber()).isEqualTo("1"));
    }

    @Test
    void wakingUpEndsTheWait() throws Exception {
        add("a");
        CompletableFuture<RecordsWithSplitIds<ReadItem>> fetched = fetchAside();
        awaitWaiting();
        reader.wakeUp();
        assertThat(fetched.get().nextSplit()).isNull();
    }

    @Test
    void wakingUpBeforeKeepsTheNextFetchFromWaitingAndNoOther() throws Exception {
        add("a");
        reader.wakeUp();
        assertThat(reader.fetch().nextSplit()).isNull();
        CompletableFuture<RecordsWithSplitIds<ReadItem>> fetched = fetchAside();
        awaitWaiting();
        assertThat(fetched).isNotDone();
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() {
        add("a");
        Thread.currentThread().interrupt();
        assertThatThrownBy(reader::fetch)
                .isInstanceOf(IOException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aFailureOfTheLoopComesOutOfFetch() throws Exception {
        add("a");
        CompletableFuture<RecordsWithSplitIds<ReadItem>> fetched = fetchAside();
        awaitWaiting();
        rig.api.iteratorCall().fail(Answers.forbidden());
        assertThatThrownBy(fetched::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(KinesisSourceException.class)
                .hasMessageContaining("shard a of stream " + Splits.ARN);
    }

    @Test
    void waitsForTheDueTimeOfAQuietShard() throws Exception {
        KinesisSplitReader timed =
                new KinesisSplitReader(rig.loop, rig.environment.inbox(), rig.clock);
        add("a");
        rig.giveIterator();
        rig.api.recordsCall().answer().complete(records());
        rig.run();
        // Time stands still for the loop, so it would wait for ever; only the clock helps.
        CompletableFuture<RecordsWithSplitIds<ReadItem>> fetched = fetchAside(timed);
        awaitWaiting();
        assertThat(rig.api.recordsCalls).isEmpty();
        rig.clock.advance(Rig.IDLE);
        await().until(() -> rig.api.recordsCalls.size() == 1);
        assertThat(fetched).isNotDone();
    }

    @Test
    void takesAdditionsOnly() {
        List<KinesisShardSplit> splits = List.of(Splits.split("a"));
        assertThatThrownBy(() -> reader.handleSplitsChanges(new SplitsRemoval<>(splits)))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("splits are added only, not SplitsRemoval");
    }

    @Test
    void pausesAndResumesWhatItIsTold() {
        add("a");
        rig.giveIterator();
        rig.api.recordsCall().answer().complete(records(record("1")));
        reader.pauseOrResumeSplits(List.of(Splits.split("a"), Splits.split("unknown")), List.of());
        assertThat(rig.run().emitted).isEmpty();
        reader.pauseOrResumeSplits(List.of(), List.of(Splits.split("a")));
        assertThat(rig.run().payloads()).containsExactly("p1");
    }

    @Test
    void closesTheClient() {
        reader.close();
        assertThat(rig.api.closed).isTrue();
    }

    @Test
    void whatIsPutBetweenLookingAndWaitingIsNotMissed() throws Exception {
        Inbox inbox = new Inbox();
        inbox.runAll();
        inbox.put(() -> {});
        // Would last for ever.
        inbox.await(TimeUnit.DAYS.toNanos(365));
        inbox.await(0);
    }

    private void add(String shardId) {
        rig.states.put(
                Splits.ARN + "/" + shardId,
                new KinesisShardSplitState(Splits.split(shardId), rig.settings.lossPolicy()));
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(Splits.split(shardId))));
    }

    private CompletableFuture<RecordsWithSplitIds<ReadItem>> fetchAside() {
        return fetchAside(reader);
    }

    private CompletableFuture<RecordsWithSplitIds<ReadItem>> fetchAside(KinesisSplitReader of) {
        CompletableFuture<RecordsWithSplitIds<ReadItem>> result = new CompletableFuture<>();
        fetcher =
                new Thread(
                        () -> {
                            try {
                                result.complete(of.fetch());
                            } catch (IOException | RuntimeException e) {
                                result.completeExceptionally(e);
                            }
                        },
                        "fetcher");
        fetcher.start();
        return result;
    }

    private void awaitWaiting() {
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () ->
                                fetcher.getState() == Thread.State.WAITING
                                        || fetcher.getState() == Thread.State.TIMED_WAITING);
    }
}
