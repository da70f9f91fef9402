package io.trailwatch.connector.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.finding.Finding;
import io.trailwatch.finding.Severity;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class AlertBodyTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void aFindingIsOneObjectWithTheFieldsOfTheCommandLine() {
        assertThat(AlertBody.of(Findings.numbered(1)).body()).isEqualTo(Findings.bodyOfNumbered(1));
    }

    @Test
    void strangeTextIsEscapedAndAbsentValuesAreNull() {
        assertThat(AlertBody.of(Findings.strange()).body())
                .isEqualTo(
                        """
                        {"schema":"trailwatch.alert.v1","id":"00000000000000000000000000000007",\
                        "time":"2026-11-21T10:15:30Z","rule_id":"rule",\
                        "rule_title":"S\\u00F6ndag\\n\\"quoted\\"","rule_version":"1",\
                        "rule_author":"A\\u007fB","severity":"low","entity_type":"user",\
                        "entity":"\\uD83D\\uDE00\\u0000<>&","account":null,"region":null,\
                        "techniques":[],"evidence":[],"first_seen":"2026-11-21T10:15:30Z",\
                        "last_seen":"2026-11-21T10:15:30Z","count":1,"message":"tab\\there"}\
                        """);
    }

    @Test
    void theSubjectIsOneLineOfPrintableAscii() {
        assertThat(AlertBody.of(Findings.strange()).subject())
                .isEqualTo("[LOW] S?ndag?\"quoted\": ???<>&");
    }

    @Test
    void theSubjectEndsBeforeItsLimit() {
        // "[HIGH] " + title + ": e"
        assertThat(AlertBody.of(titled("t".repeat(89))).subject()).hasSize(99).endsWith("t: e");
        assertThat(AlertBody.of(titled("t".repeat(90))).subject()).hasSize(99).endsWith("t: ");
    }

    @Test
    void aMessageOfExactlyTheLimitIsWhole() throws Exception {
        int room = (int) (AlertBody.MAX_MESSAGE_BYTES - AlertBody.of(withMessage("")).sizeBytes());

        AlertRequest fits = AlertBody.of(withMessage("m".repeat(room)));
        AlertRequest tooLong = AlertBody.of(withMessage("m".repeat(room + 1)));

        assertThat(fits.sizeBytes()).isEqualTo(AlertBody.MAX_MESSAGE_BYTES);
        assertThat(fits.body()).doesNotContain("truncated");
        JsonNode cut = JSON.readTree(tooLong.body());
        assertThat(tooLong.sizeBytes()).isLessThanOrEqualTo(AlertBody.MAX_MESSAGE_BYTES);
        assertThat(cut.get("evidence_truncated").asBoolean()).isTrue();
        assertThat(cut.get("evidence")).hasSize(1);
        assertThat(cut.get("message").asText()).hasSize(room + 1);
    }

    @Test
    void evidenceIsLeftOutFromItsEnd() throws Exception {
        List<String> evidence =
                IntStream.range(0, 50).mapToObj(i -> i + "-" + "e".repeat(10_000)).toList();

        AlertRequest request = AlertBody.of(Findings.finding(1, evidence, "short"));

        JsonNode body = JSON.readTree(request.body());
        assertThat(body.get("evidence_truncated").asBoolean()).isTrue();
        assertThat(body.has("text_truncated")).isFalse();
        assertThat(body.get("count").asLong()).isEqualTo(12);
        List<String> kept =
                IntStream.range(0, body.get("evidence").size())
                        .mapToObj(i -> body.get("evidence").get(i).asText())
                        .toList();
        assertThat(kept).isEqualTo(evidence.subList(0, kept.size()));
        assertThat(request.sizeBytes()).isLessThanOrEqualTo(AlertBody.MAX_MESSAGE_BYTES);
        assertThat(request.sizeBytes() + 10_010).isGreaterThan(AlertBody.MAX_MESSAGE_BYTES);
    }

    @Test
    void textsAreCutWhenEvidenceIsNotEnough() throws Exception {
        AlertRequest request = AlertBody.of(withMessage("ö".repeat(60_000)));

        JsonNode body = JSON.readTree(request.body());
        assertThat(body.get("text_truncated").asBoolean()).isTrue();
        assertThat(body.get("message").asText()).isEqualTo("ö".repeat(2000));
        assertThat(body.get("evidence")).hasSize(2);
        assertThat(body.has("evidence_truncated")).isFalse();
    }

    @Test
    void theLongestTextsOfALogFit() {
        String huge = "\u0001".repeat(30_000);
        Finding finding =
                new Finding(
                        huge,
                        Findings.T0,
                        huge,
                        huge,
                        huge,
                        huge,
                        Severity.CRITICAL,
                        huge,
                        huge,
                        huge,
                        huge,
                        List.of(huge),
                        Collections.nCopies(50, huge),
                        Findings.T0,
                        Findings.T0,
                        Long.MAX_VALUE,
                        huge);

        AlertRequest request = AlertBody.of(finding);

        assertThat(request.sizeBytes()).isLessThanOrEqualTo(AlertBody.MAX_MESSAGE_BYTES);
        assertThat(request.account()).isEqualTo("?".repeat(256));
    }

    @Test
    void aRuleOfTooManyTechniquesIsRefusedWithValueAndLimit() {
        Finding finding = Findings.numbered(1);
        Finding huge =
                new Finding(
                        finding.id(),
                        finding.time(),
                        "r",
                        "t",
                        "1",
                        "a",
                        Severity.LOW,
                        "ip",
                        "e",
                        null,
                        null,
                        Collections.nCopies(40_000, "T1078"),
                        List.of(),
                        finding.firstSeen(),
                        finding.lastSeen(),
                        1,
                        "m");

        assertThatThrownBy(() -> AlertBody.of(huge))
                .isInstanceOf(AlertException.class)
                .hasMessageContaining(finding.id())
                .hasMessageContaining("limit 26");
    }

    private static Finding withMessage(String message) {
        // Longer than the flag that tells of their absence.
        return Findings.finding(1, List.of("1".repeat(100), "2".repeat(100)), message);
    }

    private static Finding titled(String title) {
        Finding finding = Findings.numbered(1);
        return new Finding(
                finding.id(),
                finding.time(),
                "r",
                title,
                "1",
                "a",
                Severity.HIGH,
                "ip",
                "e",
                null,
                null,
                List.of(),
                List.of(),
                finding.firstSeen(),
                finding.lastSeen(),
                1,
                "m");
    }
}
