package io.trailwatch.core.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "255.255.255.255",
                "192.0.2.1",
                "::",
                "::1",
                "1::",
                "2001:db8::8:800:200c:417a",
                "1:2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7::",
                "::2:3:4:5:6:7:8",
                "FF01::101",
                "64:ff9b::192.0.2.33",
                "::ffff:192.0.2.1",
                "1:2:3:4:5:6:192.0.2.1"
            })
    void readsLiteralsAsTheJdkDoes(String literal) throws Exception {
        assertThat(IpAddress.parse(literal).orElseThrow().inetAddress())
                .isEqualTo(InetAddress.getByName(literal));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                ":",
                ":::",
                "253.252.51.07",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.-4",
                "1.2.3.4 ",
                "0x7f.0.0.1",
                "2130706433",
                "AWS Internal",
                "ec2.amazonaws.com",
                "localhost",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4::5:6:7:8",
                ":1",
                "1:",
                "12345::",
                "fe80::1%eth0",
                "[::1]",
                "192.0.2.1::",
                "::192.0.2.01",
                "g::",
                "1.2.3.٤",
                "HIDDEN"
            })
    void refusesWhatIsNoLiteral(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
    }

    @Test
    void readsMappedAddressesAsTheAddressTheyMap() {
        assertThat(IpAddress.parse("::ffff:c000:201")).isEqualTo(IpAddress.parse("192.0.2.1"));
    }

    @Test
    void clearsTheBitsBehindThePrefix() {
        assertThat(network("203.0.113.255", 25)).isEqualTo(address("203.0.113.128"));
        assertThat(network("203.0.113.255", 0)).isEqualTo(address("0.0.0.0"));
        assertThat(network("203.0.113.255", 32)).isEqualTo(address("203.0.113.255"));
        assertThat(network("2001:db8:ffff::1", 33)).isEqualTo(address("2001:db8:8000::"));
        assertThat(network("2001:db8::ffff:0:0:1", 80)).isEqualTo(address("2001:db8::ffff:0:0:0"));
        assertThat(network("2001:db8::1", 64)).isEqualTo(address("2001:db8::"));
        assertThat(network("2001:db8::1", 0)).isEqualTo(address("::"));
    }

    private static IpAddress network(String literal, int prefixLength) {
        return address(literal).network(prefixLength);
    }

    private static IpAddress address(String literal) {
        return IpAddress.parse(literal).orElseThrow();
    }
}
