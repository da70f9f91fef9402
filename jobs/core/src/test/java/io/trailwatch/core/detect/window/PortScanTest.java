package io.trailwatch.core.detect.window;

import static io.trailwatch.core.detect.window.Fold.MINUTE;
import static io.trailwatch.core.detect.window.Fold.SECOND;
import static io.trailwatch.core.detect.window.Fold.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.finding.Finding;
import io.trailwatch.finding.FindingIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PortScanTest {
    private static final String SOURCE = "198.51.100.9";
    private static final long SPAN = 5 * MINUTE;

    private final PortScan detector = new PortScan();
    private final Fold<FlowContact, PortScan.State> fold = new Fold<>(detector);

    @Test
    void firesOnTheTwentiethPortOfOneHost() {
        assertThat(fold.send(contacts(19, i -> rejected(i, "10.0.0.5", 100 + i, T0 + i))))
                .isEmpty();
        Finding finding = single(fold.send(answered(19, "10.0.0.5", 8080, T0 + 19)));
        assertThat(finding.ruleId()).isEqualTo(PortScan.VERTICAL_RULE);
        assertThat(finding.id())
                .isEqualTo(FindingIds.ofWindow(PortScan.VERTICAL_RULE, SOURCE, T0, "flow/0000"));
        assertThat(finding.entity()).isEqualTo(SOURCE);
        assertThat(finding.techniques()).containsExactly("T1046");
        assertThat(finding.evidence()).hasSize(20).endsWith("flow/0019");
        assertThat(finding.message())
                .isEqualTo(
                        SOURCE
                                + " tried 20 ports of 10.0.0.5 within 5 min, 19 rejected, 0"
                                + " unanswered");
    }

    @Test
    void firesOnTheTwentiethHostThatRefusesOnePort() {
        assertThat(fold.send(contacts(19, i -> rejected(i, "2001:db8::" + i, 22, T0 + i))))
                .isEmpty();
        Finding finding = single(fold.send(rejected(19, "2001:db8::99", 22, T0 + 19)));
        assertThat(finding.ruleId()).isEqualTo(PortScan.HORIZONTAL_RULE);
        assertThat(finding.message())
                .isEqualTo(
                        SOURCE
                                + " tried port 22 of 20 hosts within 5 min, 20 rejected, 0"
                                + " unanswered");
    }

    @Test
    void countsAPortOnceHoweverOftenItIsTried() {
        assertThat(fold.send(contacts(200, i -> rejected(i, "10.0.0.5", 100 + i % 19, T0 + i))))
                .isEmpty();
    }

    @Test
    void staysQuietOnAWebClientAndAHealthCheck() {
        assertThat(fold.send(contacts(250, i -> answered(i, "203.0.113." + i, 443, T0 + i))))
                .isEmpty();
        assertThat(fold.send(contacts(60, i -> answered(i, "10.0.0.5", 32_768 + i, T0 + SPAN + i))))
                .isEmpty();
    }

    @Test
    void leavesOutContactsOlderThanTheSpan() {
        fold.send(contacts(19, i -> rejected(i, "10.0.0.5", 100 + i, T0)));
        assertThat(fold.send(rejected(50, "10.0.0.5", 500, T0 + SPAN))).hasSize(1);

        Fold<FlowContact, PortScan.State> later = new Fold<>(detector);
        later.send(contacts(19, i -> rejected(i, "10.0.0.5", 100 + i, T0)));
        assertThat(later.send(rejected(50, "10.0.0.5", 500, T0 + SPAN + 1))).isEmpty();
    }

    @Test
    void reportsAWideScanOncePerEpisode() {
        assertThat(fold.send(grid(50, 40, T0)).stream().map(Finding::ruleId))
                .containsExactly(PortScan.HORIZONTAL_RULE);
        long next = T0 + 100 * SECOND + SPAN + 1;
        assertThat(fold.send(grid(50, 40, next)).stream().map(Finding::ruleId))
                .containsExactly(PortScan.HORIZONTAL_RULE);
    }

    @Test
    void missesNoGridThatIsScannedHostByHostForEachPort() {
        for (int hosts = 1; hosts <= 25; hosts++) {
            assertThat(new Fold<>(detector).send(grid(hosts, 40, T0)))
                    .as("%d hosts", hosts)
                    .isNotEmpty();
        }
    }

    private static List<FlowContact> grid(int hosts, int ports, long start) {
        return contacts(
                hosts * ports,
                i -> rejected(i, "10.0.0." + i % hosts, 20 + i / hosts, start + i * 50));
    }

    @Test
    void keepsAtMostTheCapAndSaysSo() {
        fold.send(contacts(300, i -> answered(i, "203.0.113.1", 20 + i % 2, T0 + i)));
        fold.send(contacts(600, i -> answered(i, "host-" + i, 443, T0 + 300 + i)));
        assertThat(fold.states.get(SOURCE).probes()).hasSize(PortScan.MAX_KEPT);
        List<Finding> findings =
                fold.send(contacts(20, i -> rejected(i, "10.0.0.5", 100 + i, T0 + 900 + i)));
        assertThat(single(findings).message())
                .endsWith("20 rejected, 0 unanswered (it tried more than the 512 that are kept)");
    }

    @Test
    void forgetsAfterTheSpan() {
        assertThat(detector.expiresAt(detector.empty())).isEqualTo(Long.MIN_VALUE);
        fold.send(rejected(0, "10.0.0.5", 22, T0));
        assertThat(detector.expiresAt(fold.states.get(SOURCE))).isEqualTo(T0 + SPAN);
    }

    @Property(tries = 100)
    void findsTheSameInAnyOrderOfArrivalAndWhetherStateIsForgottenOrNot(
            @ForAll @Size(max = 200) List<@IntRange(max = 900) Integer> seconds,
            @ForAll long seed) {
        PortScan keen = new PortScan(new PortScan.Settings(Duration.ofMinutes(5), 5, 5));
        List<FlowContact> contacts = new ArrayList<>();
        for (int i = 0; i < seconds.size(); i++) {
            contacts.add(rejected(i, "h" + i % 7, 20 + i % 11, T0 + seconds.get(i) * SECOND));
        }
        List<FlowContact> shuffled = new ArrayList<>(contacts);
        Collections.shuffle(shuffled, new Random(seed));
        assertThat(new Fold<>(keen).send(shuffled))
                .isEqualTo(new Fold<>(keen).send(contacts))
                .isEqualTo(new Fold<>(keen, false).send(contacts));
    }

    @Test
    void refusesSettingsThatCannotWork() {
        assertThatThrownBy(() -> new PortScan.Settings(Duration.ofMinutes(5), 513, 20))
                .hasMessage("ports is 513, must be 2 to 512");
        assertThatThrownBy(() -> new PortScan.Settings(Duration.ofMinutes(5), 20, 1))
                .hasMessage("hosts is 1, must be 2 to 512");
    }

    private static Finding single(List<Finding> findings) {
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }

    private static List<FlowContact> contacts(int count, IntFunction<FlowContact> contact) {
        return IntStream.range(0, count).mapToObj(contact).toList();
    }

    private static FlowContact rejected(int number, String host, int port, long time) {
        return contact(number, host, port, true, time);
    }

    private static FlowContact answered(int number, String host, int port, long time) {
        return contact(number, host, port, false, time);
    }

    private static FlowContact contact(
            int number, String host, int port, boolean rejected, long time) {
        String key = "flow/%04d".formatted(number);
        return new FlowContact(
                SOURCE, time, key, "111122223333", null, host, port, rejected, rejected);
    }
}
