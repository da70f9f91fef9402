package io.trailwatch.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowFormatTest {
    private static final String FLOW = "srcaddr dstaddr srcport dstport protocol start end ";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2 111122223333 eni-1 10.0.0.1",
                "2 unknown eni-1",
                "2  111122223333\teni-1",
                "2 111122223333 -",
            })
    void knowsTheDefaultFormatOfAnInterface(String line) {
        assertThat(ofDefault(line)).isSameAs(FlowFormat.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "6 TransitGateway 111122223333 tgw-1 tgw-attach-1",
                "7 TransitGateway unknown tgw-1",
            })
    void knowsTheDefaultFormatOfATransitGateway(String line) {
        assertThat(ofDefault(line)).isSameAs(FlowFormat.DEFAULT_TRANSIT_GATEWAY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2",
                "2 111122223333",
                "3 111122223333 eni-1",
                "2 11112222333 eni-1",
                "2 eni-1 111122223333",
                "TransitGateway 111122223333 tgw-1",
                "x TransitGateway 111122223333 tgw-1",
                "6 TransitGateway tgw-1 111122223333",
                "6 transitgateway 111122223333 tgw-1",
            })
    void guessesNoOtherFormat(String line) {
        assertThat(ofDefault(line)).isNull();
    }

    @Test
    void namesTheFieldsOfATransitGatewayInTheOrderOfAws() {
        assertThat(FlowFormat.DEFAULT_TRANSIT_GATEWAY.fields())
                .hasSize(36)
                .startsWith("version", "resource-type", "account-id", "tgw-id", "tgw-attachment-id")
                .endsWith(
                        "tcp-flags",
                        "region",
                        "flow-direction",
                        "pkt-src-aws-service",
                        "pkt-dst-aws-service");
        assertThat(FlowFormat.KNOWN).containsAll(FlowFormat.DEFAULT_TRANSIT_GATEWAY.fields());
    }

    @ParameterizedTest
    @CsvSource({
        "interface-id action, true",
        "interface-id action ecs-task-id ecs-cluster-arn, true",
        "interface-id action tgw-id, true",
        "tgw-attachment-id flow-direction, true",
        "interface-id, false",
        "interface-id flow-direction, false",
        "tgw-attachment-id, false",
        "tgw-attachment-id action, false",
        "tgw-id flow-direction action, false",
        "ecs-task-id action, false",
    })
    void tellsWhetherEqualLinesAreOneRecord(String place, boolean identifies) {
        assertThat(FlowFormat.parse(FLOW + place).identifiesRecords()).isEqualTo(identifies);
    }

    @Test
    void needsEveryFieldOfTheFlowToTellRecordsApart() {
        assertThat(FlowFormat.DEFAULT.identifiesRecords()).isTrue();
        assertThat(FlowFormat.DEFAULT_TRANSIT_GATEWAY.identifiesRecords()).isTrue();
        for (String field : FLOW.split(" ")) {
            String without = FLOW.replace(field + " ", "") + "interface-id action";
            assertThat(FlowFormat.parse(without).identifiesRecords()).isFalse();
        }
    }

    @Test
    void findsTheAttachmentWhereNoInterfaceIsNamed() {
        FlowFormat transit = FlowFormat.parse("srcaddr tgw-attachment-id");
        assertThat(namesPlace(transit, "10.0.0.1 tgw-attach-1")).isTrue();
        assertThat(namesPlace(transit, "10.0.0.1 -")).isFalse();
        FlowFormat both = FlowFormat.parse("tgw-attachment-id interface-id");
        assertThat(namesPlace(both, "tgw-attach-1 -")).isFalse();
        assertThat(namesPlace(both, "- eni-1")).isTrue();
    }

    @Test
    void readsTheHeaderOfATransitGateway() {
        assertThat(FlowFormat.ofHeader(FlowFormat.DEFAULT_TRANSIT_GATEWAY.names()))
                .hasValueSatisfying(
                        format -> assertThat(format.fields()).contains("tgw-pair-attachment-id"));
    }

    private static Object ofDefault(String line) {
        byte[] bytes = (">>" + line).getBytes(StandardCharsets.UTF_8);
        return FlowFormat.ofDefault(bytes, 2, bytes.length);
    }

    private static boolean namesPlace(FlowFormat format, String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return format.namesPlace(bytes, 0, bytes.length);
    }
}
