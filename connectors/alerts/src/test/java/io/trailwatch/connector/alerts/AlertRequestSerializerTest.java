package io.trailwatch.connector.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.junit.jupiter.api.Test;

class AlertRequestSerializerTest {
    private static final AlertRequest WITH_ACCOUNT =
            new AlertRequest("f1", "g1", "high", "r1", "1234", "s", "{\"a\":\"ö\"}");
    private static final AlertRequest WITHOUT_ACCOUNT =
            new AlertRequest("f2", "g2", "low", "", null, "", "{}");

    private final AlertRequestSerializer serializer = new AlertRequestSerializer();

    @Test
    void theBytesOfVersionOneStayReadable() throws IOException {
        String frozen =
                "ffffffffffffffff00000002000000000000003c000000026631000000026731000000"
                        + "0468696768000000027231000000043132333400000001730000000a7b2261223a22c3"
                        + "b6227d0000000000000020000000026632000000026732000000036c6f7700000000ff"
                        + "ffffff00000000000000027b7d";

        assertThat(serializer.getVersion()).isEqualTo(1);
        assertThat(alerts(serializer.deserialize(1, HexFormat.of().parseHex(frozen))))
                .containsExactly(WITH_ACCOUNT, WITHOUT_ACCOUNT);
        assertThat(HexFormat.of().formatHex(serializer.serialize(state()))).isEqualTo(frozen);
    }

    @Test
    void sizesComeBackWithTheAlerts() throws IOException {
        BufferedRequestState<AlertRequest> read =
                serializer.deserialize(1, serializer.serialize(state()));

        assertThat(read.getBufferedRequestEntries())
                .extracting(RequestEntryWrapper::getSize)
                .containsExactly(WITH_ACCOUNT.sizeBytes(), WITHOUT_ACCOUNT.sizeBytes());
    }

    @Test
    void theLargestAlertComesBack() throws IOException {
        AlertRequest largest =
                AlertBody.of(
                        Findings.finding(1, List.of(), "m".repeat(AlertBody.MAX_MESSAGE_BYTES)));
        byte[] bytes =
                serializer.serialize(
                        new BufferedRequestState<>(
                                List.of(new RequestEntryWrapper<>(largest, largest.sizeBytes()))));

        assertThat(alerts(serializer.deserialize(1, bytes))).containsExactly(largest);
    }

    @Test
    void aLaterVersionIsRefusedByName() {
        assertThatThrownBy(() -> serializer.deserialize(2, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessage("alerts have state version 2, readable is 1");
    }

    @Test
    void aLengthThatCannotBeIsRefusedBeforeMemoryIsTaken() throws IOException {
        byte[] bytes = serializer.serialize(state());
        // After the identifier, the count and the size comes the length of the first text.
        bytes[8 + 4 + 8] = 0x7f;

        assertThatThrownBy(() -> serializer.deserialize(1, bytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("limit 262144");
    }

    private static BufferedRequestState<AlertRequest> state() {
        return new BufferedRequestState<>(
                List.of(
                        new RequestEntryWrapper<>(WITH_ACCOUNT, WITH_ACCOUNT.sizeBytes()),
                        new RequestEntryWrapper<>(WITHOUT_ACCOUNT, WITHOUT_ACCOUNT.sizeBytes())));
    }

    private static List<AlertRequest> alerts(BufferedRequestState<AlertRequest> state) {
        return state.getBufferedRequestEntries().stream()
                .map(RequestEntryWrapper::getRequestEntry)
                .toList();
    }
}
