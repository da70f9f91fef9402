package io.trailwatch.pipeline.function;

import io.trailwatch.ledger.LedgerEntry;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Sums ledger entries per source and hour and hands the sums on before each checkpoint barrier and
 * at the end of input, so that it has nothing to keep in state: what it was given before a barrier
 * has left it by then.
 */
public final class LedgerSumOperator extends AbstractStreamOperator<LedgerEntry>
        implements OneInputStreamOperator<LedgerEntry, LedgerEntry>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    /** Sums are handed on early when so many pages are open: a replay of many small files. */
    private static final int MAX_PAGES = 4096;

    private record Page(String source, Instant hour) {}

    private transient @Nullable Map<Page, LedgerEntry> sums;

    @Override
    public void open() throws Exception {
        super.open();
        sums = new LinkedHashMap<>();
    }

    @Override
    @SuppressWarnings("NullAway") // open() ran before
    public void processElement(StreamRecord<LedgerEntry> element) {
        LedgerEntry entry = element.getValue();
        sums.merge(new Page(entry.source(), entry.hour()), entry, LedgerEntry::plus);
        if (sums.size() >= MAX_PAGES) {
            handOn();
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        handOn();
    }

    @Override
    public void endInput() {
        handOn();
    }

    @SuppressWarnings("NullAway") // open() ran before
    private void handOn() {
        for (LedgerEntry sum : sums.values()) {
            output.collect(new StreamRecord<>(sum));
        }
        sums.clear();
    }
}
