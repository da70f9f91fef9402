package io.trailwatch.pipeline.rules;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.jspecify.annotations.Nullable;

/**
 * What a folder of rules holds, at the start and whenever it has changed; for parallelism 1. It has
 * no state: after a restore the folder is read anew.
 */
public final class RuleFolderSource
        implements Source<RuleTexts, RuleFolderSource.NoSplit, RuleFolderSource.NoState> {
    private static final long serialVersionUID = 1L;

    private final RuleLocation location;
    private final Duration interval;

    /**
     * A source over a folder.
     *
     * @param interval from the end of one look at the folder to the next
     */
    public RuleFolderSource(RuleLocation location, Duration interval) {
        this.location = location;
        this.interval = interval;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<RuleTexts, NoSplit> createReader(SourceReaderContext context) {
        return new RuleFolderReader(
                new RuleFolder(location),
                interval,
                context.metricGroup()
                        .addGroup("kinesisanalytics")
                        .counter("rulesFolderUnreadable"));
    }

    @Override
    public SplitEnumerator<NoSplit, NoState> createEnumerator(
            SplitEnumeratorContext<NoSplit> context) {
        return new NoSplits();
    }

    @Override
    public SplitEnumerator<NoSplit, NoState> restoreEnumerator(
            SplitEnumeratorContext<NoSplit> context, NoState state) {
        return new NoSplits();
    }

    @Override
    public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
        return new EmptySerializer<>(NoSplit::new);
    }

    @Override
    public SimpleVersionedSerializer<NoState> getEnumeratorCheckpointSerializer() {
        return new EmptySerializer<>(NoState::new);
    }

    /** Never made: the one reader needs no assignment. */
    public record NoSplit() implements SourceSplit {
        @Override
        public String splitId() {
            return "rules";
        }
    }

    /** Nothing to remember. */
    public record NoState() {}

    private static final class NoSplits implements SplitEnumerator<NoSplit, NoState> {
        @Override
        public void start() {}

        @Override
        public void handleSplitRequest(int subtask, @Nullable String host) {}

        @Override
        public void addSplitsBack(List<NoSplit> splits, int subtask) {}

        @Override
        public void addReader(int subtask) {}

        @Override
        public NoState snapshotState(long checkpointId) {
            return new NoState();
        }

        @Override
        public void close() {}
    }

    private static final class EmptySerializer<T> implements SimpleVersionedSerializer<T> {
        private static final int VERSION = 1;

        private final Supplier<T> maker;

        EmptySerializer(Supplier<T> maker) {
            this.maker = maker;
        }

        @Override
        public int getVersion() {
            return VERSION;
        }

        @Override
        public byte[] serialize(T value) {
            return new byte[0];
        }

        @Override
        public T deserialize(int version, byte[] bytes) throws IOException {
            if (version != VERSION) {
                throw new IOException("version is %d, must be %d".formatted(version, VERSION));
            }
            return maker.get();
        }
    }
}
