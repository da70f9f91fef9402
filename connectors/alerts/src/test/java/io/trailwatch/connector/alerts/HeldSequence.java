package io.trailwatch.connector.alerts;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.core.io.InputStatus;

/** Numbers from 0, and then nothing until the test lets the stream end. */
final class HeldSequence extends NumberSequenceSource {
    private static final long serialVersionUID = 1L;

    private final String run;

    HeldSequence(long count, String run) {
        super(0, count - 1);
        this.run = run;
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<Long, NumberSequenceSplit> createReader(SourceReaderContext context) {
        return new Reader(super.createReader(context), AlertSinkITCase.Run.BY_NAME.get(run).end);
    }

    private static final class Reader implements SourceReader<Long, NumberSequenceSplit> {
        private final SourceReader<Long, NumberSequenceSplit> numbers;
        private final CompletableFuture<Void> end;
        private boolean exhausted;

        Reader(SourceReader<Long, NumberSequenceSplit> numbers, CompletableFuture<Void> end) {
            this.numbers = numbers;
            this.end = end;
        }

        @Override
        public InputStatus pollNext(ReaderOutput<Long> output) throws Exception {
            InputStatus status = numbers.pollNext(output);
            exhausted = status == InputStatus.END_OF_INPUT;
            return exhausted && !end.isDone() ? InputStatus.NOTHING_AVAILABLE : status;
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return exhausted ? end : numbers.isAvailable();
        }

        @Override
        public void start() {
            numbers.start();
        }

        @Override
        public List<NumberSequenceSplit> snapshotState(long checkpointId) {
            return numbers.snapshotState(checkpointId);
        }

        @Override
        public void addSplits(List<NumberSequenceSplit> splits) {
            numbers.addSplits(splits);
        }

        @Override
        public void notifyNoMoreSplits() {
            numbers.notifyNoMoreSplits();
        }

        @Override
        public void close() throws Exception {
            numbers.close();
        }
    }
}
