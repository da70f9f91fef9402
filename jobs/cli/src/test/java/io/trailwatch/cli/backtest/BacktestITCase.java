package io.trailwatch.cli.backtest;

import static io.trailwatch.cli.job.SampleLogs.T0;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.cli.CommandLineRun;
import io.trailwatch.cli.TableRows;
import io.trailwatch.cli.WarehouseFixture;
import io.trailwatch.cli.job.SampleLogs;
import io.trailwatch.cli.job.SampleLogs.Call;
import io.trailwatch.cli.lake.StoredFindings;
import io.trailwatch.connector.iceberg.Lake;
import io.trailwatch.connector.iceberg.LakeSettings;
import io.trailwatch.finding.Finding;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code backtest}: rules over what {@code replay} wrote, in a cluster within this process. */
class BacktestITCase {
    private static final String STOPPED = "0d6e7c1a-5a0e-4b53-9d52-3e3f1f1a0001";
    private static final String TELNET = "0d6e7c1a-5a0e-4b53-9d52-3e3f1f1a0002";
    private static final String REFUNDED = "0d6e7c1a-5a0e-4b53-9d52-3e3f1f1a0003";
    private static final String CARTS = "0d6e7c1a-5a0e-4b53-9d52-3e3f1f1a0004";
    private static final String KINDS = "0d6e7c1a-5a0e-4b53-9d52-3e3f1f1a0005";
    private static final int DAY_SECONDS = (int) Duration.ofDays(1).toSeconds();

    @TempDir private Path folder;

    private static String rule(String id, String title, String logSource, String detection) {
        return """
        title: %s
        id: %s
        status: test
        description: A rule of this test.
        author: Trailwatch
        date: 2026-11-20
        logsource: {%s}
        detection:
            selection: {%s}
            condition: selection
        level: medium
        """
                .formatted(title, id, logSource, detection);
    }

    private static String cloudTrail(String detection) {
        return rule(STOPPED, "Trail stopped", "product: aws, service: cloudtrail", detection);
    }

    private Path rules(String name, String... documents) throws IOException {
        Path rules = Files.createDirectories(folder.resolve(name));
        for (int i = 0; i < documents.length; i++) {
            Files.writeString(rules.resolve("rule-" + i + ".yml"), documents[i]);
        }
        return rules;
    }

    /** Rules over four kinds of log; what they need besides the text is of every kind. */
    private Path mixedRules() throws IOException {
        return rules(
                "mixed",
                cloudTrail("eventName: StopLogging"),
                rule(TELNET, "Telnet", "product: aws, service: vpcflow", "dstport: 23"),
                rule(REFUNDED, "Refund", "category: application", "type: payment.refund"),
                rule(CARTS, "Cart", "product: aws, service: elb", "request|contains: /cart"));
    }

    private Path mixedLogs() throws IOException {
        Path logs = Files.createDirectories(folder.resolve("logs"));
        Files.write(
                logs.resolve("subscription.gz"),
                SampleLogs.subscription(
                        List.of(
                                SampleLogs.call("stop", 0, "cloudtrail", "StopLogging"),
                                SampleLogs.call("list", 5, "s3", "ListBuckets"))));
        long start = T0.getEpochSecond();
        // No header and no default format: without its field names this line means nothing.
        Files.writeString(
                logs.resolve("odd-flow.log"),
                "23 10.0.1.20 198.51.100.9 %d ACCEPT\n443 10.0.1.20 198.51.100.9 %d ACCEPT\n"
                        .formatted(start, start));
        Files.writeString(
                logs.resolve("app.json"),
                """
                {"event_id":"e-1","time":"2026-11-20T08:00:01Z","type":"payment.refund",\
                "user":"alice","attributes":{"amount":"900"}}
                {"event_id":"e-2","time":"2026-11-20T08:00:02Z","type":"payment.made",\
                "user":"alice","attributes":{}}
                """);
        Files.writeString(
                logs.resolve("alb.log"),
                "https 2026-11-20T08:03:11.186641Z app/web/50dc6c495c0c9188 198.51.100.7:4711"
                        + " 10.0.1.9:8080 0.001 0.022 0.000 200 200 34 366 \"GET"
                        + " https://shop.example.com:443/cart?id=7 HTTP/1.1\" \"Agent\""
                        + " ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2"
                        + " arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/1"
                        + " \"Root=1-58337262-36d228ad5d99923122bbe354\" \"shop.example.com\""
                        + " \"arn:aws:acm:eu-west-1:111122223333:certificate/c-1\" 10"
                        + " 2026-11-20T08:03:11.163000Z \"waf,forward\" \"-\" \"-\""
                        + " \"10.0.1.9:8080\" \"200\" \"-\" \"-\" TID_1\n");
        return logs;
    }

