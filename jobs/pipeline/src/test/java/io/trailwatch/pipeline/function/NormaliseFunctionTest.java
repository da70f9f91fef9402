package io.trailwatch.pipeline.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoded.Accepted;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.decode.FlowFormat;
import io.trailwatch.core.detect.rule.RuleSet;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.core.normalise.OcsfVersion;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import io.trailwatch.table.Tables;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class NormaliseFunctionTest {
    private static final Instant T0 = Instant.parse("2026-11-20T08:00:00Z");
    private static final String FLOW =
            "2 111122223333 eni-1 - - - - - - - 1795161600 1795161660 - ";

    @Test
    void countsTheWindowsThatAwsCouldNotCaptureWholeBesideWritingThem() throws Exception {
        NormaliseFunction function = new NormaliseFunction(OcsfVersion.V1_1_0);
        try (var harness =
                new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(function))) {
            harness.open();
            harness.processElement(flow(FLOW + "SKIPDATA", false), 0);
            harness.processElement(flow(FLOW + "NODATA", false), 0);
            harness.processElement(flow(FLOW + "SKIPDATA", true), 0);

            assertThat(harness.getSideOutput(NormaliseFunction.rows(Tables.VPC_FLOW))).hasSize(2);
            assertThat(harness.extractOutputValues()).hasSize(3);
            assertThat(
                            function.getRuntimeContext()
                                    .getAccumulator(RunCounters.FLOW_SKIP_DATA)
                                    .getLocalValue())
                    .isEqualTo(1L);
        }
    }

    private static EnrichedEvent flow(String line, boolean stored) {
        LogEvent event =
                new LogEvent(
                        LogKind.VPC_FLOW,
                        "vf/1",
                        0,
                        FlowFormat.DEFAULT.names(),
                        new Origin("file", "", "0", 0, 0, T0),
                        Provenance.NONE,
                        stored,
                        line.getBytes(StandardCharsets.UTF_8));
        DecodedEvent decoded =
                ((Accepted<DecodedEvent>) new Decoder(DecodeLimits.DEFAULT).decode(event)).value();
        return new EnrichedEvent(
                decoded, IpContext.EMPTY, IpContext.EMPTY, RuleSet.compile(List.of()));
    }
}
