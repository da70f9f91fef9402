package io.trailwatch.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.cli.generate.Scoring.Score;
import io.trailwatch.finding.Finding;
import io.trailwatch.finding.Severity;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoringTest {
    private static final Instant T0 = Instant.parse("2026-11-16T21:00:00Z");
    private static final String INTRUDER = "10.20.11.22";
    private static final Label SCAN =
            new Label(
                    "scan",
                    "Port scan",
                    List.of("T1046"),
                    T0,
                    T0.plusSeconds(300),
                    List.of(INTRUDER),
                    List.of(),
                    "");
    private static final Label STUFFING =
            new Label(
                    "stuffing",
                    "Credential stuffing",
                    List.of("T1110.004"),
                    T0,
                    T0.plusSeconds(300),
                    List.of("175.16.199.120"),
                    List.of("app/e-1", "app/e-2"),
                    "");

    @Test
    void oneSharedEventIsProofEnough() {
        Finding finding = finding("someone else", T0.minusSeconds(900), "T9999", "app/e-2");
        Score score = Scoring.score(List.of(STUFFING, SCAN), List.of(finding));
        assertThat(score.foundCount()).isOne();
        assertThat(score.missed()).containsExactly(SCAN);
        assertThat(score.verdicts().get(0).findings()).containsExactly(finding);
        assertThat(score.unlabelled()).isEmpty();
    }

    @Test
    void withoutEventsEntityTimeAndTechniqueFamilyMustAllAgree() {
        Finding right = finding(INTRUDER, T0.plusSeconds(300), "T1046", "flow-hash");
        Finding otherEntity = finding("10.20.10.21", T0, "T1046", "flow-hash");
        Finding tooLate = finding(INTRUDER, T0.plusSeconds(301), "T1046", "flow-hash");
        Finding otherTechnique = finding(INTRUDER, T0, "T1110", "flow-hash");
        Score score =
                Scoring.score(List.of(SCAN), List.of(otherEntity, right, tooLate, otherTechnique));
        assertThat(score.verdicts().get(0).findings()).containsExactly(right);
        assertThat(score.unlabelled()).containsExactly(otherEntity, tooLate, otherTechnique);
    }

    @Test
    void aTechniqueAndItsSubTechniqueAreOneFamily() {
        Finding parent = finding("175.16.199.120", T0, "T1110", "app/e-77");
        Finding sibling = finding("175.16.199.120", T0, "T1110.003", "app/e-78");
        assertThat(Scoring.score(List.of(STUFFING), List.of(parent, sibling)).unlabelled())
                .isEmpty();
    }

    @Test
    void withoutFindingsEverythingIsMissed() {
        Score score = Scoring.score(List.of(SCAN, STUFFING), List.of());
        assertThat(score.missed()).containsExactly(SCAN, STUFFING);
        assertThat(score.foundCount()).isZero();
    }

    private static Finding finding(String entity, Instant time, String technique, String event) {
        return new Finding(
                "id-" + entity + time + technique,
                time,
                "rule",
                "Rule",
                "1",
                "Trailwatch",
                Severity.HIGH,
                "ip",
                entity,
                null,
                null,
                List.of(technique),
                List.of(event),
                time,
                time,
                1,
                "message");
    }
}
