package io.trailwatch.connector.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.connector.kinesis.config.ReaderType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shards are split and merged, subtasks come and go, and records keep coming all the while. */
@Execution(ExecutionMode.CONCURRENT)
class ReshardITCase {
    @RegisterExtension final EmulatedKinesis kinesis = new EmulatedKinesis();

    @TempDir Path savepoints;

    @ParameterizedTest
    @EnumSource
    void keepsTheOrderOfEachKeyThroughASplitAndAMergeUnderLoad(ReaderType reader) throws Exception {
        TestStream stream = kinesis.createStream(3);
        try (Load load = new Load(stream, 0)) {
            SourceJob job = kinesis.job().start(kinesis.source(reader, stream).build());
            job.awaitStored(stored -> !stored.isEmpty());

            // Held up, the job has parents with unread records and their children before it at
            // once.
            job.hold();
            String parent = stream.shardIds().get(1);
            stream.split(parent);
            List<String> children = stream.childrenOf(parent);
            load.awaitMore(20);
            stream.merge(children);
            load.awaitMore(20);
            job.letGo();
            awaitAnyOf(stream.childrenOf(children.get(1)).get(0), job);

            job.assertStoresInOrder(stream, 0, load.stop());
            assertThat(job.stored()).extracting(Seen::shard).containsAll(stream.shardIds());
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsParentsAndChildrenOnceWhenTheJobFailsAroundASplit(ReaderType reader)
            throws Exception {
        TestStream stream = kinesis.createStream(3);
        try (Load load = new Load(stream, 0)) {
            SourceJob job = kinesis.job().restarts(2).start(kinesis.source(reader, stream).build());
            job.awaitStored(stored -> !stored.isEmpty());

            String parent = stream.shardIds().get(1);
            job.failAfter(TestStream.KEYS);
            stream.split(parent);
            job.awaitFailure();
            List<String> children = stream.childrenOf(parent);
            // Fails again with the first record of a child: its parent is finished, and has not
            // been for long.
            job.failAt(record -> children.contains(record.shard()));
            job.awaitFailures(2);

            job.assertStoresInOrder(stream, 0, load.stop());
            assertThat(job.stored()).extracting(Seen::shard).containsAll(stream.shardIds());
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnWithMoreAndFewerSubtasksAfterASplitAndAMergeWhileItWasDown(ReaderType reader)
            throws Exception {
        TestStream stream = kinesis.createStream(3);
        try (Load load = new Load(stream, 0)) {
            SourceJob one =
                    kinesis.job().parallelism(1).start(kinesis.source(reader, stream).build());
            one.awaitStored(stored -> !stored.isEmpty());
            String ofOne = one.stopWithSavepoint(savepoints);
            String parent = stream.shardIds().get(1);
            stream.split(parent);
            List<String> children = stream.childrenOf(parent);

            SourceJob three =
                    kinesis.job()
                            .parallelism(3)
                            .from(ofOne)
                            .start(kinesis.source(reader, stream).build());
            awaitAnyOf(children.get(1), three);
            String ofThree = three.stopWithSavepoint(savepoints);
            stream.merge(children);

            SourceJob two =
                    kinesis.job()
                            .parallelism(2)
                            .from(ofThree)
                            .start(kinesis.source(reader, stream).build());
            awaitAnyOf(stream.childrenOf(children.get(0)).get(0), two);

            two.assertStoresInOrder(stream, 0, load.stop());
            assertThat(two.stored()).extracting(Seen::shard).containsAll(stream.shardIds());
            assertThat(three.emitted()).extracting(Seen::subtask).contains(0, 1, 2);
            assertThat(two.emitted()).extracting(Seen::subtask).contains(0, 1);
        }
    }

    private static void awaitAnyOf(String shardId, SourceJob job) {
        job.awaitStored(
                stored -> stored.stream().anyMatch(record -> record.shard().equals(shardId)));
    }
}
