package io.trailwatch.connector.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.kinesis.config.ConsumerLifecycle;
import io.trailwatch.connector.kinesis.config.ReaderType;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The source in a cluster, against the emulator: what holds while shards stay as they are. */
@Execution(ExecutionMode.CONCURRENT)
class KinesisSourceITCase {
    @RegisterExtension final EmulatedKinesis kinesis = new EmulatedKinesis();

    @ParameterizedTest
    @EnumSource
    void readsEveryRecordOfThreeShardsOnceAndInOrder(ReaderType reader) throws Exception {
        TestStream stream = kinesis.createStream(3);
        stream.put(0, 40);
        SourceJob job = kinesis.job().start(kinesis.source(reader, stream).build());
        stream.put(40, 80);

        job.assertStoresInOrder(stream, 0, 80);
        assertThat(job.emitted()).extracting(Seen::shard).containsAll(stream.shardIds());
        assertThat(job.emitted()).extracting(Seen::source).containsOnly(stream.arn());
        assertThat(job.emitted()).extracting(Seen::subtask).contains(0, 1);
    }

    @ParameterizedTest
    @EnumSource
    void readsOnExactlyAfterAFailure(ReaderType reader) throws Exception {
        TestStream stream = kinesis.createStream(3);
        stream.put(0, 40);
        SourceJob job =
                kinesis.job()
                        .start(
                                kinesis.source(reader, stream)
                                        .setGetRecordsMaxRecordCount(100)
                                        .build());
        job.awaitStored(stored -> stored.size() == 40 * TestStream.KEYS);
        job.checkpoint();

        job.failAfter(10 * TestStream.KEYS);
        stream.put(40, 80);
        job.awaitFailure();
        stream.put(80, 120);

        job.assertStoresInOrder(stream, 0, 120);
        assertThat(job.emitted()).hasSizeGreaterThan(job.stored().size());
    }

    @ParameterizedTest
    @EnumSource
    void aSubtaskThatFailsLeavesTheOthersAlone(ReaderType reader) throws Exception {
        TestStream stream = kinesis.createStream(4);
        stream.put(0, 20);
        SourceJob job = kinesis.job().inRegions().start(kinesis.source(reader, stream).build());
        job.awaitStored(stored -> stored.size() == 20 * TestStream.KEYS);
        job.checkpoint();

        job.failAt(record -> record.subtask() == 1 && record.payload().endsWith(":30"));
        stream.put(20, 40);
        job.awaitFailure();
        stream.put(40, 60);

        job.assertStoresInOrder(stream, 0, 60);
        assertThat(job.emitted())
                .filteredOn(record -> record.subtask() == 0)
                .extracting(Seen::attempt)
                .containsOnly(0);
        assertThat(job.emitted())
                .filteredOn(record -> record.subtask() == 1)
                .extracting(Seen::attempt)
                .contains(0, 1);
    }

    @ParameterizedTest
    @EnumSource
    void beginsWithTheFirstRecordAtTheGivenTime(ReaderType reader) throws Exception {
        TestStream stream = kinesis.createStream(3);
        stream.put(0, 10);
        Instant begin = EmulatedKinesis.betweenRecords();
        stream.put(10, 20);

        SourceJob job =
                kinesis.job()
                        .start(kinesis.source(reader, stream).setInitialTimestamp(begin).build());

        job.assertStoresInOrder(stream, 10, 20);
    }

    @Test
    void polledAndPushedStreamsAreReadSideBySide() throws Exception {
        TestStream polled = kinesis.createStream(2);
        TestStream pushed = kinesis.createStream(3);
        polled.put(0, 30);
        pushed.put(0, 20);
        // The consumer exists before the job does, which leaves it alone.
        kinesis.registerConsumer(pushed);
        SourceJob job =
                kinesis.job()
                        .start(
                                kinesis.source(ReaderType.POLLING, polled, pushed)
                                        .setReaderType(pushed.name(), ReaderType.EFO)
                                        .setConsumer(
                                                EmulatedKinesis.consumerName(pushed),
                                                ConsumerLifecycle.SELF_MANAGED)
                                        .build());
        job.awaitStored(stored -> stored.size() == 50 * TestStream.KEYS);
        job.checkpoint();
        job.failAfter(10 * TestStream.KEYS);
        pushed.put(20, 50);
        job.awaitFailure();
        polled.put(30, 40);

        job.awaitStored(stored -> stored.size() >= 90 * TestStream.KEYS);
        job.checkpoint();
        polled.assertOrderOfKeys(job.stored(), 0, 40);
        pushed.assertOrderOfKeys(job.stored(), 0, 50);
        assertThat(kinesis.consumers(polled)).isEmpty();
        assertThat(kinesis.consumers(pushed))
                .isEqualTo(List.of(EmulatedKinesis.consumerName(pushed)));
    }
}
