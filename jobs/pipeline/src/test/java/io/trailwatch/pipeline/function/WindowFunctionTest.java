package io.trailwatch.pipeline.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.detect.window.CredentialStuffing;
import io.trailwatch.core.detect.window.SignIn;
import io.trailwatch.finding.Finding;
import io.trailwatch.pipeline.function.WindowFunction.Arrival;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class WindowFunctionTest {
    private static final long T0 = Instant.parse("2026-11-20T08:00:00Z").toEpochMilli();
    private static final String SOURCE = "198.51.100.4";

    @Test
    void findsTheSameInAnyOrderOfArrivalBeforeTheWatermark() throws Exception {
        List<Finding> expected = run(stuffing());
        assertThat(expected).singleElement().extracting(Finding::entity).isEqualTo("user-3");
        for (int seed = 0; seed < 20; seed++) {
            List<SignIn> shuffled = new ArrayList<>(stuffing());
            Collections.shuffle(shuffled, new Random(seed));
            assertThat(run(shuffled)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void holdsFindingsBackUntilTheWatermarkAndForgetsAfterTheSpan() throws Exception {
        try (var harness = harness()) {
            harness.open();
            for (SignIn signIn : stuffing()) {
                harness.processElement(signIn, signIn.timeMillis());
            }
            assertThat(harness.extractOutputValues()).isEmpty();

            harness.processWatermark(T0 + Duration.ofMinutes(1).toMillis());
            assertThat(harness.extractOutputValues()).hasSize(1);

            harness.processWatermark(T0 + Duration.ofDays(1).toMillis());
            assertThat(harness.numKeyedStateEntries()).isZero();
            assertThat(harness.numEventTimeTimers()).isZero();
        }
    }

    @Test
    void passesOverWhatComesBehindTheWatermark() throws Exception {
        try (var harness = harness()) {
            harness.open();
            harness.processWatermark(T0 + Duration.ofMinutes(5).toMillis());
            for (SignIn signIn : stuffing()) {
                harness.processElement(signIn, signIn.timeMillis());
            }
            harness.processWatermark(Long.MAX_VALUE);
            assertThat(harness.extractOutputValues()).isEmpty();
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void goesOnFromASnapshotAsIfNothingHadHappened() throws Exception {
        List<SignIn> signIns = stuffing();
        OperatorSubtaskState snapshot;
        try (var harness = harness()) {
            harness.open();
            for (SignIn signIn : signIns.subList(0, 6)) {
                harness.processElement(signIn, signIn.timeMillis());
            }
            harness.processWatermark(T0 + 3_000);
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness()) {
            harness.initializeState(snapshot);
            harness.open();
            for (SignIn signIn : signIns.subList(6, signIns.size())) {
                harness.processElement(signIn, signIn.timeMillis());
            }
            harness.processWatermark(T0 + Duration.ofMinutes(1).toMillis());
            assertThat(harness.extractOutputValues()).isEqualTo(run(signIns));
        }
    }

    @Test
    void whatWasLateBeforeARestartIsLateAfterIt() throws Exception {
        List<SignIn> signIns = stuffing();
        List<SignIn> inTime = new ArrayList<>(signIns);
        SignIn late = inTime.remove(5);
        OperatorSubtaskState snapshot;
        try (var harness = harness()) {
            harness.open();
            for (SignIn signIn : inTime.subList(0, 8)) {
                harness.processElement(signIn, signIn.timeMillis());
            }
            harness.processWatermark(T0 + 8_000);
            snapshot = harness.snapshot(1, 1);
        }
        try (var harness = harness()) {
            harness.initializeState(snapshot);
            harness.open();
            harness.processElement(late, late.timeMillis());
            for (SignIn signIn : inTime.subList(8, inTime.size())) {
                harness.processElement(signIn, signIn.timeMillis());
            }
            harness.processWatermark(Long.MAX_VALUE);
            assertThat(harness.extractOutputValues())
                    .isEqualTo(run(inTime))
                    .singleElement()
                    .satisfies(
                            finding ->
                                    assertThat(finding.evidence()).doesNotContain(late.eventKey()));
        }
    }

    private static List<Finding> run(List<SignIn> signIns) throws Exception {
        try (var harness = harness()) {
            harness.open();
            for (SignIn signIn : signIns) {
                harness.processElement(signIn, signIn.timeMillis());
            }
            harness.processWatermark(Long.MAX_VALUE);
            return harness.extractOutputValues();
        }
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, SignIn, Finding> harness()
            throws Exception {
        CredentialStuffing detector = new CredentialStuffing();
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(
                        new WindowFunction<>(
                                detector,
                                TypeInformation.of(detector.featureType()),
                                TypeInformation.of(detector.stateType()),
                                Arrival.BY_WATERMARK)),
                SignIn::detectKey,
                Types.STRING);
    }

    /** Twelve users fail, one a second, then one of them gets in. */
    private static List<SignIn> stuffing() {
        List<SignIn> signIns = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            signIns.add(signIn(i, "user-" + i, false));
        }
        signIns.add(signIn(12, "user-3", true));
        return signIns;
    }

    private static SignIn signIn(int second, String user, boolean success) {
        return new SignIn(SOURCE, T0 + second * 1000L, "app/" + second, user, success);
    }
}
