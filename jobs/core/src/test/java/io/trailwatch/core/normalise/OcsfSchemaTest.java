package io.trailwatch.core.normalise;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoded;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.deliver.Deliveries;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.core.unwrap.Unwrapped;
import io.trailwatch.event.LogEvent;
import io.trailwatch.finding.Finding;
import io.trailwatch.finding.Severity;
import io.trailwatch.table.Tables;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** That the validator finds what is wrong: rows that are valid, but for one thing. */
class OcsfSchemaTest {
    private static final Object ABSENT = new Object();

    @BeforeEach
    void needsTheSchema() {
        OcsfSchemas.assumePresent();
    }

    @ParameterizedTest
    @EnumSource(OcsfVersion.class)
    void hasNothingAgainstAValidRow(OcsfVersion version) {
        assertThat(problems(version, row(version))).isEmpty();
        assertThat(
                        OcsfSchemas.problems(
                                version,
                                "findings",
                                RowReading.nested(
                                        Tables.FINDINGS, Deliveries.row(FINDING, version))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metadata|metadata: is required",
                "metadata.product|metadata.product: is required",
                "metadata.product.vendor_name|metadata.product.vendor_name: is required",
                "time|time: is required",
                "cloud|cloud: is required",
                "api.operation|api.operation: is required",
                "src_endpoint|src_endpoint: is required",
                "activity_id|activity_id: is required",
            })
    void missesWhatIsRequired(String path, String problem) {
        Map<String, Object> row = row(OcsfVersion.V1_1_0);
        set(row, path, ABSENT);
        assertThat(problems(OcsfVersion.V1_1_0, row)).contains(problem);
    }

    @Test
    void missesAllAlternativesOfAConstraint() {
        Map<String, Object> row = row(OcsfVersion.V1_1_0);
        set(row, "actor", new HashMap<>());
        assertThat(problems(OcsfVersion.V1_1_0, row))
                .containsExactly(
                        "actor: must have at least one of"
                                + " [\"process\",\"user\",\"invoked_by\",\"session\"]");
    }

    @Test
    void inheritsTheConstraintsOfAnObjectsAncestor() {
        Map<String, Object> row = row(OcsfVersion.V1_1_0);
        set(row, "metadata.product.name", ABSENT);
        assertThat(problems(OcsfVersion.V1_1_0, row))
                .containsExactly("metadata.product: must have at least one of [\"name\",\"uid\"]");
    }

    @Test
    void refusesUnknownAttributesAtEveryDepth() {
        Map<String, Object> row = row(OcsfVersion.V1_1_0);
        set(row, "colour", "red");
        set(row, "actor.user.colour", "red");
        assertThat(problems(OcsfVersion.V1_1_0, row))
                .containsExactlyInAnyOrder(
                        "colour: is no attribute of OCSF 1.1.0",
                        "actor.user.colour: is no attribute of OCSF 1.1.0");
    }

    @Test
    void refusesAttributesOfAProfileThatTheRowDoesNotFollow() {
        Map<String, Object> row = row(OcsfVersion.V1_1_0);
        set(row, "metadata.profiles", List.of("datetime"));
        set(row, "action_id", 1);
        assertThat(problems(OcsfVersion.V1_1_0, row))
                .contains(
                        "cloud: is no attribute of OCSF 1.1.0",
                        "action_id: is no attribute of OCSF 1.1.0");
        set(row, "metadata.profiles", List.of("cloud"));
        assertThat(problems(OcsfVersion.V1_1_0, row))
                .contains("time_dt: is no attribute of OCSF 1.1.0");
    }

    @Test
    void requiresWhatTheProfilesOfTheRowRequire() {
        Map<String, Object> row = flowRow();
        assertThat(OcsfSchemas.problems(OcsfVersion.V1_1_0, "vpc_flow", row)).isEmpty();
        set(row, "action_id", ABSENT);
        set(row, "connection_info.direction_id", ABSENT);
        assertThat(OcsfSchemas.problems(OcsfVersion.V1_1_0, "vpc_flow", row))
                .containsExactlyInAnyOrder(
                        "action_id: is required", "connection_info.direction_id: is required");
    }

    @Test
    void comparesAValueWithTheTextBesideIt() {
        Map<String, Object> row = row(OcsfVersion.V1_1_0);
        set(row, "activity_name", "Delete");
        set(row, "status", "Fine");
        set(row, "severity", "informational");
        assertThat(problems(OcsfVersion.V1_1_0, row))
                .containsExactlyInAnyOrder(
                        "activity_name: is 'Delete', for 1 it must be 'Create'",
                        "status: is 'Fine', for 1 it must be 'Success'",
                        "severity: is 'informational', for 1 it must be 'Informational'");
        Map<String, Object> flow = flowRow();
        set(flow, "connection_info.direction", "ingress");
        assertThat(OcsfSchemas.problems(OcsfVersion.V1_1_0, "vpc_flow", flow))
                .containsExactly(
                        "connection_info.direction: is 'ingress', for 0 it must be 'Unknown'");
    }

    @Test
    void knowsTheNumbersAndNamesOfAClass() {
        Map<String, Object> row = row(OcsfVersion.V1_1_0);
        set(row, "type_uid", 600302L);
        set(row, "type_name", "API Activity: Read");
        set(row, "class_name", "API");
        set(row, "category_uid", 3);
        assertThat(problems(OcsfVersion.V1_1_0, row))
                .containsExactlyInAnyOrder(
                        "type_uid: is 600302, must be 600301",
                        "type_name: is API Activity: Read, must be API Activity: Create",
                        "class_name: is API, must be API Activity",
                        "category_uid: is 3, must be 6");
        set(row, "class_uid", 9999);
        assertThat(problems(OcsfVersion.V1_1_0, row))
                .containsExactly("class_uid: is 9999, no class");
    }

    @Test
    void refusesValuesOutsideOfTheirEnum() {
        Map<String, Object> row = row(OcsfVersion.V1_1_0);
        set(row, "severity_id", 7);
        set(row, "observables", List.of(Map.of("name", "x", "type_id", 77, "value", "v")));
        assertThat(problems(OcsfVersion.V1_1_0, row))
                .containsExactlyInAnyOrder(
                        "severity_id: is 7, no value of its enum",
                        "observables.type_id: is 77, no value of its enum");
    }

    @Test
    void knowsTheNamesOfTheTypesOfObservables() {
        Map<String, Object> row = row(OcsfVersion.V1_1_0);
        set(
                row,
                "observables",
                List.of(Map.of("name", "x", "type_id", 2, "type", "Address", "value", "v")));
        assertThat(problems(OcsfVersion.V1_1_0, row))
                .containsExactly("observables.type: is 'Address', for 2 it must be 'IP Address'");
    }

    @Test
    void checksTypesPatternsAndRanges() {
        Map<String, Object> row = flowRow();
        set(row, "time", 1);
        set(row, "src_endpoint.ip", "sso.amazonaws.com");
        set(row, "src_endpoint.port", 65_536);
        set(row, "traffic.bytes", "4249");
        set(row, "observables", Map.of());
        set(row, "cloud", "AWS");
        assertThat(OcsfSchemas.problems(OcsfVersion.V1_1_0, "vpc_flow", row))
                .containsExactlyInAnyOrder(
                        "time: is a Integer, must be timestamp_t",
                        "src_endpoint.ip: is 'sso.amazonaws.com', no ip_t",
                        "src_endpoint.port: is 65536, out of [0,65535]",
                        "traffic.bytes: is a String, must be long_t",
                        "observables: must be a list",
                        "cloud: must be an object");
    }

    @Test
    void checksTheLengthOfText() {
        Map<String, Object> row = row(OcsfVersion.V1_1_0);
        set(row, "api.operation", "x".repeat(65_536));
        assertThat(problems(OcsfVersion.V1_1_0, row))
                .containsExactly("api.operation: has 65536 characters, limit 65535");
    }

    @Test
    void holdsARowToItsOwnVersion() {
        assertThat(problems(OcsfVersion.V1_5_0, row(OcsfVersion.V1_1_0)))
                .containsExactly("metadata.version: is 1.1.0, not 1.5.0");
    }

    @Test
    void tellsWhatIsDeprecated() {
        Map<String, Object> row = row(OcsfVersion.V1_5_0);
        set(row, "actor.invoked_by", "sso.amazonaws.com");
        assertThat(OcsfSchemas.of(OcsfVersion.V1_5_0).deprecated("cloud_trail", row))
                .singleElement()
                .asString()
                .startsWith("actor.invoked_by: Use")
                .contains("app_name");
        assertThat(OcsfSchemas.of(OcsfVersion.V1_1_0).deprecated("cloud_trail", row)).isEmpty();
    }

    private static List<String> problems(OcsfVersion version, Map<String, Object> row) {
        return OcsfSchemas.problems(version, "cloud_trail", row);
    }

    private static Map<String, Object> row(OcsfVersion version) {
        LogEvent event =
                Unwrapped.of(
                                """
                                {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","userName":"jo","accountId":"111122223333"},\
                                "eventTime":"2026-11-20T08:03:11Z","eventSource":"s3.amazonaws.com","eventName":"CreateBucket",\
                                "awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7","requestID":"r-1","eventID":"e-1",\
                                "eventType":"AwsApiCall","recipientAccountId":"111122223333"}\
                                """)
                        .events
                        .get(0);
        return mutable(
                RowReading.nested(
                        Tables.CLOUD_TRAIL,
                        EventRows.of(decoded(event), IpContext.EMPTY, IpContext.EMPTY, version)
                                .row()));
    }

    private static Map<String, Object> flowRow() {
        LogEvent event =
                Unwrapped.of(
                                "2 111122223333 eni-0a1 198.51.100.7 10.0.1.9 20641 22 6 20 4249"
                                        + " 1763625791 1763625851 REJECT OK\n")
                        .events
                        .get(0);
        return mutable(
                RowReading.nested(
                        Tables.VPC_FLOW,
                        EventRows.of(
                                        decoded(event),
                                        IpContext.EMPTY,
                                        IpContext.EMPTY,
                                        OcsfVersion.V1_1_0)
                                .row()));
    }

    private static DecodedEvent decoded(LogEvent event) {
        return ((Decoded.Accepted<DecodedEvent>) new Decoder(DecodeLimits.DEFAULT).decode(event))
                .value();
    }

    private static Map<String, Object> mutable(Map<?, ?> map) {
        Map<String, Object> copy = new HashMap<>();
        map.forEach((name, value) -> copy.put(String.valueOf(name), mutableValue(value)));
        return copy;
    }

    private static Object mutableValue(Object value) {
        if (value instanceof Map<?, ?> map) {
            return mutable(map);
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(element -> copy.add(mutableValue(element)));
            return copy;
        }
        return value;
    }

    @SuppressWarnings("unchecked") // all maps of the row are of this type
    private static void set(Map<String, Object> row, String path, Object value) {
        Map<String, Object> holder = row;
        String rest = path;
        for (int dot = rest.indexOf('.'); dot >= 0; dot = rest.indexOf('.')) {
            Object next = holder.get(rest.substring(0, dot));
            if (!(next instanceof Map)) {
                return;
            }
            holder = (Map<String, Object>) next;
            rest = rest.substring(dot + 1);
        }
        if (value == ABSENT) {
            holder.remove(rest);
        } else {
            holder.put(rest, value);
        }
    }

    private static final Instant T0 = Instant.parse("2026-11-20T08:03:11Z");

    private static final Finding FINDING =
            new Finding(
                    "0f",
                    T0,
                    "r",
                    "Rule",
                    "2026-11-21",
                    "Trailwatch",
                    Severity.HIGH,
                    "principal",
                    "arn:aws:iam::111122223333:user/jo",
                    "111122223333",
                    "eu-west-1",
                    List.of("T1098", "T1110.004"),
                    List.of("ct/1/e"),
                    T0,
                    T0,
                    1,
                    "jo did it");
}
