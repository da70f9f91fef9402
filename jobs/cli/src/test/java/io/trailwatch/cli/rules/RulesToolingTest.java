package io.trailwatch.cli.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trailwatch.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** A folder with rules, a correlation, a filter and settings, asked by each command. */
class RulesToolingTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEY_ID = "6f2d8c1e-0000-4000-8000-000000000001";
    private static final String KEY =
            """
            title: Access key created
            id: 6f2d8c1e-0000-4000-8000-000000000001
            name: key_created
            author: Ann Author
            level: medium
            tags: [attack.persistence, attack.t1098.001]
            logsource: {product: aws, service: cloudtrail}
            detection:
              selection:
                eventSource: iam.amazonaws.com
                eventName: CreateAccessKey
              condition: selection
            """;
    private static final String USER =
            """
            title: User created
            id: 6f2d8c1e-0000-4000-8000-000000000002
            level: high
            tags: [attack.persistence, attack.t1136.003, attack.t1098.001]
            logsource: {product: aws, service: cloudtrail}
            detection:
              selection: {eventSource: iam.amazonaws.com, eventName: CreateUser}
              condition: selection
            """;
    private static final String BURST =
            """
            title: Many access keys
            id: 6f2d8c1e-0000-4000-8000-0000000000c1
            level: high
            correlation:
              type: event_count
              rules: key_created
              group-by: [userIdentity.arn]
              timespan: 10m
              condition: {gte: 3}
              generate: true
            """;
    private static final String FILTER =
            """
            title: Our vault
            id: 6f2d8c1e-0000-4000-8000-0000000000f1
            description: It makes keys all day.
            logsource: {product: aws, service: cloudtrail}
            filter:
              rules: [key_created]
              vault: {userIdentity.arn|endswith: user/vault}
              condition: not vault
            expires: 2999-12-31
            """;
    private static final String SETTINGS =
            """
            trailwatch:
              settings:
                - rules: [6f2d8c1e-0000-4000-8000-000000000002]
                  accounts: ['111122223333']
                  mode: dry-run
                  reason: trial
                - rules: [6f2d8c1e-0000-4000-8000-000000000002]
                  accounts: ['444455556666']
                  mode: disabled
                  reason: their own rule
            """;

    @TempDir private Path folder;
    private Path rules;
    private Path events;

    @BeforeEach
    void writeRulesAndEvents() throws IOException {
        rules = Files.createDirectory(folder.resolve("rules"));
        Files.writeString(rules.resolve("key.yml"), KEY);
        Files.writeString(rules.resolve("user.yml"), USER);
        Files.writeString(rules.resolve("burst.yml"), BURST);
        Files.writeString(rules.resolve("vault.yml"), FILTER);
        Files.writeString(rules.resolve("settings.yml"), SETTINGS);
        events = folder.resolve("events.jsonl");
        Files.writeString(
                events,
                String.join(
                        "\n",
                        event("k1", "CreateAccessKey", "ann", 0, "111122223333"),
                        event("k2", "CreateAccessKey", "ann", 5, "111122223333"),
                        event("k3", "CreateAccessKey", "ann", 10, "111122223333"),
                        event("k4", "CreateAccessKey", "bob", 10, "111122223333"),
                        event("v1", "CreateAccessKey", "vault", 11, "111122223333"),
                        event("u1", "CreateUser", "ann", 12, "111122223333"),
                        event("u2", "CreateUser", "ann", 13, "444455556666"),
                        event("u3", "CreateUser", "ann", 14, "777788889999")));
    }

    private static String event(String id, String name, String user, int minute, String account) {
        return """
        {"eventVersion":"1.08","eventTime":"2026-03-01T10:%02d:00Z","eventID":"%s",\
        "eventSource":"iam.amazonaws.com","eventName":"%s","awsRegion":"us-east-1",\
        "recipientAccountId":"%s","sourceIPAddress":"198.51.100.7",\
        "userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::%s:user/%s"}}\
        """
                .formatted(minute, id, name, account, account, user);
    }

    private CommandLineRun run(String command, String... more) {
        List<String> args = new ArrayList<>(List.of("rules", command, "--rules", rules.toString()));
        args.addAll(List.of(more));
        return CommandLineRun.of(args.toArray(String[]::new));
    }

    private List<JsonNode> json(String command, String... more) throws IOException {
        List<String> args = new ArrayList<>(List.of(more));
        args.add("--json");
        CommandLineRun run = run(command, args.toArray(String[]::new));
        assertThat(run.status()).isZero();
        List<JsonNode> objects = new ArrayList<>();
        for (String line : run.lines()) {
            objects.add(JSON.readTree(line));
        }
        return objects;
    }

    @Test
    void matchAppliesFiltersAndModesAndEndsWithCorrelations() throws Exception {
        List<JsonNode> found = json("match", events.toString());
        assertThat(found)
                .extracting(
                        match ->
                                match.get("kind").asText()
                                        + " "
                                        + match.get("event_id").asText()
                                        + " "
                                        + match.get("mode").asText())
                .containsExactly(
                        "rule k1 enabled",
                        "rule k2 enabled",
                        "rule k3 enabled",
                        "rule k4 enabled",
                        "rule u1 dry-run",
                        "rule u3 enabled",
                        "correlation ct/111122223333/k3 enabled");
        JsonNode burst = found.get(6);
        assertThat(burst.get("rule_title").asText()).isEqualTo("Many access keys");
        assertThat(burst.get("count").asInt()).isEqualTo(3);
        assertThat(burst.get("time").asText()).isEqualTo("2026-03-01T10:10:00Z");
        assertThat(burst.get("evidence")).extracting(JsonNode::asText).hasSize(3);
    }

    @Test
    void matchWithSummaryCountsPerRule() throws Exception {
        assertThat(json("match", "--summary", events.toString()))
                .extracting(
                        rule ->
                                rule.get("rule_title").asText()
                                        + " "
                                        + rule.get("matches").asInt()
                                        + " "
                                        + rule.get("dry_run_matches").asInt())
                .containsExactly(
                        "Access key created 4 0", "User created 2 1", "Many access keys 1 0");
        CommandLineRun table = run("match", "--summary", events.toString());
        assertThat(table.out())
                .contains("7 matches in 8 events of 1 files with 2 rules and 1 correlation");
    }

    @Test
    void matchTellsOfAnEnrichmentFileThatIsNotThere() {
        CommandLineRun run = run("match", "--geoip", "/absent.mmdb", events.toString());
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--geoip is /absent.mmdb, which does not exist");
    }

    @Test
    void virtualFieldsAreFilledFromTheThreatList() throws Exception {
        Path intel = folder.resolve("bad.txt");
        Files.writeString(intel, "198.51.100.0/24\n");
        Files.writeString(
                rules.resolve("bad.yml"),
                USER.replace("000000000002", "000000000003")
                        .replace("eventName: CreateUser", "src_threat_list|exists: true"));
        assertThat(json("match", "--summary", events.toString())).hasSize(3);
        assertThat(json("match", "--summary", "--intel", intel.toString(), events.toString()))
                .extracting(rule -> rule.get("rule_id").asText())
                .contains("6f2d8c1e-0000-4000-8000-000000000003");
    }

    @Test
    void explainShowsWhatWasWantedAndWhatWasFound() throws Exception {
        JsonNode explained =
                json("explain", "key_created", events.toString(), "--event", "u1").get(0);
        assertThat(explained.get("matches").asBoolean()).isFalse();
        assertThat(explained.get("line").asInt()).isEqualTo(6);
        List<JsonNode> names = new ArrayList<>();
        collect(explained.get("explanation"), "eventName", names);
        assertThat(names)
                .singleElement()
                .satisfies(
                        part -> {
                            assertThat(part.get("wanted").get(0).asText())
                                    .isEqualTo("CreateAccessKey");
                            assertThat(part.get("found").get(0).asText()).isEqualTo("CreateUser");
                            assertThat(part.get("holds").asBoolean()).isFalse();
                            assertThat(part.get("decisive").asBoolean()).isTrue();
                        });
        CommandLineRun text =
                run("explain", rules.resolve("key.yml").toString(), events.toString());
        assertThat(text.status()).isZero();
        assertThat(text.out())
                .contains("matches: Access key created")
                .contains("does not match: Access key created")
                .contains("fails: eventName wants 'CreateAccessKey', the event has 'CreateUser'")
                .contains("(holds: eventSource wants 'iam.amazonaws.com'");
    }

    private static void collect(JsonNode part, String text, List<JsonNode> found) {
        if (part.get("text").asText().equals(text)) {
            found.add(part);
        }
        part.get("parts").forEach(inner -> collect(inner, text, found));
    }

    @Test
    void explainNamesTheFilterThatKeepsAnEventOut() {
        CommandLineRun run = run("explain", KEY_ID, events.toString(), "--event", "v1");
        assertThat(run.out())
                .contains("does not match: Access key created")
                .containsPattern("fails: filter .*f1");
    }

    @Test
    void explainTellsHowFarACorrelationCame() throws Exception {
        List<JsonNode> groups = json("explain", "Many access keys", events.toString());
        assertThat(groups).hasSize(2);
        assertThat(groups.get(0).get("group").get("userIdentity.arn").asText()).endsWith("ann");
        assertThat(groups.get(0).get("most").asInt()).isEqualTo(3);
        assertThat(groups.get(0).get("findings").asInt()).isEqualTo(1);
        assertThat(groups.get(1).get("most").asInt()).isEqualTo(1);
        Files.writeString(rules.resolve("burst.yml"), BURST.replace("10m", "9m"));
        JsonNode near = json("explain", "Many access keys", events.toString()).get(0);
        assertThat(near.get("most").asInt()).isEqualTo(2);
        assertThat(near.get("hits").asInt()).isEqualTo(3);
        assertThat(near.get("findings").asInt()).isZero();
        assertThat(run("explain", "Many access keys", events.toString()).out())
                .contains("counts rule 'Access key created': 4 matches")
                .contains("2 of 3");
    }

    @Test
    void explainOfNothingIsWrongUse() {
        CommandLineRun rule = run("explain", "no-such", events.toString());
        assertThat(rule.status()).isEqualTo(2);
        assertThat(rule.err())
                .contains("RULE: no rule or correlation has the id, name, title or file 'no-such'");
        CommandLineRun event = run("explain", KEY_ID, events.toString(), "--event", "x");
        assertThat(event.status()).isEqualTo(1);
        assertThat(event.err()).contains("--event: none of 8 events has the id x");
    }

    @Test
    void listShowsAllKindsWithTheirModes() throws Exception {
        List<JsonNode> listed = json("list");
        assertThat(listed)
                .extracting(
                        entry ->
                                entry.get("kind").asText() + " " + entry.get("rule_title").asText())
                .containsExactly(
                        "correlation Many access keys",
                        "rule User created",
                        "rule Access key created",
                        "filter Our vault");
        JsonNode user = listed.get(1);
        assertThat(user.get("mode").asText()).isEqualTo("enabled");
        assertThat(user.get("accounts").get("111122223333").asText()).isEqualTo("dry-run");
        assertThat(user.get("accounts").get("444455556666").asText()).isEqualTo("disabled");
        assertThat(listed.get(0).get("log").asText()).isEqualTo("cloudtrail");
        assertThat(listed.get(3).get("expires").asText()).isEqualTo("2999-12-31");
        assertThat(run("list").out())
                .contains("enabled, dry-run in 1 account, disabled in 1 account")
                .contains("through 2999-12-31");
    }

    @Test
    void coverageWritesALayerOfTheNavigator() throws Exception {
        Path file = folder.resolve("layer.json");
        CommandLineRun run = run("coverage", "--out", file.toString());
        assertThat(run.status()).isZero();
        assertThat(run.lines())
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .matches("persistence +2 +1 +1 +2 +T1098.001 T1136.003"))
                .anySatisfy(line -> assertThat(line).matches("exfiltration +0 +0"))
                .anySatisfy(line -> assertThat(line).matches("\\(no tactic\\) +1 +1 +0"));
        JsonNode layer = JSON.readTree(file.toFile());
        assertThat(layer.at("/versions/layer").asText()).isEqualTo("4.5");
        assertThat(layer.get("domain").asText()).isEqualTo("enterprise-attack");
        JsonNode keys = layer.get("techniques").get(0);
        assertThat(keys.get("techniqueID").asText()).isEqualTo("T1098.001");
        assertThat(keys.get("score").asInt()).isEqualTo(2);
        assertThat(keys.get("comment").asText())
                .isEqualTo("[high] User created\n[medium] Access key created");
        JsonNode users = layer.get("techniques").get(1);
        assertThat(users.get("color")).isEqualTo(keys.get("color"));
        assertThat(layer.at("/gradient/maxValue").asInt()).isEqualTo(2);
        assertThat(JSON.readTree(run("coverage", "--json").out())).isEqualTo(layer);
    }

    @Test
    void packAddsOurRulesToThoseOfTheFolder() throws Exception {
        List<JsonNode> listed = json("list", "--pack");
        assertThat(listed)
                .extracting(entry -> entry.get("file").asText())
                .contains(rules.resolve("key.yml").toString())
                .anyMatch(file -> file.startsWith("pack:cloudtrail/"));
    }

    @Test
    void testWritesJunitXmlThatCiSystemsRead() throws Exception {
        Files.delete(rules.resolve("burst.yml"));
        Files.writeString(
                rules.resolve("key.match.ndjson"),
                event("k1", "CreateAccessKey", "ann", 0, "111122223333")
                        + "\n"
                        + event("u1", "CreateUser", "<&\"ann", 0, "111122223333")
                                .replace("\"ann", "ann"));
        Files.writeString(
                rules.resolve("key.miss.ndjson"),
                event("u1", "CreateUser", "ann", 0, "111122223333"));
        Path report = folder.resolve("junit.xml");
        CommandLineRun run = run("test", "--junit", report.toString());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out())
                .contains(rules.resolve("key.match.ndjson") + ":2: the event does not match");

        Document xml =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile());
        Element root = xml.getDocumentElement();
        assertThat(root.getTagName()).isEqualTo("testsuites");
        // Two examples of the user rule are missing: errors; one of the key rule fails.
        assertThat(attributes(root)).isEqualTo("tests=5 failures=1 errors=2 skipped=0");
        NodeList suites = root.getElementsByTagName("testsuite");
        assertThat(suites.getLength()).isEqualTo(2);
        Element key = (Element) suites.item(0);
        assertThat(key.getAttribute("name")).isEqualTo("Access key created");
        assertThat(attributes(key)).isEqualTo("tests=3 failures=1 errors=0 skipped=0");
        Element second = (Element) key.getElementsByTagName("testcase").item(1);
        assertThat(second.getAttribute("classname")).isEqualTo(KEY_ID);
        assertThat(second.getAttribute("name")).isEqualTo("key.match.ndjson line 2: match");
        assertThat(second.getAttribute("time")).isEqualTo("0");
        Element failure = (Element) second.getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("type")).isEqualTo("miss");
        assertThat(failure.getAttribute("message")).isEqualTo("the event does not match");
        assertThat(failure.getTextContent())
                .contains("eventName wants 'CreateAccessKey', the event has 'CreateUser'");
        assertThat(((Element) suites.item(1)).getElementsByTagName("error").getLength())
                .isEqualTo(2);
    }

    private static String attributes(Element element) {
        return "tests=%s failures=%s errors=%s skipped=%s"
                .formatted(
                        element.getAttribute("tests"),
                        element.getAttribute("failures"),
                        element.getAttribute("errors"),
                        element.getAttribute("skipped"));
    }
}