    private static void replay(Path warehouse, Path logs, Path rules, String... more) {
        List<String> line = new ArrayList<>(List.of("replay", logs.toString()));
        line.addAll(List.of("--warehouse", warehouse.toString(), "--rules", rules.toString()));
        line.addAll(List.of("--parallelism", "1"));
        line.addAll(Arrays.asList(more));
        CommandLineRun run = CommandLineRun.of(line.toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isZero();
    }

    private static CommandLineRun backtest(Path warehouse, Path rules, String... more) {
        List<String> line = new ArrayList<>(List.of("backtest", "--parallelism", "2"));
        line.addAll(List.of("--warehouse", warehouse.toString(), "--rules", rules.toString()));
        line.addAll(Arrays.asList(more));
        return CommandLineRun.of(line.toArray(String[]::new));
    }

    private static List<JsonNode> objects(CommandLineRun run) {
        assertThat(run.status()).as(run.err()).isZero();
        return run.lines().stream().map(BacktestITCase::parse).toList();
    }

    private static JsonNode parse(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> texts(List<JsonNode> objects, String field) {
        return objects.stream().map(object -> object.path(field).asText()).toList();
    }

    private static List<Finding> stored(Path warehouse, String... ruleIds) {
        return StoredFindings.read(warehouse).stream()
                .filter(finding -> List.of(ruleIds).contains(finding.ruleId()))
                .toList();
    }

    private static Map<String, Optional<Long>> snapshots(Path warehouse) {
        Map<String, Optional<Long>> snapshots = new LinkedHashMap<>();
        try (Lake lake = Lake.open(LakeSettings.local(warehouse))) {
            for (TableLayout table : Tables.ALL) {
                snapshots.put(table.name(), lake.snapshot(table));
            }
        }
        return snapshots;
    }

    @Test
    void theSameRulesFindWhatIsStoredAndNothingIsWritten() throws Exception {
        Path warehouse = folder.resolve("warehouse");
        Path rules = mixedRules();
        replay(
                warehouse,
                mixedLogs(),
                rules,
                "--flow-format",
                "odd-flow.log=dstport srcaddr dstaddr start action");
        List<Finding> stored = stored(warehouse, STOPPED, TELNET, REFUNDED, CARTS);
        assertThat(stored)
                .extracting(Finding::ruleId)
                .containsExactlyInAnyOrder(STOPPED, TELNET, REFUNDED, CARTS);
        Map<String, Optional<Long>> before = snapshots(warehouse);

        // No --flow-format: the table knows the fields.
        CommandLineRun run = backtest(warehouse, rules, "--json");
        List<JsonNode> found = objects(run);

        assertThat(run.err()).isEmpty();
        assertThat(texts(found, "id"))
                .containsExactlyElementsOf(stored.stream().map(Finding::id).toList());
        assertThat(texts(found, "compared")).containsOnly("same");
        assertThat(texts(found, "entity"))
                .containsExactlyElementsOf(stored.stream().map(Finding::entity).toList());
        assertThat(texts(found, "message"))
                .containsExactlyElementsOf(stored.stream().map(Finding::message).toList());
        assertThat(snapshots(warehouse)).isEqualTo(before);
    }

    @Test
    void aCorrelationCountsWhatCameBeforeTheRange() throws Exception {
        Path logs = Files.createDirectories(folder.resolve("logs"));
        Files.writeString(
                logs.resolve("trail.json"),
                SampleLogs.trail(
                        Stream.of("ListBuckets", "GetObject", "PutObject", "DeleteBucket")
                                .map(
                                        operation ->
                                                SampleLogs.refused(
                                                        operation,
                                                        60 * operation.length(),
                                                        "s3",
                                                        operation))
                                .toList()));
        Path rules =
                rules(
                        "rules",
                        cloudTrail("errorCode: AccessDenied")
                                + """
                                ---
                                title: Many kinds of calls refused
                                id: %s
                                status: test
                                description: A correlation of this test.
                                author: Trailwatch
                                date: 2026-11-20
                                correlation:
                                    type: value_count
                                    rules: ['%s']
                                    group-by: [userIdentity.arn]
                                    timespan: 10m
                                    condition: {field: eventName, gte: 3}
                                level: high
                                """
                                        .formatted(KINDS, STOPPED));
        Path warehouse = folder.resolve("warehouse");
        replay(warehouse, logs, rules);
        // Calls at 08:09 (two of them), 08:11 and 08:12.
        List<Finding> stored = stored(warehouse, KINDS);
        assertThat(stored).hasSize(1);
        assertThat(stored.get(0).time()).isEqualTo(T0.plusSeconds(660));
        assertThat(stored(warehouse, STOPPED)).isEmpty();

        List<JsonNode> all = objects(backtest(warehouse, rules, "--json"));
        assertThat(texts(all, "id")).containsExactly(stored.get(0).id());
        assertThat(texts(all, "compared")).containsExactly("same");
        List<String> evidence = new ArrayList<>();
        all.get(0).path("evidence").forEach(key -> evidence.add(key.asText()));
        assertThat(evidence).isEqualTo(stored.get(0).evidence());

        // Of the three calls it takes, two are before the range.
        List<JsonNode> late =
                objects(
                        backtest(
                                warehouse,
                                rules,
                                "--rule",
                                KINDS,
                                "--from",
                                "2026-11-20T08:10:00Z",
                                "--json"));
        assertThat(texts(late, "id")).containsExactly(stored.get(0).id());
        assertThat(texts(late, "compared")).containsExactly("same");

        CommandLineRun counted = backtest(warehouse, rules, "--rule", STOPPED);
        assertThat(counted.status()).isEqualTo(2);
        assertThat(counted.err()).contains("gives no findings of its own");
    }

    @Test
    void whatAChangedRuleFindsIsComparedWithWhatIsStored() throws Exception {
        Path logs = Files.createDirectories(folder.resolve("logs"));
        Files.writeString(
                logs.resolve("trail.json"),
                SampleLogs.trail(
                        List.of(
                                SampleLogs.call("stop", 0, "cloudtrail", "StopLogging"),
                                SampleLogs.call("again", DAY_SECONDS, "cloudtrail", "StopLogging"),
                                SampleLogs.refused("try", 20, "cloudtrail", "StopLogging"),
                                SampleLogs.refused("other", 30, "cloudtrail", "DeleteTrail"))));
        Path warehouse = folder.resolve("warehouse");
        Path before =
                rules("before", cloudTrail("eventName: StopLogging, userIdentity.userName: alice"));
        replay(warehouse, logs, before);
        List<String> ids = stored(warehouse, STOPPED).stream().map(Finding::id).toList();
        assertThat(ids).hasSize(2);

        // The second day's call is not found any more, those of mallory are.
        Path after =
                rules(
                        "after",
                        cloudTrail(
                                "eventName: [StopLogging, DeleteTrail], eventTime|startswith:"
                                        + " '2026-11-20'"));
        List<JsonNode> found = objects(backtest(warehouse, after, "--json"));
        assertThat(texts(found, "compared")).containsExactly("same", "new", "new", "gone");
        assertThat(texts(found, "id")).first().isEqualTo(ids.get(0));
        assertThat(texts(found, "id")).last().isEqualTo(ids.get(1));
        assertThat(texts(found, "entity").subList(1, 3))
                .allMatch(entity -> entity.endsWith("mallory"));

        List<JsonNode> summary = objects(backtest(warehouse, after, "--json", "--summary"));
        assertThat(summary).hasSize(1);
        JsonNode line = summary.get(0);
        assertThat(line.path("events").asLong()).isEqualTo(4);
        assertThat(line.path("findings").asLong()).isEqualTo(3);
        assertThat(line.path("new").asLong()).isEqualTo(2);
        assertThat(line.path("same").asLong()).isEqualTo(1);
        assertThat(line.path("gone").asLong()).isEqualTo(1);
        assertThat(line.path("entities").asLong()).isEqualTo(2);
        assertThat(line.path("noisiest_entity").asText()).endsWith("mallory");
        assertThat(line.path("noisiest_share_percent").asLong()).isEqualTo(67);
        assertThat(line.path("findings_by_day").toString()).isEqualTo("{\"2026-11-20\":3}");
        assertThat(line.path("first").asText()).isEqualTo("2026-11-20T08:00:00Z");
        assertThat(line.path("last").asText()).isEqualTo("2026-11-20T08:00:30Z");

        Path out = folder.resolve("findings.ndjson");
        CommandLineRun text =
                backtest(warehouse, after, "--out", out.toString(), "--fail-on-findings");
        assertThat(text.status()).isEqualTo(1);
        assertThat(text.out())
                .contains("Read 4 events from 2 of 2 files")
                .contains("67 % ")
                .contains("gone: 2026-11-21T08:00:00Z");
        assertThat(Files.readString(out)).isEqualTo(backtest(warehouse, after, "--json").out());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.endsWith(".part"));
        }
    }

