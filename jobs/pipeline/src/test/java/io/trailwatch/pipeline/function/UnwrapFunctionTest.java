package io.trailwatch.pipeline.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.unwrap.UnwrapSettings;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.RawRecord;
import io.trailwatch.ledger.LedgerEntry;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.quarantine.RejectReason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class UnwrapFunctionTest {
    private static final Instant T0 = Instant.parse("2026-11-20T08:00:00Z");

    @Test
    void booksALossInLedgerAndQuarantine() throws Exception {
        try (var harness = harness()) {
            harness.open();
            harness.processElement(
                    RawRecord.ofLoss("stream", "shard", "7", T0, "records behind 7 are gone"), 0);

            assertThat(harness.extractOutputValues()).isEmpty();
            assertThat(harness.getSideOutput(Side.QUARANTINE))
                    .extracting(StreamRecord::getValue)
                    .singleElement()
                    .returns(RejectReason.RECORDS_LOST, Quarantined::reason)
                    .returns("records behind 7 are gone", Quarantined::detail);
            assertThat(harness.getSideOutput(Side.LEDGER))
                    .extracting(StreamRecord::getValue)
                    .containsExactly(
                            LedgerEntry.empty("stream/shard", T0).withReceived(1).withLost(1));
        }
    }

    @Test
    void booksThePiecesOfARecordAndNoLoss() throws Exception {
        String event = "{\"event_id\":\"e\",\"time\":\"2026-11-20T08:00:00Z\",\"type\":\"login\"}";
        try (var harness = harness()) {
            harness.open();
            harness.processElement(
                    RawRecord.of(
                            "stream",
                            "shard",
                            "8",
                            T0,
                            (event + "\n???\n").getBytes(StandardCharsets.UTF_8)),
                    0);

            assertThat(harness.extractOutputValues())
                    .singleElement()
                    .extracting(LogEvent::key)
                    .isEqualTo("app/e");
            assertThat(harness.getSideOutput(Side.LEDGER))
                    .extracting(StreamRecord::getValue)
                    .containsExactly(LedgerEntry.empty("stream/shard", T0).withReceived(2));
        }
    }

    private static OneInputStreamOperatorTestHarness<RawRecord, LogEvent> harness()
            throws Exception {
        return new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(new UnwrapFunction(UnwrapSettings.DEFAULT, null)));
    }
}
