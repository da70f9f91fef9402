package io.trailwatch.connector.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.event.RawRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.junit.jupiter.api.Test;

class KinesisSourceReaderTest {
    private static final KinesisShardSplit A = Splits.split("a");

    private final RecordedContext context = new RecordedContext();
    private final KinesisSourceReader reader =
            new KinesisSourceReader(SilentSplitReader::new, context);

    @Test
    void aFinishedSplitStaysInStateUntilACheckpointThatHoldsItIsComplete() throws Exception {
        assertThat(reader.snapshotState(1)).isEmpty();
        reader.onSplitFinished(Map.of(A.splitId(), new KinesisShardSplitState(A)));

        assertThat(context.events).containsExactly(new SplitsFinishedEvent(Set.of(A.splitId())));
        reader.notifyCheckpointComplete(1);
        assertThat(reader.snapshotState(2)).containsExactly(A.asFinished());
        assertThat(reader.snapshotState(3)).containsExactly(A.asFinished());
        reader.notifyCheckpointComplete(2);
        assertThat(reader.snapshotState(4)).isEmpty();
    }

    @Test
    void aFinishedSplitIsAnnouncedAgainAfterARestoreAndKept() {
        reader.addSplits(List.of(A.asFinished()));

        assertThat(context.events).containsExactly(new SplitsFinishedEvent(Set.of(A.splitId())));
        assertThat(reader.getNumberOfCurrentlyAssignedSplits()).isZero();
        assertThat(reader.snapshotState(1)).containsExactly(A.asFinished());
    }

    @Test
    void aSplitIsStoredBehindTheLastRecordEmitted() {
        KinesisShardSplitState state = reader.initializedState(A);
        state.emitted("41");
        state.emitted("42");

        assertThat(reader.toSplitType(A.splitId(), state))
                .isEqualTo(A.at(StartingPosition.continueFromSequenceNumber("42")));
    }

    private static final class SilentSplitReader
            implements SplitReader<RawRecord, KinesisShardSplit> {
        @Override
        public RecordsWithSplitIds<RawRecord> fetch() {
            return new RecordsBySplits<>(Map.of(), Set.of());
        }

        @Override
        public void handleSplitsChanges(SplitsChange<KinesisShardSplit> change) {}

        @Override
        public void wakeUp() {}

        @Override
        public void close() {}
    }

    private static final class RecordedContext implements SourceReaderContext {
        final List<SourceEvent> events = new ArrayList<>();

        @Override
        public SourceReaderMetricGroup metricGroup() {
            return UnregisteredMetricsGroup.createSourceReaderMetricGroup();
        }

        @Override
        public Configuration getConfiguration() {
            return new Configuration();
        }

        @Override
        public String getLocalHostName() {
            return "localhost";
        }

        @Override
        public int getIndexOfSubtask() {
            return 0;
        }

        @Override
        public void sendSplitRequest() {}

        @Override
        public void sendSourceEventToCoordinator(SourceEvent event) {
            events.add(event);
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            return SimpleUserCodeClassLoader.create(getClass().getClassLoader());
        }
    }
}
