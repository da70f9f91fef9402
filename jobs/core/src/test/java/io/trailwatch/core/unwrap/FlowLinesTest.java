package io.trailwatch.core.unwrap;

import static io.trailwatch.core.unwrap.Unwrapped.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.FlowFormat;
import io.trailwatch.event.LogEvent;
import io.trailwatch.event.RawRecord;
import io.trailwatch.quarantine.RejectReason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which format the lines of a flow log are taken to have, and what makes two of them one. */
class FlowLinesTest {
    private static final String FLOW =
            "2 111122223333 eni-1 10.0.1.9 10.0.2.8 20641 22 6 20 4249 1795420980 1795421038 ACCEPT"
                    + " OK";
    private static final String TRANSIT =
            "6 TransitGateway 111122223333 tgw-1 tgw-attach-1 111122223333 444455556666 vpc-1 vpc-2"
                    + " subnet-1 subnet-2 eni-1 eni-2 euw1-az1 euw1-az2 tgw-attach-2 10.0.1.9"
                    + " 10.1.2.8 40512 443 6 20 4249 1795420980 1795421038 OK IPv4 0 0 0 0 2"
                    + " eu-west-1 ingress - -";
    private static final UnwrapSettings SETTINGS =
            new UnwrapSettings(
                    SourceHint.AUTO,
                    null,
                    Map.of(
                            "/vpc/flow/a", "srcaddr dstaddr start",
                            "account:444455556666", "${start} ${bytes}"),
                    DecodeLimits.DEFAULT);

    @Test
    void readsTheLinesOfEachLogGroupAndAccountByItsOwnFormat() {
        Unwrapped pieces =
                Unwrapped.of(
                        bytes(
                                subscription("111122223333", "/vpc/flow/a", "10.0.0.1 10.0.0.2 1")
                                        + subscription("444455556666", "/vpc/flow/b", "1 400")
                                        + subscription("111122223333", "/vpc/flow/c", FLOW)),
                        SETTINGS);

        assertThat(pieces.rejections).isEmpty();
        assertThat(pieces.events)
                .extracting(LogEvent::format)
                .containsExactly(
                        "srcaddr dstaddr start", "start bytes", FlowFormat.DEFAULT.names());
    }

    @Test
    void carriesTheFormatsToTheMachineThatUnwraps() throws Exception {
        byte[] line = bytes(subscription("444455556666", "/vpc/flow/b", "1 400"));

        assertThat(Unwrapped.of(line, copy(SETTINGS)).events)
                .singleElement()
                .extracting(LogEvent::format)
                .isEqualTo("start bytes");
    }

    @Test
    void letsAHeaderGoBeforeTheSettings() {
        UnwrapSettings settings =
                new UnwrapSettings(SourceHint.AUTO, "start bytes", DecodeLimits.DEFAULT);

        assertThat(Unwrapped.of(bytes("srcaddr start\n10.0.0.1 1\n"), settings).events)
                .singleElement()
                .extracting(LogEvent::format)
                .isEqualTo("srcaddr start");
        assertThat(Unwrapped.of(bytes("1 400\n"), settings).events)
                .singleElement()
                .extracting(LogEvent::format)
                .isEqualTo("start bytes");
    }

    @Test
    void takesADefaultRecordOfATransitGatewayWithoutConfiguration() {
        Unwrapped pieces = Unwrapped.of(TRANSIT + "\n" + FLOW + "\n" + TRANSIT + "\n");

        assertThat(pieces.events)
                .extracting(LogEvent::format)
                .containsExactly(
                        FlowFormat.DEFAULT_TRANSIT_GATEWAY.names(),
                        FlowFormat.DEFAULT.names(),
                        FlowFormat.DEFAULT_TRANSIT_GATEWAY.names());
        assertThat(pieces.events)
                .extracting(LogEvent::eventHour)
                .containsOnly(1_795_420_980L / 3600);
        assertThat(pieces.keys().get(2)).isEqualTo(pieces.keys().get(0));
        assertThat(pieces.keys().get(1)).isNotEqualTo(pieces.keys().get(0));
    }

    @Test
    void keepsEqualLinesOfATransitGatewayApartWithoutTheirAttachment() {
        String nowhere = TRANSIT.replace("tgw-attach-1", "-");

        assertThat(Unwrapped.of(nowhere + "\n" + nowhere).keys()).doesNotHaveDuplicates();
    }

    @Test
    void keepsAnAcceptedAndARejectedPacketApartWhereTheFormatHasNoAction() {
        String format =
                "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets"
                        + " bytes start end log-status\n";
        String line = FLOW.replace(" ACCEPT", "") + "\n";

        assertThat(Unwrapped.of(format + line + line).keys()).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void knowsARecordAgainThatComesThroughCloudWatchLogsAndAsAFile() {
        String format = FlowFormat.DEFAULT.names() + "\n";

        assertThat(
                        Unwrapped.of(
                                        subscription("111122223333", "/vpc/flow/c", FLOW)
                                                + format
                                                + FLOW
                                                + "\n")
                                .keys())
                .hasSize(2)
                .containsOnly(Unwrapped.of(FLOW).keys().get(0));
    }

    @Test
    void namesParquetThatNobodyHasMadeTextOf() {
        byte[] parquet = {'P', 'A', 'R', '1', 0x15, 0, '\n', '2', ' ', '1'};
        Unwrapped pieces = new Unwrapped();
        new Unwrapper(UnwrapSettings.DEFAULT)
                .unwrap(
                        RawRecord.of("/logs/a.parquet", "", "0", Unwrapped.ARRIVAL, parquet),
                        pieces);

        assertThat(pieces.events).isEmpty();
        assertThat(pieces.rejections)
                .singleElement()
                .satisfies(
                        rejected -> {
                            assertThat(rejected.reason()).isEqualTo(RejectReason.UNKNOWN_FORMAT);
                            assertThat(rejected.detail()).startsWith("Parquet that is damaged or");
                            assertThat(rejected.payload()).isEqualTo(parquet);
                        });
    }

    private static String subscription(String owner, String logGroup, String message) {
        return """
        {"messageType":"DATA_MESSAGE","owner":"%s","logGroup":"%s","logStream":"eni-1-all",\
        "subscriptionFilters":["all"],"logEvents":[{"id":"%s","timestamp":1795420980000,\
        "message":"%s"}]}
        """
                .formatted(owner, logGroup, logGroup.hashCode(), message);
    }

    private static UnwrapSettings copy(UnwrapSettings settings)
            throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(settings);
        }
        try (ObjectInputStream in =
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (UnwrapSettings) in.readObject();
        }
    }
}
