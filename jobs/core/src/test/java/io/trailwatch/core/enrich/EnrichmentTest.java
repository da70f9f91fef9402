package io.trailwatch.core.enrich;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrichmentTest {
    @TempDir Path folder;

    @Test
    void knowsNothingWithoutFiles() {
        try (Enrichment none = Enrichment.none()) {
            assertThat(none.context("192.0.2.1")).isSameAs(IpContext.EMPTY);
            assertThat(none.context(null)).isSameAs(IpContext.EMPTY);
        }
    }

    @Test
    void findsAddressesAndBlocksOfThreatLists() throws IOException {
        Path first =
                write(
                        "scanners.txt",
                        """
                        # scanners
                        192.0.2.7

                        198.51.100.0/24  # a whole block
                        203.0.113.77/25
                        2001:db8:1::/48
                        2001:db8::5
                        """);
        Path second = write("botnet.list", "192.0.2.7\n0.0.0.0/8\n");
        try (Enrichment enrichment = Enrichment.load(List.of(), List.of(first, second))) {
            assertThat(enrichment.intelEntries()).isEqualTo(7);
            assertThat(enrichment.intelProblemCount()).isZero();
            assertThat(lists(enrichment, "192.0.2.7")).containsExactly("botnet", "scanners");
            assertThat(lists(enrichment, "192.0.2.8")).isEmpty();
            assertThat(lists(enrichment, "198.51.100.0")).containsExactly("scanners");
            assertThat(lists(enrichment, "198.51.100.255")).containsExactly("scanners");
            assertThat(lists(enrichment, "198.51.101.0")).isEmpty();
            assertThat(lists(enrichment, "203.0.113.0")).containsExactly("scanners");
            assertThat(lists(enrichment, "203.0.113.128")).isEmpty();
            assertThat(lists(enrichment, "2001:db8:1:ffff::9")).containsExactly("scanners");
            assertThat(lists(enrichment, "2001:db8:2::")).isEmpty();
            assertThat(lists(enrichment, "2001:DB8:0:0::5")).containsExactly("scanners");
            assertThat(lists(enrichment, "::5")).isEmpty();
        }
    }

    @Test
    void reportsLinesItCannotRead() throws IOException {
        Path list =
                write(
                        "list.txt",
                        "192.0.2.1\n"
                                + "example.com\n"
                                + "10.0.0.0/33\n"
                                + "253.252.51.07\n"
                                + "::/129\n"
                                + "1.2.3.4/+8\n"
                                + "x\u001b[0m\n");
        try (Enrichment enrichment = Enrichment.load(List.of(), List.of(list))) {
            assertThat(enrichment.intelEntries()).isEqualTo(1);
            assertThat(enrichment.intelProblems())
                    .containsExactly(
                            new IntelProblem("list", 2, "example.com"),
                            new IntelProblem("list", 3, "10.0.0.0/33"),
                            new IntelProblem("list", 4, "253.252.51.07"),
                            new IntelProblem("list", 5, "::/129"),
                            new IntelProblem("list", 6, "1.2.3.4/+8"),
                            new IntelProblem("list", 7, "x?[0m"));
        }
    }

    @Test
    void countsMoreProblemsThanItKeeps() throws IOException {
        Path list = write("list.txt", "nonsense\n".repeat(ThreatList.MAX_PROBLEMS + 5));
        try (Enrichment enrichment = Enrichment.load(List.of(), List.of(list))) {
            assertThat(enrichment.intelProblemCount()).isEqualTo(ThreatList.MAX_PROBLEMS + 5);
            assertThat(enrichment.intelProblems()).hasSize(ThreatList.MAX_PROBLEMS);
        }
    }

    @Test
    void namesTheFileThatIsMissingOrDamaged() throws IOException {
        Path absent = folder.resolve("absent.mmdb");
        Path nonsense = write("nonsense.mmdb", "not a database");
        assertThatThrownBy(() -> Enrichment.load(List.of(absent), List.of()))
                .isInstanceOf(EnrichmentException.class)
                .hasMessage(absent + ": no such MaxMind database");
        assertThatThrownBy(() -> Enrichment.load(List.of(nonsense), List.of()))
                .isInstanceOf(EnrichmentException.class)
                .hasMessage(nonsense + ": not a MaxMind database");
        assertThatThrownBy(() -> Enrichment.load(List.of(), List.of(absent)))
                .isInstanceOf(EnrichmentException.class)
                .hasMessage(absent + ": no such threat list");
    }

    @Test
    void joinsPlaceAndNetworkOfSeveralDatabases() {
        Path mmdb = shared("maxmind-test-mmdb");
        List<Path> files =
                List.of(
                        mmdb.resolve("GeoLite2-City-Test.mmdb"),
                        mmdb.resolve("GeoLite2-ASN-Test.mmdb"));
        try (Enrichment enrichment = Enrichment.load(files, List.of())) {
            IpContext sweden = enrichment.context("89.160.20.112");
            assertThat(sweden)
                    .isEqualTo(new IpContext("SE", "Linköping", 29518L, "Bredband2 AB", List.of()));
            assertThat(enrichment.context("89.160.20.112")).isSameAs(sweden);
            assertThat(enrichment.context("::ffff:89.160.20.112")).isEqualTo(sweden);
            assertThat(enrichment.context("81.2.69.142").city()).isEqualTo("London");
            assertThat(enrichment.context("81.2.69.142").asn()).isNull();
            assertThat(enrichment.context("1.128.0.0").asn()).isEqualTo(1221L);
            assertThat(enrichment.context("2a02:cf40::").countryIso()).isEqualTo("NO");
            assertThat(enrichment.context("192.168.10.20")).isSameAs(IpContext.EMPTY);
            assertThat(enrichment.context("s3.amazonaws.com")).isSameAs(IpContext.EMPTY);
            assertThat(enrichment.context("AWS Internal")).isSameAs(IpContext.EMPTY);
            assertThat(enrichment.context("89.160.20.0112")).isSameAs(IpContext.EMPTY);
        }
    }

    @Test
    void readsCountryAndIspDatabases() {
        Path mmdb = shared("maxmind-test-mmdb");
        List<Path> files =
                List.of(
                        mmdb.resolve("GeoLite2-Country-Test.mmdb"),
                        mmdb.resolve("GeoIP2-ISP-Test.mmdb"));
        try (Enrichment enrichment = Enrichment.load(files, List.of())) {
            assertThat(enrichment.context("81.2.69.142").countryIso()).isEqualTo("GB");
            assertThat(enrichment.context("1.128.0.0").asn()).isEqualTo(1221L);
        }
    }

    @Test
    void namesADatabaseThatTurnsOutDamaged() {
        Path broken =
                shared("maxmind-test-mmdb").resolve("MaxMind-DB-test-broken-pointers-24.mmdb");
        try (Enrichment enrichment = Enrichment.load(List.of(broken), List.of())) {
            assertThatThrownBy(() -> enrichment.context("1.1.1.32"))
                    .isInstanceOf(EnrichmentException.class)
                    .hasMessage(broken + ": MaxMind database is damaged");
        }
    }

    @Test
    void readsAPublicBlocklist() {
        Path list = shared("threatintel-ipsum").resolve("level7-2025-09-20.txt");
        try (Enrichment enrichment = Enrichment.load(List.of(), List.of(list))) {
            assertThat(enrichment.intelEntries()).isEqualTo(262);
            assertThat(enrichment.intelProblems()).isEmpty();
            assertThat(lists(enrichment, "80.94.95.112")).containsExactly("level7-2025-09-20");
        }
    }

    private static List<String> lists(Enrichment enrichment, String address) {
        return enrichment.context(address).threatLists();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static Path shared(String name) {
        Path path = Path.of(System.getProperty("trailwatch.shared.data", "absent")).resolve(name);
        assumeTrue(Files.isDirectory(path), () -> "no real data in " + path);
        return path;
    }
}
