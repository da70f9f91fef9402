package io.trailwatch.pipeline.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.correlation.CorrelationHit;
import io.trailwatch.core.detect.correlation.CorrelationHits;
import io.trailwatch.core.detect.correlation.CorrelationLimits;
import io.trailwatch.core.detect.correlation.CorrelationWindow;
import io.trailwatch.core.detect.correlation.KeptHit;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.finding.Finding;
import io.trailwatch.pipeline.function.WindowFunction.Arrival;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class CorrelationFunctionTest {
    private static final long T0 = CorrelationCase.T0;
    private static final String THREE_IN_TEN_SECONDS =
            """
            title: Three
            id: three
            status: test
            description: Three events of a user.
            author: Trailwatch
            date: 2026-11-21
            correlation:
                type: event_count
                rules: [k0]
                group-by: [user]
                timespan: 10s
                condition:
                    gte: 3
            level: high
            """;

    private final RuleCollection rules =
            CorrelationCase.parse(CorrelationCase.rule("k0") + THREE_IN_TEN_SECONDS);
    private final RuleSet compiled = RuleSet.compile(rules);
    private final CorrelationHits hitsOf = new CorrelationHits(rules);

    @Test
    void holdsFindingsBackUntilTheWatermarkAndForgetsAfterTheTimespan() throws Exception {
        try (var harness = harness(CorrelationLimits.DEFAULTS)) {
            harness.open();
            for (int second : List.of(2, 0, 1)) {
                send(harness, second, "eve");
            }
            harness.processWatermark(T0 + 1_999);
            assertThat(harness.extractOutputValues()).isEmpty();
            harness.processWatermark(T0 + 2_000);
            assertThat(harness.extractOutputValues())
                    .singleElement()
                    .satisfies(
                            finding ->
                                    assertThat(finding.evidence())
                                            .containsExactly("app/eve0", "app/eve1", "app/eve2"));

            harness.processWatermark(T0 + 11_999);
            assertThat(harness.numKeyedStateEntries()).isPositive();
            harness.processWatermark(T0 + 12_000);
            assertThat(harness.numKeyedStateEntries()).isZero();
            assertThat(harness.numEventTimeTimers()).isZero();
        }
    }

    @Test
    void countsAndPassesOverWhatComesBehindTheWatermark() throws Exception {
        CorrelationFunction function =
                new CorrelationFunction(CorrelationLimits.DEFAULTS, Arrival.BY_WATERMARK);
        try (var harness = harness(function)) {
            harness.open();
            send(harness, 0, "eve");
            send(harness, 1, "eve");
            harness.processWatermark(T0 + 2_000);
            send(harness, 2, "eve");
            assertThat(function.lateHits()).isEqualTo(1);
            harness.processWatermark(Long.MAX_VALUE);
            assertThat(harness.extractOutputValues()).isEmpty();
        }
    }

    @Test
    void keepsNoMoreKeysThanAllowedAndCountsTheOthers() throws Exception {
        CorrelationFunction function =
                new CorrelationFunction(new CorrelationLimits(10, 2), Arrival.BY_WATERMARK);
        try (var harness = harness(function)) {
            harness.open();
            for (int second = 0; second < 3; second++) {
                send(harness, second, "eve");
                send(harness, second, "bob");
                send(harness, second, "mallory");
            }
            assertThat(function.refusedKeys()).isEqualTo(3);
            harness.processWatermark(T0 + 5_000);
            assertThat(harness.extractOutputValues())
                    .extracting(Finding::entity)
                    .containsExactlyInAnyOrder("eve", "bob");

            // Room again once the others are over.
            harness.processWatermark(T0 + 20_000);
            for (int second = 30; second < 33; second++) {
                send(harness, second, "mallory");
            }
            harness.processWatermark(Long.MAX_VALUE);
            assertThat(harness.extractOutputValues())
                    .extracting(Finding::entity)
                    .contains("mallory");
        }
    }

    @Test
    void knowsTheNumberOfKeysAfterARescale() throws Exception {
        try (CorrelationChain chain = new CorrelationChain(new CorrelationLimits(10, 2), 1, 1)) {
            chain.send(hit(0, "eve"));
            chain.send(hit(0, "bob"));
            chain.restart(3);
            chain.restart(1);
            for (int second = 1; second < 3; second++) {
                chain.send(hit(second, "eve"));
                chain.send(hit(second, "mallory"));
                chain.send(hit(second, "bob"));
            }
            chain.watermark(Long.MAX_VALUE);
            assertThat(chain.findings())
                    .extracting(Finding::entity)
                    .containsExactlyInAnyOrder("eve", "bob");
            chain.assertNothingIsLeft();
        }
    }

    @Test
    void whatWasLateBeforeARestartIsLateAfterIt() throws Exception {
        try (CorrelationChain chain = new CorrelationChain(CorrelationLimits.DEFAULTS, 1, 1)) {
            chain.send(hit(1, "eve"));
            chain.send(hit(3, "eve"));
            chain.watermark(T0 + 3_000);
            chain.restart(1);
            chain.send(hit(2, "eve"));
            chain.watermark(T0 + 5_000);
            assertThat(chain.findings()).isEmpty();

            chain.send(hit(6, "eve"));
            chain.watermark(Long.MAX_VALUE);
            assertThat(chain.findings())
                    .singleElement()
                    .extracting(Finding::evidence)
                    .isEqualTo(List.of("app/eve1", "app/eve3", "app/eve6"));
        }
    }

    @Test
    void letsNoMoreHitsOfAKeyWaitThanAllowed() throws Exception {
        CorrelationFunction function =
                new CorrelationFunction(new CorrelationLimits(2, 10), Arrival.BY_WATERMARK);
        try (var harness = harness(function)) {
            harness.open();
            for (int second = 0; second < 5; second++) {
                send(harness, second, "eve");
            }
            assertThat(function.hitsPassedOver()).isEqualTo(3);
            harness.processWatermark(Long.MAX_VALUE);
            assertThat(harness.extractOutputValues()).isEmpty();
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void whatTravelsAndRestsGoesThroughFlinksOwnSerializers() {
        for (Class<?> type :
                List.of(
                        CorrelationHit.class,
                        KeptHit.class,
                        CorrelationWindow.class,
                        KeyProgress.class)) {
            TypeInformation<?> information = TypeInformation.of(type);
            assertThat(information).as(type.getSimpleName()).isInstanceOf(PojoTypeInfo.class);
            SerializerConfigImpl config = new SerializerConfigImpl();
            config.setGenericTypes(false);
            // Throws for a component that would fall to Kryo.
            assertThat(information.createSerializer(config)).isNotNull();
        }
    }

    private CorrelationHit hit(int second, String user) {
        DecodedEvent event =
                CorrelationCase.event(
                        T0 + second * 1000L, user + second, user, Map.of("kinds", "k0"));
        return CorrelationPropertyTest.hits(hitsOf, CorrelationCase.match(compiled, event)).get(0);
    }

    private void send(
            KeyedOneInputStreamOperatorTestHarness<String, CorrelationHit, Finding> harness,
            int second,
            String user)
            throws Exception {
        harness.processElement(hit(second, user), T0 + second * 1000L);
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, CorrelationHit, Finding> harness(
            CorrelationLimits limits) throws Exception {
        return harness(new CorrelationFunction(limits, Arrival.BY_WATERMARK));
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, CorrelationHit, Finding> harness(
            CorrelationFunction function) throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(function), CorrelationHit::detectKey, Types.STRING);
    }
}
