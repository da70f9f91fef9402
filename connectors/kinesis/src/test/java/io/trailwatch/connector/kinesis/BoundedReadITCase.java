package io.trailwatch.connector.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trailwatch.connector.kinesis.config.ReaderType;
import io.trailwatch.connector.kinesis.config.StopPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Reads that have an end: the job ends by itself, with what arrived before it and nothing else. */
@Execution(ExecutionMode.CONCURRENT)
class BoundedReadITCase {
    @RegisterExtension final EmulatedKinesis kinesis = new EmulatedKinesis();

    @ParameterizedTest
    @CsvSource({"POLLING, STREAMING", "POLLING, BATCH", "EFO, STREAMING", "EFO, BATCH"})
    void endsWithTheLatestRecordOfParentsAndChildren(ReaderType reader, String mode)
            throws Exception {
        TestStream stream = kinesis.createStream(2);
        stream.put(0, 20);
        stream.split(stream.shardIds().get(0));
        stream.put(20, 40);
        EmulatedKinesis.betweenRecords();
        KinesisSource source =
                kinesis.source(reader, stream).setStopPosition(StopPosition.LATEST).build();
        EmulatedKinesis.betweenRecords();
        stream.put(40, 60);
        SourceJob job = kinesis.job();
        if (mode.equals("BATCH")) {
            job.batch();
        }

        job.start(source).awaitEnd();

        assertThat(job.payloads()).containsExactlyInAnyOrderElementsOf(TestStream.payloads(0, 40));
        stream.assertOrderOfKeys(job.stored(), 0, 40);
        // What the job made it removes when it is done.
        await().atMost(SourceJob.PATIENCE).until(() -> kinesis.consumers(stream).isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void endsAtATimeYetToComeWhileRecordsGoOnComing(ReaderType reader) throws Exception {
        TestStream stream = kinesis.createStream(2);
        try (Load load = new Load(stream, 0)) {
            Instant stop = Instant.now().plus(Duration.ofSeconds(3));
            SourceJob job =
                    kinesis.job()
                            .start(kinesis.source(reader, stream).setStopTimestamp(stop).build());
            stream.split(stream.shardIds().get(0));
            // Children whose first record comes when all is over have nothing to tell.
            await().atMost(SourceJob.PATIENCE).until(() -> Instant.now().isAfter(stop));
            stream.split(stream.shardIds().get(1));

            job.awaitEnd();

            load.stop();
            List<String> before = stream.payloadsBefore(stop);
            assertThat(before).isNotEmpty();
            assertThat(job.payloads()).containsExactlyInAnyOrderElementsOf(before);
        }
    }

    @Test
    void readsARangeOfTime() throws Exception {
        TestStream stream = kinesis.createStream(3);
        stream.put(0, 10);
        Instant begin = EmulatedKinesis.betweenRecords();
        stream.put(10, 30);
        Instant end = EmulatedKinesis.betweenRecords();
        stream.put(30, 40);

        SourceJob job =
                kinesis.job()
                        .batch()
                        .start(
                                kinesis.source(ReaderType.POLLING, stream)
                                        .setInitialTimestamp(begin)
                                        .setStopTimestamp(end)
                                        .build());
        job.awaitEnd();

        assertThat(job.payloads()).containsExactlyInAnyOrderElementsOf(TestStream.payloads(10, 30));
    }
}
