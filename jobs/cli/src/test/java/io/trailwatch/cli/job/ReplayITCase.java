package io.trailwatch.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.cli.CommandLineRun;
import io.trailwatch.cli.lake.StoredFindings;
import io.trailwatch.finding.Finding;
import io.trailwatch.table.Row;
import io.trailwatch.table.Tables;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code replay}: from files to tables, in a cluster within this process. */
class ReplayITCase {
    private static final String FLOW_HEADER =
            "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets"
                    + " bytes start end action log-status";

    @TempDir private Path folder;

    private static Path sharedData(String path) {
        Path shared = Path.of(System.getProperty("trailwatch.shared.data", "none")).resolve(path);
        assumeTrue(Files.exists(shared), () -> "real logs are absent: " + shared);
        return shared;
    }

    private static JsonNode replay(Path warehouse, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of("replay", "--json", "--warehouse"));
        line.add(warehouse.toString());
        line.addAll(Arrays.asList(arguments));
        CommandLineRun run = CommandLineRun.of(line.toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.lines()).hasSize(1);
        return new ObjectMapper().readTree(run.out());
    }

    private static void assertLedgerHolds(Path warehouse) {
        CommandLineRun ledger = CommandLineRun.of("ledger", "--warehouse", warehouse.toString());
        assertThat(ledger.status()).as(ledger.err()).isZero();
        assertThat(ledger.out()).contains("holds: received");
    }

    @Test
    void aRealIntrusionIsFoundAndASecondReplayAddsNothing() throws Exception {
        String logs = sharedData("cloudtrail-invictus-2023").toString();
        Path warehouse = folder.resolve("warehouse");

        JsonNode first = replay(warehouse, logs);
        assertThat(first.path("written").asLong()).isEqualTo(2900);
        assertThat(first.path("received").asLong())
                .isEqualTo(2900 + first.path("quarantined").asLong());
        List<String> keys = LakeRows.column(warehouse, Tables.CLOUD_TRAIL, "event_key");
        assertThat(keys).hasSize(2900).doesNotHaveDuplicates();
        assertLedgerHolds(warehouse);

        List<Finding> findings = StoredFindings.read(warehouse);
        assertThat(findings).hasSize(first.path("findings").asInt());
        assertThat(findings).extracting(Finding::id).doesNotHaveDuplicates();
        assertThat(findings).flatExtracting(Finding::evidence).isSubsetOf(keys);
        assertThat(findings)
                .extracting(Finding::ruleTitle)
                .contains(
                        "CloudTrail logging stopped or trail deleted",
                        "CloudTrail event selectors narrowed",
                        "VPC flow logs deleted",
                        "EBS snapshot shared with another account",
                        "Machine image shared with another account",
                        "Database snapshot shared with another account",
                        "Administration or database port opened to the Internet",
                        "Role trust policy opened to the outside",
                        "Roles Anywhere trust anchor created",
                        "Access key created for another user",
                        "Account tries to leave the organisation");
        assertThat(findings)
                .filteredOn(finding -> finding.ruleId().equals("trailwatch-denied-calls"))
                .extracting(Finding::message)
                .anySatisfy(message -> assertThat(message).contains("GetPasswordData"));

        List<String> quarantine = LakeRows.column(warehouse, Tables.QUARANTINE, "id");
        JsonNode second = replay(warehouse, logs);
        assertThat(second.path("written").asLong()).isZero();
        assertThat(second.path("findings").asLong()).isZero();
        assertThat(second.path("quarantined").asLong()).isZero();
        assertThat(second.path("received").asLong())
                .isEqualTo(first.path("received").asLong())
                .isEqualTo(second.path("deduplicated").asLong());
        assertThat(LakeRows.column(warehouse, Tables.CLOUD_TRAIL, "event_key")).isEqualTo(keys);
        assertThat(LakeRows.column(warehouse, Tables.QUARANTINE, "id")).isEqualTo(quarantine);
        assertThat(StoredFindings.read(warehouse)).isEqualTo(findings);
        assertLedgerHolds(warehouse);
    }

    /**
     * A folder as it comes: good files and damaged ones.
     *
     * @param keys {@code event_key} of every call that can be read
     * @param flows every flow record that can be read
     * @param reasons pieces that cannot be read, by reason
     */
    private record Messy(
            List<Path> files, Set<String> keys, Set<String> flows, Map<String, Long> reasons) {

        static Messy write(Path folder) throws IOException {
            Files.createDirectories(folder);
            Random random = new Random(42);
            List<SampleLogs.Call> readable = new ArrayList<>();
            List<Path> files = new ArrayList<>();

            List<SampleLogs.Call> good = new ArrayList<>();
            good.add(SampleLogs.call("stop", 5, "cloudtrail", "StopLogging"));
            String[] operations = {"ListUsers", "ListRoles", "GetUser"};
            for (int i = 0; i < 12; i++) {
                good.add(SampleLogs.refused("refused-" + i, 60 + i, "iam", operations[i % 3]));
            }
            readable.addAll(good);
            files.add(
                    Files.write(
                            folder.resolve("good.json.gz"),
                            SampleLogs.gzip(SampleLogs.trail(good))));

            List<SampleLogs.Call> zipped = calls("zipped", 400);
            byte[] gzip = SampleLogs.gzip(SampleLogs.trail(zipped));
            byte[] cutGzip = Arrays.copyOf(gzip, gzip.length / 2);
            String inflated = inflateUpToDamage(cutGzip);
            zipped.stream().filter(call -> inflated.contains(call.json())).forEach(readable::add);
            files.add(Files.write(folder.resolve("cut.json.gz"), cutGzip));

            List<SampleLogs.Call> plain = calls("plain", 40);
            String json = SampleLogs.trail(plain);
            String cutJson = json.substring(0, json.length() / 2);
            plain.stream().filter(call -> cutJson.contains(call.json())).forEach(readable::add);
            files.add(Files.writeString(folder.resolve("cut.json"), cutJson));

            byte[] noise = new byte[3000];
            random.nextBytes(noise);
            noise[0] = 0;
            Arrays.asList(10, 1000, 2000).forEach(i -> noise[i] = '\n');
            files.add(Files.write(folder.resolve("noise.bin"), noise));

            List<String> lines = new ArrayList<>();
            for (SampleLogs.Call call : calls("line", 990)) {
                readable.add(call);
                lines.add(call.json());
            }
            for (int i = 0; i < 10; i++) {
                lines.add(99 * i, "{\"eventVersion\":\"1.08\",\"eventTime\":\"2026-11-2");
            }
            files.add(Files.write(folder.resolve("lines.jsonl"), lines));

            List<String> flows =
                    IntStream.range(0, 50).mapToObj(i -> SampleLogs.flow(i, 8000 + i)).toList();
            List<String> flowLines = new ArrayList<>(flows);
            flowLines.add(0, FLOW_HEADER);
            flowLines.add(20, "2 111122223333 eni-0a1b2c3d 203.0.113.9");
            files.add(Files.write(folder.resolve("flow.log"), flowLines));

            Set<String> keys = new TreeSet<>();
            readable.forEach(call -> keys.add(call.key()));
            return new Messy(
                    files,
                    keys,
                    new TreeSet<>(flows),
                    new TreeMap<>(
                            Map.of(
                                    "BROKEN_GZIP", 1L,
                                    "BROKEN_JSON", 11L,
                                    "COLUMN_COUNT", 1L)));
        }

        private static List<SampleLogs.Call> calls(String name, int count) {
            return IntStream.range(0, count)
                    .mapToObj(i -> SampleLogs.call(name + i, i, "ec2", "DescribeInstances"))
                    .toList();
        }

        private static String inflateUpToDamage(byte[] gzip) throws IOException {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
                for (int b = in.read(); b >= 0; b = in.read()) {
                    text.write(b);
                }
            } catch (EOFException e) {
                return text.toString(UTF_8);
            }
            throw new IllegalStateException("the stream is not damaged");
        }
    }

    @Test
    void aMessyFolderLosesNothingThatCanBeRead() throws Exception {
        Path logs = folder.resolve("logs");
        Messy messy = Messy.write(logs);
        Path warehouse = folder.resolve("warehouse");

        CommandLineRun run =
                CommandLineRun.of("replay", logs.toString(), "--warehouse", warehouse.toString());
        assertThat(run.status()).as(run.err()).isZero();

        assertThat(LakeRows.column(warehouse, Tables.CLOUD_TRAIL, "event_key"))
                .containsExactlyElementsOf(messy.keys());
        assertThat(LakeRows.column(warehouse, Tables.VPC_FLOW, "raw_data"))
                .containsExactlyElementsOf(messy.flows());

        Map<String, Long> reasons = new TreeMap<>();
        Set<String> unknown = new TreeSet<>();
        for (Row row : LakeRows.of(warehouse, Tables.QUARANTINE, "reason", "source")) {
            String reason = String.valueOf(row.value(0));
            String file = Path.of(String.valueOf(row.value(1))).getFileName().toString();
            if (reason.equals("UNKNOWN_FORMAT")) {
                unknown.add(file);
            } else {
                reasons.merge(reason, 1L, Long::sum);
            }
        }
        assertThat(unknown).containsExactly("noise.bin");
        assertThat(reasons).isEqualTo(messy.reasons());
        assertThat(run.out())
                .contains("(holds)")
                .contains(
                        "Quarantine  1 BROKEN_GZIP",
                        "Quarantine  11 BROKEN_JSON",
                        "Quarantine  1 COLUMN_COUNT")
                .containsPattern("Quarantine  \\d+ UNKNOWN_FORMAT");
        assertLedgerHolds(warehouse);
    }

    @Test
    void theOrderOfFilesAndTheParallelismChangeNothing() throws Exception {
        List<String> files = new ArrayList<>();
        Messy.write(folder.resolve("logs")).files().forEach(file -> files.add(file.toString()));
        Path forwards = folder.resolve("forwards");
        replay(forwards, with(files, "--parallelism", "1"));
        Collections.reverse(files);
        Path backwards = folder.resolve("backwards");
        replay(backwards, with(files, "--parallelism", "2"));

        for (var table : List.of(Tables.CLOUD_TRAIL, Tables.VPC_FLOW)) {
            assertThat(LakeRows.column(backwards, table, "event_key"))
                    .isNotEmpty()
                    .isEqualTo(LakeRows.column(forwards, table, "event_key"));
        }
        assertThat(LakeRows.column(backwards, Tables.QUARANTINE, "id"))
                .isEqualTo(LakeRows.column(forwards, Tables.QUARANTINE, "id"));
        assertThat(StoredFindings.read(backwards)).isEqualTo(StoredFindings.read(forwards));
        assertThat(StoredFindings.read(forwards))
                .extracting(Finding::ruleTitle)
                .contains("CloudTrail logging stopped or trail deleted", "Burst of refused calls");
    }

    private static String[] with(Collection<String> files, String... options) {
        List<String> arguments = new ArrayList<>(files);
        arguments.addAll(Arrays.asList(options));
        return arguments.toArray(String[]::new);
    }

    @Test
    void placesAndThreatListsReachTheRowsOfTheirAddresses() throws Exception {
        Path cities = sharedData("maxmind-test-mmdb/GeoLite2-City-Test.mmdb");
        Path logs = folder.resolve("trail.json");
        SampleLogs.Call swedish = SampleLogs.callFrom("89.160.20.112", "swedish", 0);
        SampleLogs.Call other = SampleLogs.callFrom("203.0.113.77", "other", 1);
        Files.writeString(logs, SampleLogs.trail(List.of(swedish, other)));
        Path intel = folder.resolve("bad-addresses.txt");
        Files.writeString(intel, "# seen in attacks\n89.160.20.112\n");
        Path warehouse = folder.resolve("warehouse");

        replay(
                warehouse,
                logs.toString(),
                "--geoip",
                cities.toString(),
                "--intel",
                intel.toString());

        Map<String, String> rows = new TreeMap<>();
        for (Row row :
                LakeRows.of(
                        warehouse,
                        Tables.CLOUD_TRAIL,
                        "event_key",
                        "src_endpoint",
                        "enrichments")) {
            rows.put(String.valueOf(row.value(0)), String.valueOf(row.value(1)) + row.value(2));
        }
        assertThat(rows).containsOnlyKeys(swedish.key(), other.key());
        assertThat(rows.get(swedish.key()))
                .contains("[SE, Linköping]", "89.160.20.112", "bad-addresses");
        assertThat(rows.get(other.key())).doesNotContain("SE", "bad-addresses");
    }

    @Test
    void aFlowLogIsTheSameInParquetAndInTextAndIsWrittenOnce() throws Exception {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            lines.add(SampleLogs.flow(i, 1_000 + i));
        }
        long start = SampleLogs.T0.getEpochSecond();
        lines.add(
                "2 %s eni-0a1b2c3d - - - - - - - %d %d - SKIPDATA"
                        .formatted(SampleLogs.ACCOUNT, start, start + 60));
        Path parquet = folder.resolve("parquet/flow.log.parquet");
        ParquetSamples.writeDefaultFlowLog(parquet, lines);
        Path text = folder.resolve("text/flow.log");
        Files.createDirectories(folder.resolve("text"));
        Files.write(text, lines);
        Path ofParquet = folder.resolve("warehouse-parquet");
        Path ofText = folder.resolve("warehouse-text");

        JsonNode first = replay(ofParquet, parquet.toString());
        assertThat(first.path("written").asLong()).isEqualTo(41);
        assertThat(first.path("quarantined").asLong()).isZero();
        assertThat(first.path("flow_skip_data").asLong()).isEqualTo(1);
        replay(ofText, text.toString());
        assertThat(flows(ofParquet)).hasSize(41).isEqualTo(flows(ofText));

        JsonNode again = replay(ofParquet, text.toString());
        assertThat(again.path("written").asLong()).isZero();
        assertThat(again.path("deduplicated").asLong()).isEqualTo(41);
        assertThat(again.path("flow_skip_data").asLong()).isZero();
        assertLedgerHolds(ofParquet);
    }

    private static List<String> flows(Path warehouse) throws IOException {
        List<String> columns =
                Tables.VPC_FLOW.columns().stream().map(column -> column.name()).toList();
        return LakeRows.of(warehouse, Tables.VPC_FLOW, columns.toArray(String[]::new)).stream()
                .map(Row::toString)
                .sorted()
                .toList();
    }

    @Test
    void eachFolderIsReadByItsOwnFormat() throws Exception {
        long start = SampleLogs.T0.getEpochSecond();
        Files.createDirectories(folder.resolve("logs/a"));
        Files.createDirectories(folder.resolve("logs/b"));
        Files.writeString(
                folder.resolve("logs/a/flow.log"), "10.0.0.1 10.0.0.2 %d\n".formatted(start));
        Files.writeString(folder.resolve("logs/b/flow.log"), "%d 10.0.0.3\n".formatted(start));
        Files.writeString(folder.resolve("logs/flow.log"), SampleLogs.flow(0, 443) + "\n");
        Path warehouse = folder.resolve("warehouse");

        JsonNode run =
                replay(
                        warehouse,
                        folder.resolve("logs").toString(),
                        "--flow-format",
                        "logs/a=${srcaddr} ${dstaddr} ${start}",
                        "--flow-format",
                        "logs/b=${start} ${srcaddr}");

        assertThat(run.path("written").asLong()).isEqualTo(3);
        assertThat(LakeRows.of(warehouse, Tables.VPC_FLOW, "src_endpoint"))
                .extracting(row -> ((Row) requireNonNull(row.value(0))).value(0))
                .containsExactlyInAnyOrder("10.0.0.1", "10.0.0.3", "203.0.113.9");
    }

    @Test
    void foreignEventsAndMappedOnesReachTheTableBesideOurOwn() throws Exception {
        Path log = folder.resolve("events.json");
        Files.writeString(
                log,
                """
                {"event_id":"own","time":"2026-11-20T08:00:00Z","type":"auth.sign_in","user":"ada"}
                {"eventTimestamp":"1795161600123","eventSource":"USER_AUTH_EVENTS","message":{"eventId":"cognito","eventType":"SignIn","userName":"ada","userPoolId":"p","eventResponse":"Fail"}}
                {"requestId":"mapped","requestTime":"20/Nov/2026:08:00:01 +0000","routeKey":"GET /","status":"403","user":"ada"}
                {"requestId":"mapped","requestTime":"20/Nov/2026:08:00:01 +0000","routeKey":"GET /","status":"403","user":"ada"}
                """);
        Path warehouse = folder.resolve("warehouse");

        JsonNode summary =
                replay(
                        warehouse,
                        log.toString(),
                        "--app-mappings",
                        Path.of("../../deploy/app-mappings/api-gateway.yaml").toString());

        assertThat(summary.path("deduplicated").asLong()).isEqualTo(1);
        assertThat(summary.path("quarantined").asLong()).isZero();
        assertThat(
                        LakeRows.of(
                                        warehouse,
                                        Tables.APP_EVENTS,
                                        "event_id",
                                        "type",
                                        "outcome",
                                        "schema_name")
                                .stream()
                                .map(Row::toString))
                .satisfiesExactlyInAnyOrder(
                        row ->
                                assertThat(row)
                                        .contains(
                                                "own",
                                                "auth.sign_in",
                                                "io.trailwatch.event.AppEvent"),
                        row ->
                                assertThat(row)
                                        .contains(
                                                "cognito",
                                                "auth.sign_in",
                                                "failure",
                                                "aws.cognito.user_auth"),
                        row ->
                                assertThat(row)
                                        .contains(
                                                "mapped",
                                                "api.request",
                                                "failure",
                                                "mapping:api-gateway-http"));
        assertLedgerHolds(warehouse);
    }

    @Test
    void rulesOfAFolderAreTriedBesideOurOwnAndAReplayTriesNothingTwice() throws Exception {
        Path logs = folder.resolve("flow.log");
        Files.writeString(logs, SampleLogs.flow(0, 443) + "\n");
        Path rules = Files.createDirectory(folder.resolve("rules"));
        String id = "6d2c1a5e-5f0e-4b52-9a51-0f6f6e0f7c77";
        Files.writeString(
                rules.resolve("flow.yml"),
                """
                title: Flow to a port
                id: %s
                status: test
                description: A flow to port 443.
                author: Trailwatch
                date: 2026-11-21
                logsource:
                    product: aws
                    service: vpcflow
                detection:
                    selection:
                        dstport: 443
                    condition: selection
                level: high
                ---
                trailwatch:
                    settings:
                        - rules: [%s]
                          mode: dry-run
                          reason: new
                """
                        .formatted(id, id));
        Path warehouse = folder.resolve("warehouse");

        JsonNode first = replay(warehouse, logs.toString(), "--rules", rules.toString(), "--pack");
        assertThat(first.path("findings_dry_run").asLong()).isEqualTo(1);
        assertThat(LakeRows.column(warehouse, Tables.FINDINGS_DRY_RUN, "rule_id"))
                .containsExactly(id);
        assertThat(LakeRows.column(warehouse, Tables.FINDINGS, "rule_id")).doesNotContain(id);

        JsonNode second = replay(warehouse, logs.toString(), "--rules", rules.toString(), "--pack");
        assertThat(second.path("findings_dry_run").asLong()).isZero();
        assertThat(LakeRows.column(warehouse, Tables.FINDINGS_DRY_RUN, "id")).hasSize(1);
    }

    @Test
    void twoFormatsForAllAreRefused() {
        CommandLineRun run =
                CommandLineRun.of(
                        "replay",
                        folder.toString(),
                        "--warehouse",
                        folder.resolve("warehouse").toString(),
                        "--flow-format",
                        "srcaddr start",
                        "--flow-format",
                        "dstaddr start");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--flow-format", "twice", "dstaddr start");
    }

    @ParameterizedTest
    @CsvSource({
        "--flow-format, Not-A-Field!",
        "--flow-format, nonsense",
        "--ocsf-version, 1.2.0",
        "--flow-format, /vpc/flow/a=nonsense",
        "--flow-format, account:12=srcaddr",
        "--flow-format, =srcaddr",
        "--app-mappings, no-such-file.yaml",
        "--geoip, no-such-file.mmdb",
        "--intel, no-such-file.txt",
        "--rules, no-such-folder",
        "--source, syslog",
        "--parallelism, 0"
    })
    void anOptionThatCannotBeIsNamedWithItsValue(String option, String value) throws Exception {
        Path logs = folder.resolve("flow.log");
        Files.writeString(logs, SampleLogs.flow(0, 443) + "\n");
        Path warehouse = folder.resolve("warehouse");
        CommandLineRun run =
                CommandLineRun.of(
                        "replay",
                        logs.toString(),
                        "--warehouse",
                        warehouse.toString(),
                        option,
                        value);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(option, value);
        assertThat(warehouse).doesNotExist();
    }

    @Test
    void aPathThatIsNotThereIsNamed() {
        Path absent = folder.resolve("absent");
        CommandLineRun run =
                CommandLineRun.of(
                        "replay",
                        absent.toString(),
                        "--warehouse",
                        folder.resolve("warehouse").toString());
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(absent.toString());
    }
}