    @Test
    void aRuleOnTrialIsComparedWithItsTrial() throws Exception {
        Path logs = Files.createDirectories(folder.resolve("logs"));
        Files.writeString(
                logs.resolve("trail.json"),
                SampleLogs.trail(List.of(SampleLogs.call("stop", 0, "cloudtrail", "StopLogging"))));
        Path rules =
                rules(
                        "rules",
                        cloudTrail("eventName: StopLogging"),
                        """
                        trailwatch:
                            settings:
                                - rules: ['%s']
                                  mode: dry-run
                                  reason: a trial
                        """
                                .formatted(STOPPED));
        Path warehouse = folder.resolve("warehouse");
        replay(warehouse, logs, rules);
        assertThat(stored(warehouse, STOPPED)).isEmpty();

        List<JsonNode> found = objects(backtest(warehouse, rules, "--json"));
        assertThat(texts(found, "rule_id")).containsExactly(STOPPED);
        assertThat(texts(found, "compared")).containsExactly("same");
        assertThat(found.get(0).path("dry_run").asBoolean()).isTrue();

        // Of our own rules another one tells of this call too, and nothing of it is stored.
        List<JsonNode> both = objects(backtest(warehouse, rules, "--pack", "--json"));
        assertThat(texts(both, "rule_id")).contains(STOPPED).hasSizeGreaterThan(1);
        assertThat(both)
                .filteredOn(finding -> !finding.path("rule_id").asText().equals(STOPPED))
                .allMatch(finding -> finding.path("compared").asText().equals("new"));
    }

