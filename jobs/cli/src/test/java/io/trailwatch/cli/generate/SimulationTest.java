package io.trailwatch.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.trailwatch.cli.generate.RecordingSink.Line;
import io.trailwatch.cli.generate.RecordingSink.Trail;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final SimulationOptions DAY = SimulationOptions.ofSeed(7);

    private static RecordingSink day;

    @BeforeAll
    static void simulateOneDay() {
        day = RecordingSink.of(DAY);
    }

    @Test
    void hasTheSizeOfADemo() {
        Simulation.Outcome outcome = day.outcome();
        assertThat(outcome.cloudTrail()).isBetween(17_000L, 24_000L);
        assertThat(outcome.flows()).isBetween(34_000L, 48_000L);
        assertThat(outcome.appEvents()).isBetween(13_000L, 18_000L);
        assertThat(day.trail).hasSize((int) (outcome.cloudTrail() + outcome.cloudTrailRepeats()));
        assertThat(day.flows).hasSize((int) outcome.flows());
        assertThat(day.app).hasSize((int) outcome.appEvents());
    }

    @Test
    void everyCloudTrailRecordHasTheFieldsThatAreNeverMissing() {
        for (Trail one : day.trail) {
            JsonNode record = one.record();
            for (String field :
                    List.of(
                            "eventVersion",
                            "userIdentity",
                            "eventTime",
                            "eventSource",
                            "eventName",
                            "awsRegion",
                            "sourceIPAddress",
                            "userAgent",
                            "eventID",
                            "readOnly",
                            "eventType",
                            "managementEvent",
                            "recipientAccountId",
                            "eventCategory")) {
                assertThat(record.hasNonNull(field)).as("%s of %s", field, record).isTrue();
            }
            assertThat(record.has("requestParameters")).isTrue();
            assertThat(record.has("responseElements")).isTrue();
            assertThat(record.path("recipientAccountId").asText()).isEqualTo(one.account());
            assertThat(record.path("awsRegion").asText()).isEqualTo(one.region());
            assertThat(record.path("eventSource").asText()).endsWith(".amazonaws.com");
            assertThat(record.toString()).doesNotContain("$", "%s");
        }
    }

    @Test
    void identitiesNameTheCallerAsTheirTypeDoes() {
        for (Trail one : day.trail) {
            JsonNode identity = one.record().path("userIdentity");
            String arn = identity.path("arn").asText();
            switch (identity.path("type").asText()) {
                case "AssumedRole" -> {
                    assertThat(arn).startsWith("arn:aws:sts::" + one.account() + ":assumed-role/");
                    assertThat(identity.at("/sessionContext/sessionIssuer/arn").asText())
                            .startsWith("arn:aws:iam::" + one.account() + ":role/");
                    assertThat(identity.path("accessKeyId").asText()).matches("ASIA[A-Z2-7]{16}");
                }
                case "IAMUser" -> {
                    assertThat(identity.path("userName").asText()).isNotEmpty();
                    assertThat(identity.path("principalId").asText()).startsWith("AIDA");
                }
                case "AWSService" ->
                        assertThat(one.record().path("sourceIPAddress"))
                                .isEqualTo(identity.path("invokedBy"));
                case "SAMLUser", "WebIdentityUser" ->
                        assertThat(identity.path("identityProvider").asText())
                                .contains("provider/");
                case "IdentityCenterUser" ->
                        assertThat(identity.at("/onBehalfOf/userId").asText()).isNotEmpty();
                default -> throw new AssertionError("unexpected identity " + identity);
            }
        }
    }

    @Test
    void cloudTrailComesLateAndOutOfOrderButWithinItsDelay() {
        int behind = 0;
        Instant newest = Instant.MIN;
        for (Trail one : day.trail) {
            assertThat(Duration.between(one.time(), one.delivery()))
                    .isBetween(Duration.ofSeconds(3), Duration.ofMinutes(16));
            if (one.time().isBefore(newest)) {
                behind++;
            } else {
                newest = one.time();
            }
        }
        assertThat(behind).isGreaterThan(day.trail.size() / 2);
    }

    @Test
    void someRecordsAreDeliveredTwiceWithTheSameContent() {
        Set<String> keys = new HashSet<>();
        List<Trail> repeats = day.trail.stream().filter(t -> !keys.add(t.key())).toList();
        assertThat(repeats).hasSize((int) day.outcome().cloudTrailRepeats()).isNotEmpty();
        for (Trail repeat : repeats) {
            assertThat(day.trail)
                    .filteredOn(t -> t.key().equals(repeat.key()))
                    .extracting(Trail::record)
                    .containsOnly(repeat.record());
        }
    }

    @Test
    void everyFlowLineHasTheColumnsOfItsFormat() {
        for (Line line : day.flows) {
            assertThat(line.text().split(" ")).hasSize(line.log().fields().size());
            assertThat(line.field("version"))
                    .isEqualTo(line.log() == FlowLog.DEFAULT_FORMAT ? "2" : "5");
            assertThat(Long.parseLong(line.field("end")))
                    .isBetween(
                            Long.parseLong(line.field("start")),
                            Long.parseLong(line.field("start")) + 60);
            assertThat(line.field("log-status")).isIn("OK", "NODATA");
            if (line.field("log-status").equals("NODATA")) {
                assertThat(line.field("srcaddr")).isEqualTo("-");
            } else {
                assertThat(line.field("action")).isIn("ACCEPT", "REJECT");
            }
        }
        assertThat(day.flows.stream().map(Line::log).distinct()).hasSize(2);
    }

    @Test
    void applicationEventsHaveTheEnvelopesFields() {
        for (JsonNode event : day.app) {
            assertThat(event.fieldNames())
                    .toIterable()
                    .containsExactly(
                            "event_id",
                            "time",
                            "type",
                            "user",
                            "session",
                            "source_ip",
                            "user_agent",
                            "outcome",
                            "attributes");
        }
        assertThat(day.app.stream().map(e -> e.path("type").asText()).distinct())
                .containsExactlyInAnyOrder(
                        "auth.sign_in", "post.create", "post.like", "user.follow", "media.upload");
    }

    @Test
    void labelsReferToEventsThatExistWithinTheirTime() {
        Set<String> keys = day.trail.stream().map(Trail::key).collect(Collectors.toSet());
        day.app.forEach(e -> keys.add("app/" + e.path("event_id").asText()));
        List<Label> labels = day.outcome().labels();
        assertThat(labels).hasSizeGreaterThanOrEqualTo(9);
        for (Label label : labels) {
            assertThat(keys).as(label.attackId()).containsAll(label.evidence());
            assertThat(label.start()).isBeforeOrEqualTo(label.end());
            assertThat(label.start()).isBetween(DAY.start(), DAY.end());
            assertThat(label.entities()).as(label.attackId()).isNotEmpty();
            assertThat(label.techniques()).allMatch(id -> id.matches("T\\d{4}(\\.\\d{3})?"));
            day.trail.stream()
                    .filter(t -> label.evidence().contains(t.key()))
                    .forEach(t -> assertThat(t.time()).isBetween(label.start(), label.end()));
        }
        assertThat(labels)
                .filteredOn(label -> label.evidence().isEmpty())
                .extracting(Label::attackId)
                .containsExactly("port-scan-vertical", "port-scan-horizontal");
    }

    @Test
    void theVerticalScanRejectsManyPortsOfOneHostAndTheHorizontalOnePortOfMany() {
        List<Line> rejected =
                day.flows.stream()
                        .filter(line -> line.field("action").equals("REJECT"))
                        .filter(line -> line.field("srcaddr").equals("10.20.11.22"))
                        .toList();
        assertThat(rejected)
                .filteredOn(line -> line.log() == FlowLog.CUSTOM_FORMAT)
                .allMatch(line -> line.field("dstaddr").equals("10.20.20.10"))
                .extracting(line -> line.field("dstport"))
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(300);
        assertThat(rejected)
                .filteredOn(line -> line.log() == FlowLog.DEFAULT_FORMAT)
                .filteredOn(line -> line.field("dstport").equals("22"))
                .extracting(line -> line.field("dstaddr"))
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(200);
    }

    @Test
    void ordinaryLifeHasNoCallOfAnAttack() {
        RecordingSink quiet = RecordingSink.of(DAY.withoutAttacks());
        assertThat(quiet.outcome().labels()).isEmpty();
        assertThat(quiet.trail)
                .extracting(t -> t.record().path("eventName").asText())
                .doesNotContain(
                        "CreateUser",
                        "AttachUserPolicy",
                        "CreateAccessKey",
                        "CreateLoginProfile",
                        "StopLogging",
                        "DeleteTrail",
                        "DeleteFlowLogs",
                        "ModifySnapshotAttribute",
                        "DeleteBucketPublicAccessBlock",
                        "GetPasswordData",
                        "ListSecrets");
        for (Trail one : quiet.trail) {
            String request = one.record().path("requestParameters").toString();
            assertThat(request).doesNotContain("0.0.0.0/0", "\"Principal\":\"*\"");
            if (one.record().path("eventName").asText().equals("ConsoleLogin")) {
                assertThat(one.record().at("/additionalEventData/MFAUsed").asText())
                        .isEqualTo("Yes");
            }
        }
    }

    @Test
    void attacksLeaveOrdinaryLifeAsItIs() {
        RecordingSink quiet = RecordingSink.of(DAY.withoutAttacks());
        Set<String> attack =
                day.outcome().labels().stream()
                        .flatMap(label -> label.evidence().stream())
                        .collect(Collectors.toSet());
        assertThat(day.trail.stream().filter(t -> !attack.contains(t.key())))
                .containsExactlyElementsOf(quiet.trail);
        assertThat(
                        day.app.stream()
                                .filter(
                                        e ->
                                                !attack.contains(
                                                        "app/" + e.path("event_id").asText())))
                .containsExactlyElementsOf(quiet.app);
    }

    @Test
    void attacksComeInTheLastDayWhateverTheHourOfTheStart() {
        SimulationOptions options =
                new SimulationOptions(3, Instant.parse("2026-11-17T13:00:00Z"), 2, 0.02, true);
        Instant lastDay = Instant.parse("2026-11-18T13:00:00Z");
        assertThat(RecordingSink.of(options).outcome().labels())
                .isNotEmpty()
                .allSatisfy(l -> assertThat(l.start()).isBetween(lastDay, options.end()));
    }

    @Test
    void refusesOptionsOutOfRangeWithTheirNameAndLimit() {
        assertThatThrownBy(() -> new SimulationOptions(1, DAY.start(), 0, 1, true))
                .hasMessage("days is 0, must be from 1 to 366");
        assertThatThrownBy(() -> DAY.withRate(Double.NaN))
                .hasMessage("rate is NaN, must be above 0 and at most 100.0");
        assertThatThrownBy(() -> new SimulationOptions(1, DAY.start().plusSeconds(1), 1, 1, true))
                .hasMessage("start is 2026-11-16T00:00:01Z, must be a whole hour");
    }
}
