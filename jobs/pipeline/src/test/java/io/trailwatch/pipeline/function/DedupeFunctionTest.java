package io.trailwatch.pipeline.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import io.trailwatch.ledger.LedgerEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class DedupeFunctionTest {
    private static final Instant T0 = Instant.parse("2026-11-20T08:00:00Z");
    private static final Duration TTL = Duration.ofHours(25);

    @Test
    void letsTheFirstPassAndBooksTheRepeat() throws Exception {
        try (var harness = harness()) {
            harness.open();
            harness.processElement(event("ct/1/a", 0), 0);
            harness.processElement(event("ct/1/a", 1), 0);
            harness.processElement(event("ct/1/b", 2), 0);

            assertThat(harness.extractOutputValues())
                    .extracting(ruled -> ruled.event().key())
                    .containsExactly("ct/1/a", "ct/1/b");
            assertThat(harness.getSideOutput(Side.LEDGER))
                    .singleElement()
                    .extracting(record -> record.getValue())
                    .isEqualTo(LedgerEntry.empty("stream/shard", T0).withDeduplicated(1));
        }
    }

    @Test
    void remembersAKeyUpToItsTimeToLiveAndNoLonger() throws Exception {
        try (var harness = harness()) {
            harness.open();
            harness.setStateTtlProcessingTime(0);
            harness.processElement(event("ct/1/a", 0), 0);
            harness.setStateTtlProcessingTime(TTL.toMillis() - 1);
            harness.processElement(event("ct/1/a", 1), 0);
            assertThat(harness.extractOutputValues()).hasSize(1);

            // The repeat has renewed it.
            harness.setStateTtlProcessingTime(2 * TTL.toMillis());
            harness.processElement(event("ct/1/a", 2), 0);
            assertThat(harness.extractOutputValues()).hasSize(2);
        }
    }

    private static KeyedOneInputStreamOperatorTestHarness<EventIdentity, LogEvent, RuledEvent>
            harness() throws Exception {
        KeyedOneInputStreamOperatorTestHarness<EventIdentity, LogEvent, RuledEvent> harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(
                                new DedupeFunction(TTL, RuleSet.compile(List.of()))),
                        EventIdentity::of,
                        TypeInformation.of(EventIdentity.class));
        harness.setup(
                ChainedType.of(RuledEvent.class).createSerializer(new SerializerConfigImpl()));
        return harness;
    }

    private static LogEvent event(String key, int index) {
        Origin origin = new Origin("stream", "shard", "1", 0, index, T0);
        return new LogEvent(
                LogKind.CLOUDTRAIL, key, 1, "json", origin, Provenance.NONE, false, new byte[0]);
    }
}
