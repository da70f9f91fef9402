package io.trailwatch.connector.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.kinesis.config.LossPolicy;
import io.trailwatch.connector.kinesis.config.ReaderType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shards that vanish before they were read, as far as the emulator lets them. */
@Execution(ExecutionMode.CONCURRENT)
class LossITCase {
    @RegisterExtension final EmulatedKinesis kinesis = new EmulatedKinesis();

    @TempDir Path savepoints;

    private TestStream kept;
    private TestStream lost;
    private List<String> lostShards;

    @ParameterizedTest
    @EnumSource
    void failsAndNamesShardAndStreamWhenTheStreamIsDeleted(ReaderType reader) throws Exception {
        TestStream stream = kinesis.createStream(3);
        stream.put(0, 10);
        SourceJob job =
                kinesis.job()
                        .restarts(0)
                        .start(
                                kinesis.source(reader, stream)
                                        .setShardDiscoveryInterval(Duration.ofHours(1))
                                        .build());
        job.assertStoresInOrder(stream, 0, 10);

        stream.delete();

        assertThatThrownBy(job::awaitEnd)
                .hasStackTraceContaining("shard shardId-00000000000")
                .hasStackTraceContaining(" of stream " + stream.arn() + " no longer exists")
                .hasStackTraceContaining("source.loss-policy");
    }

    @Test
    void tellsEachVanishedShardOnceAndGoesOnIfThatIsThePolicy() throws Exception {
        String savepoint = savepointWithShardsThatVanish();

        SourceJob job = kinesis.job().from(savepoint).start(source(LossPolicy.CONTINUE));
        kept.put(20, 30);

        job.awaitStored(stored -> stored.size() >= 50 * TestStream.KEYS + 2);
        job.checkpoint();
        kept.assertOrderOfKeys(records(job), 0, 30);
        lost.assertOrderOfKeys(records(job), 0, 20);
        assertNoticesOfTheVanished(job);
    }

    @Test
    void tellsEachVanishedShardOnceAndFailsAtEveryRestart() throws Exception {
        String savepoint = savepointWithShardsThatVanish();

        SourceJob job = kinesis.job().restarts(2).from(savepoint).start(source(LossPolicy.FAIL));

        assertThatThrownBy(job::awaitEnd)
                .hasStackTraceContaining("of stream " + lost.arn() + " no longer exists")
                .hasStackTraceContaining("source.loss-policy");
        assertNoticesOfTheVanished(job);
    }

    private KinesisSource source(LossPolicy policy) {
        return kinesis.source(ReaderType.POLLING, kept, lost).setLossPolicy(policy).build();
    }

    /** The second stream is made anew without the shards that were being read. */
    private String savepointWithShardsThatVanish() throws Exception {
        kept = kinesis.createStream(2);
        lost = kinesis.createStream(1);
        kept.put(0, 10);
        lost.put(0, 10);
        String parent = lost.shardIds().get(0);
        lost.split(parent);
        lost.put(10, 20);
        lostShards = lost.childrenOf(parent);
        assertThat(lostShards).hasSize(2);
        SourceJob job = kinesis.job().start(source(LossPolicy.FAIL));
        job.awaitStored(stored -> stored.size() == 30 * TestStream.KEYS);
        String savepoint = job.stopWithSavepoint(savepoints);
        kept.put(10, 20);
        kinesis.replace(lost, 1);
        assertThat(lost.shardIds()).containsExactly(parent);
        return savepoint;
    }

    private void assertNoticesOfTheVanished(SourceJob job) {
        List<Seen> notices = job.stored().stream().filter(Seen::lossNotice).toList();
        assertThat(notices).extracting(Seen::shard).containsExactlyInAnyOrderElementsOf(lostShards);
        assertThat(notices)
                .allSatisfy(
                        notice ->
                                assertThat(notice.payload())
                                        .contains(
                                                "shard " + notice.shard(),
                                                "stream " + lost.arn(),
                                                "no longer exists"));
    }

    private static List<Seen> records(SourceJob job) {
        return job.stored().stream().filter(record -> !record.lossNotice()).toList();
    }
}
