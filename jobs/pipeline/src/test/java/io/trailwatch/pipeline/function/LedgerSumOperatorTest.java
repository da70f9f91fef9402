package io.trailwatch.pipeline.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.ledger.LedgerEntry;
import java.time.Instant;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class LedgerSumOperatorTest {
    private static final Instant EIGHT = Instant.parse("2026-11-20T08:10:00Z");
    private static final Instant NINE = Instant.parse("2026-11-20T09:10:00Z");

    @Test
    void sumsBySourceAndHourAndHandsOnBeforeTheBarrier() throws Exception {
        try (var harness = new OneInputStreamOperatorTestHarness<>(new LedgerSumOperator())) {
            harness.open();
            harness.processElement(LedgerEntry.empty("a", EIGHT).withReceived(3), 0);
            harness.processElement(LedgerEntry.empty("a", EIGHT).withWritten(2), 0);
            harness.processElement(LedgerEntry.empty("a", NINE).withReceived(1), 0);
            harness.processElement(LedgerEntry.empty("b", EIGHT).withLate(4), 0);
            assertThat(harness.extractOutputValues()).isEmpty();

            harness.prepareSnapshotPreBarrier(1);
            assertThat(harness.extractOutputValues())
                    .containsExactlyInAnyOrder(
                            LedgerEntry.empty("a", EIGHT).withReceived(3).withWritten(2),
                            LedgerEntry.empty("a", NINE).withReceived(1),
                            LedgerEntry.empty("b", EIGHT).withLate(4));

            // What was handed on is gone: the next barrier brings only what came after.
            harness.processElement(LedgerEntry.empty("a", EIGHT).withReceived(5), 0);
            harness.prepareSnapshotPreBarrier(2);
            assertThat(harness.extractOutputValues())
                    .hasSize(4)
                    .endsWith(LedgerEntry.empty("a", EIGHT).withReceived(5));
        }
    }

    @Test
    void handsOnAtTheEndOfInput() throws Exception {
        try (var harness = new OneInputStreamOperatorTestHarness<>(new LedgerSumOperator())) {
            harness.open();
            harness.processElement(LedgerEntry.empty("a", EIGHT).withReceived(3), 0);
            harness.endInput();
            assertThat(harness.extractOutputValues())
                    .containsExactly(LedgerEntry.empty("a", EIGHT).withReceived(3));
        }
    }
}
