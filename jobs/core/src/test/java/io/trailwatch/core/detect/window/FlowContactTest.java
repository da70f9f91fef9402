package io.trailwatch.core.detect.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.decode.DecodeLimits;
import io.trailwatch.core.decode.Decoded.Accepted;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decoder;
import io.trailwatch.core.unwrap.Unwrapped;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The contacts that lines of flow logs show, as they come out of decoding. */
class FlowContactTest {
    @Test
    void tellsAHostBehindANatGatewayFromTheGateway() {
        String format = "interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr ";
        String columns = "srcport dstport protocol tcp-flags packets start action\n";

        assertThat(
                        contacts(
                                format
                                        + columns
                                        + "eni-1 10.0.0.220 203.0.113.5 10.0.1.5 203.0.113.5 40512"
                                        + " 443 6 2 1 1795161780 ACCEPT\n"
                                        + "eni-1 10.0.0.220 203.0.113.5 - nonsense 40513 443 6 2 1"
                                        + " 1795161780 REJECT\n"))
                .extracting(
                        contact ->
                                "%s %s %d %s"
                                        .formatted(
                                                contact.detectKey(),
                                                contact.destination(),
                                                contact.port(),
                                                contact.rejected()))
                .containsExactly(
                        "10.0.1.5 203.0.113.5 443 false", "10.0.0.220 203.0.113.5 443 true");
    }

    @Test
    void seesContactsThroughATransitGateway() {
        assertThat(
                        contacts(
                                "6 TransitGateway 111122223333 tgw-1 tgw-attach-1 111122223333"
                                    + " 444455556666 vpc-1 vpc-2 subnet-1 subnet-2 eni-1 eni-2"
                                    + " euw1-az1 euw1-az2 tgw-attach-2 10.0.1.9 10.1.2.8 40512 443"
                                    + " 6 1 60 1795161780 1795161838 OK IPv4 0 0 0 0 2 eu-west-1"
                                    + " ingress - -\n"))
                .singleElement()
                .satisfies(
                        contact -> {
                            assertThat(contact.detectKey()).isEqualTo("10.0.1.9");
                            assertThat(contact.destination()).isEqualTo("10.1.2.8");
                            assertThat(contact.account()).isEqualTo("111122223333");
                            assertThat(contact.region()).isEqualTo("eu-west-1");
                            assertThat(contact.failed()).isTrue();
                            assertThat(contact.rejected()).isFalse();
                        });
    }

    @Test
    void seesNoContactWhereThereWasNoTrafficOrItCannotBeRead() {
        String head = "2 111122223333 eni-1 ";

        assertThat(
                        contacts(
                                head
                                        + "- - - - - - - 1795161780 1795161838 - NODATA\n"
                                        + head
                                        + "- - - - - - - 1795161780 1795161838 - SKIPDATA\n"
                                        + head
                                        + "10.0.0.256 10.0.2.8 40512 22 6 1 40 1795161780"
                                        + " 1795161838 REJECT OK\n"
                                        + head
                                        + "10.0.1.9 10.0.2.8 40512 65536 6 1 40 1795161780"
                                        + " 1795161838 REJECT OK\n"))
                .isEmpty();
    }

    private static List<FlowContact> contacts(String lines) {
        Decoder decoder = new Decoder(DecodeLimits.DEFAULT);
        return Unwrapped.of(lines).events.stream()
                .map(event -> ((Accepted<DecodedEvent>) decoder.decode(event)).value())
                .map(FlowContact::of)
                .flatMap(Optional::stream)
                .toList();
    }
}