    /** A file that is no Parquet fails whoever opens it. */
    @Test
    void filesOfOtherDaysAreNotOpened() throws Exception {
        Path logs = Files.createDirectories(folder.resolve("logs"));
        List<Call> calls = new ArrayList<>();
        for (int day = 0; day < 3; day++) {
            for (int second : new int[] {0, 3_600}) {
                calls.add(
                        SampleLogs.call(
                                day + "/" + second,
                                day * DAY_SECONDS + second,
                                "cloudtrail",
                                "StopLogging"));
            }
        }
        Files.writeString(logs.resolve("trail.json"), SampleLogs.trail(calls));
        Path warehouse = folder.resolve("warehouse");
        Path rules = rules("rules", cloudTrail("eventName: StopLogging"));
        replay(warehouse, logs, rules);
        try (Stream<Path> files = Files.walk(warehouse)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String path = file.toString();
                if (path.contains("cloud_trail")
                        && path.endsWith(".parquet")
                        && !path.contains("2026-11-21")) {
                    Files.write(file, new byte[(int) Files.size(file)]);
                }
            }
        }

        CommandLineRun oneDay =
                backtest(warehouse, rules, "--from", "2026-11-21", "--to", "2026-11-22", "--json");
        assertThat(texts(objects(oneDay), "time"))
                .containsExactly("2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z");
        // Rows of the same file outside the range are no part of it, and the stored ones are not
        // gone.
        List<JsonNode> oneHour =
                objects(
                        backtest(
                                warehouse,
                                rules,
                                "--from",
                                "2026-11-21T08:30:00Z",
                                "--to",
                                "2026-11-22",
                                "--json"));
        assertThat(texts(oneHour, "time")).containsExactly("2026-11-21T09:00:00Z");
        assertThat(texts(oneHour, "compared")).containsExactly("same");
        CommandLineRun text =
                backtest(warehouse, rules, "--from", "2026-11-21", "--to", "2026-11-22");
        assertThat(text.out()).contains("Read 2 events from 1 of 3 files");

        CommandLineRun all = backtest(warehouse, rules);
        assertThat(all.status()).isEqualTo(1);
        assertThat(all.err()).containsIgnoringCase("parquet");
    }

    /** Rows that were written before tables told the format, from their text alone. */
    @Test
    void rowsThatDoNotTellTheirFormatAreReadWhereTheirTextTellsIt() throws Exception {
        Path warehouse = folder.resolve("warehouse");
        Call stop = SampleLogs.call("stop", 0, "cloudtrail", "StopLogging");
        WarehouseFixture.write(
                warehouse,
                Map.of(
                        Tables.CLOUD_TRAIL,
                        List.of(row(Tables.CLOUD_TRAIL, "old-key", stop.json())),
                        Tables.VPC_FLOW,
                        List.of(
                                row(Tables.VPC_FLOW, "flow/1", SampleLogs.flow(0, 23)),
                                row(Tables.VPC_FLOW, "flow/2", "23 no-header-tells-this"))));

        CommandLineRun run = backtest(warehouse, mixedRules(), "--json");
        List<JsonNode> found = objects(run);
        assertThat(texts(found, "rule_id")).containsExactlyInAnyOrder(STOPPED, TELNET);
        assertThat(found)
                .extracting(finding -> finding.path("evidence").path(0).asText())
                .containsExactlyInAnyOrder("old-key", "flow/1");
        assertThat(run.err()).contains("1 events could not be read again: UNKNOWN_FORMAT");
    }

    private static io.trailwatch.table.Row row(TableLayout table, String key, String text) {
        return TableRows.row(
                table,
                Map.of(
                        "event_key", key,
                        "time", T0.toEpochMilli(),
                        "time_dt", T0,
                        "raw_data", text));
    }

    private static void emptyTables(Path warehouse) {
        try (Lake lake = Lake.openOrCreate(LakeSettings.local(warehouse))) {
            Tables.ALL.forEach(lake::create);
        }
    }

    @Test
    void saysWhatIsNotThereToBeLookedAt() throws Exception {
        Path rules = mixedRules();
        CommandLineRun noFolder = backtest(folder.resolve("nowhere"), rules);
        assertThat(noFolder.status()).isEqualTo(2);
        assertThat(noFolder.err()).contains("--warehouse").contains("nowhere");

        Path noCatalog = Files.createDirectories(folder.resolve("no-catalog"));
        assertThat(backtest(noCatalog, rules).err()).contains("it has no catalog.db");

        Path noTables = folder.resolve("no-tables");
        Lake.openOrCreate(LakeSettings.local(noTables)).close();
        CommandLineRun tableless = backtest(noTables, rules);
        assertThat(tableless.status()).isEqualTo(2);
        assertThat(tableless.err()).contains("has no table cloud_trail, vpc_flow");

        Path oneTable = folder.resolve("one-table");
        try (Lake lake = Lake.openOrCreate(LakeSettings.local(oneTable))) {
            lake.create(Tables.VPC_FLOW);
        }
        CommandLineRun partly = backtest(oneTable, rules);
        assertThat(partly.status()).isZero();
        assertThat(partly.err()).contains("has no table cloud_trail").contains("3 rules");
        assertThat(partly.out()).contains("There is nothing to look at").contains("1 of 1 rule");

        Path empty = folder.resolve("empty");
        emptyTables(empty);
        CommandLineRun nothing = backtest(empty, rules);
        assertThat(nothing.status()).isZero();
        assertThat(nothing.out()).contains("Read 0 events").contains("nothing to look at");
        assertThat(backtest(empty, rules, "--json").out()).isEmpty();
    }

    @Test
    void namesTheOptionThatIsWrong() throws Exception {
        Path warehouse = folder.resolve("warehouse");
        emptyTables(warehouse);
        Path rules = mixedRules();
        assertThat(backtest(warehouse, rules, "--rule", "no-such").err())
                .contains("--rule")
                .contains("no-such");
        assertThat(backtest(warehouse, rules, "--from", "yesterday").err())
                .contains("--from is 'yesterday'");
        assertThat(backtest(warehouse, rules, "--from", "2026-11-21", "--to", "2026-11-20").err())
                .contains("must be before --to");
        assertThat(backtest(warehouse, rules, "--table", "cloudtrail").err())
                .contains("--table is 'cloudtrail'")
                .contains("cloud_trail");
        assertThat(backtest(warehouse, rules, "--summary").status()).isEqualTo(2);
        Path refused = rules("refused", cloudTrail("eventName|nonsense: StopLogging"));
        CommandLineRun none = backtest(warehouse, refused);
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err()).contains("refused rule").contains("nonsense");
    }
}
