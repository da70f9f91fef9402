package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.Decodings;
import io.trailwatch.core.enrich.IpContext;
import io.trailwatch.event.LogKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real logs and public rules, where the folder that holds them is present. */
class RealLogsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Path data = Path.of(System.getProperty("trailwatch.shared.data", "absent"));
    private final RuleSet pack = RuleSet.compile(RuleLoader.pack());

    @BeforeEach
    void needsTheData() {
        assumeTrue(Files.isDirectory(data), "no folder of real logs at " + data);
    }

    private static List<ObjectNode> events(Path folder) throws IOException {
        List<ObjectNode> events = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                if (file.toString().endsWith(".json") || file.toString().endsWith(".json.gz")) {
                    events.addAll(read(file));
                }
            }
        }
        return events;
    }

    private static List<ObjectNode> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                InputStream plain =
                        file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in) {
            JsonNode root = JSON.readTree(plain);
            List<ObjectNode> events = new ArrayList<>();
            (root.isArray() ? root : root.get("Records")).forEach(e -> events.add((ObjectNode) e));
            return events;
        }
    }

    /** Matches that are findings, per rule title and event name. */
    private Map<String, Integer> matches(List<ObjectNode> events) {
        Map<String, Integer> matches = new TreeMap<>();
        for (ObjectNode event : events) {
            for (SigmaRule rule : pack.match(event, LogKind.CLOUDTRAIL)) {
                // What only counts towards correlations alerts nobody.
                if (pack.collection().reports(rule.id())) {
                    String match = rule.title() + " / " + event.get("eventName").asText();
                    matches.merge(match, 1, Integer::sum);
                }
            }
        }
        return matches;
    }

    @Test
    void everyPublicCloudTrailRuleIsRead() {
        LoadedRules loaded = RuleLoader.folder(data.resolve("sigma-aws-rules/rules"));
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.rules()).hasSize(57);
    }

    @Test
    void placeholdersAndOldAggregationsAreRefusedByName() {
        assertThat(RuleLoader.folder(data.resolve("sigma-aws-rules/placeholder")).problems())
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.code()).isEqualTo(ProblemCode.MISSING_PLACEHOLDER);
                            assertThat(problem.message()).contains("%Legitimate_Countries%");
                        });
        LoadedRules old = RuleLoader.folder(data.resolve("sigma-aws-rules/unsupported"));
        assertThat(old.rules()).isEmpty();
        assertThat(old.problems())
                .hasSize(8)
                .allMatch(problem -> problem.code() == ProblemCode.SIGMA_1_AGGREGATION)
                .allMatch(problem -> problem.line() > 10);
        assertThat(old.problems())
                .extracting(RuleProblem::message)
                .filteredOn(message -> message.contains("| near "))
                .singleElement()
                .satisfies(message -> assertThat(message).endsWith("of type temporal"));
        assertThat(old.problems())
                .extracting(RuleProblem::path)
                .filteredOn("detection.timeframe"::equals)
                .hasSize(1);
    }

    @Test
    void aPublicRuleWithPlaceholdersRunsOnceTheyHaveValues() {
        String values =
                """
                trailwatch:
                  placeholders:
                    Legitimate_Countries: [SE, DE]
                    Legitimate_IP_Ranges: ['198.51.100.*']
                """;
        LoadedRules loaded =
                RuleLoader.load(
                        RuleFiles.both(
                                RuleFiles.folder(data.resolve("sigma-aws-rules/placeholder")),
                                new Texts(Map.of("values.yml", values))));
        assertThat(loaded.problems()).isEmpty();
        RuleSet rules = RuleSet.compile(loaded.collection());
        DecodedEvent signIn =
                Decodings.one(
                        """
                        {"eventVersion":"1.11","eventTime":"2026-11-20T08:00:00Z","eventID":"e1",\
                        "eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin",\
                        "awsRegion":"us-east-1","sourceIPAddress":"203.0.113.9",\
                        "recipientAccountId":"111122223333","userIdentity":{"type":"Root"},\
                        "responseElements":{"ConsoleLogin":"Success"}}\
                        """);
        IpContext abroad = new IpContext("US", null, null, null, List.of());
        IpContext home = new IpContext("SE", null, null, null, List.of());
        assertThat(rules.match(signIn, abroad)).hasSize(1);
        assertThat(rules.match(signIn, home)).isEmpty();
    }

    @Test
    void thePackNamesTheStepsOfARealAttackAndLittleOfTheWorkAroundIt() throws IOException {
        List<ObjectNode> events = events(data.resolve("cloudtrail-invictus-2023"));
        assertThat(events).hasSize(2_900);
        Map<String, Integer> matches = matches(events);
        assertThat(matches)
                .containsOnly(
                        entry("Access key created for another user / CreateAccessKey", 2),
                        entry("Account tries to leave the organisation / LeaveOrganization", 1),
                        entry(
                                "Administration or database port opened to the Internet /"
                                        + " AuthorizeSecurityGroupIngress",
                                1),
                        entry(
                                "Administrator rights granted to an IAM identity /"
                                        + " AttachRolePolicy",
                                1),
                        entry(
                                "Administrator rights granted to an IAM identity /"
                                        + " AttachUserPolicy",
                                1),
                        entry(
                                "All IAM users, roles and policies listed at once /"
                                        + " GetAccountAuthorizationDetails",
                                1),
                        entry("Bucket deleted / DeleteBucket", 5),
                        entry("Bucket objects set to expire within a week / PutBucketLifecycle", 1),
                        entry("Bucket policy admits another account / PutBucketPolicy", 1),
                        entry("CloudTrail event selectors narrowed / PutEventSelectors", 1),
                        entry("CloudTrail logging stopped or trail deleted / DeleteTrail", 3),
                        entry("CloudTrail logging stopped or trail deleted / StopLogging", 3),
                        entry("Console password set for another user / CreateLoginProfile", 2),
                        entry("Console sign-in without MFA / ConsoleLogin", 1),
                        entry(
                                "Database snapshot shared with another account /"
                                        + " ModifyDBSnapshotAttribute",
                                1),
                        entry(
                                "EBS snapshot shared with another account /"
                                        + " ModifySnapshotAttribute",
                                1),
                        entry("GPU instance requested / RunInstances", 2),
                        entry("IAM user created / CreateUser", 4),
                        entry("Lambda function code overwritten / UpdateFunctionCode20150331v2", 2),
                        entry("Lambda function made public / AddPermission20150331v2", 1),
                        entry("Log group or stream deleted / DeleteLogGroup", 1),
                        entry(
                                "Machine image shared with another account / ModifyImageAttribute",
                                1),
                        entry("Many parameters decrypted with a long-lived key / GetParameters", 4),
                        entry("Read of instance user data refused / DescribeInstanceAttribute", 15),
                        entry(
                                "Role trust policy opened to the outside / UpdateAssumeRolePolicy",
                                1),
                        entry("Roles Anywhere profile created or changed / CreateProfile", 1),
                        entry("Roles Anywhere trust anchor created / CreateTrustAnchor", 1),
                        // Clean-up after the attack: Terraform removes its secrets for good.
                        entry("Secret deleted beyond recovery / DeleteSecret", 17),
                        entry("Secrets listed by a key or instance / ListSecrets", 1),
                        entry("Shell command sent through Systems Manager / SendCommand", 1),
                        entry("VPC flow logs deleted / DeleteFlowLogs", 1),
                        entry("Windows administrator password requested / GetPasswordData", 29));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    credential-access.secretsmanager-retrieve-secrets      | Secrets listed by a key or instance / ListSecrets
                    credential-access.ssm-retrieve-securestring-parameters | Many parameters decrypted with a long-lived key / GetParameters
                    credential-access.ec2-get-password-data                | Windows administrator password requested / GetPasswordData
                    defense-evasion.cloudtrail-stop                        | CloudTrail logging stopped or trail deleted / StopLogging
                    defense-evasion.organizations-leave                    | Account tries to leave the organisation / LeaveOrganization
                    defense-evasion.vpc-remove-flow-logs                   | VPC flow logs deleted / DeleteFlowLogs
                    execution.ec2-launch-unusual-instances                 | GPU instance requested / RunInstances
                    execution.ssm-send-command                             | Shell command sent through Systems Manager / SendCommand
                    exfiltration.ec2-security-group-open-port-22-ingress   | Administration or database port opened to the Internet / AuthorizeSecurityGroupIngress
                    exfiltration.ec2-share-ebs-snapshot                    | EBS snapshot shared with another account / ModifySnapshotAttribute
                    initial-access.console-login-without-mfa               | Console sign-in without MFA / ConsoleLogin
                    lateral-movement.ec2-instance-connect                  | SSH key pushed to an instance / SendSSHPublicKey
                    persistence.iam-backdoor-role                          | Role trust policy opened to the outside / UpdateAssumeRolePolicy
                    persistence.iam-backdoor-user                          | Access key created for another user / CreateAccessKey
                    persistence.iam-create-admin-user                      | Administrator rights granted to an IAM identity / AttachUserPolicy
                    persistence.lambda-overwrite-code                      | Lambda function code overwritten / UpdateFunctionCode20150331v2
                    persistence.rolesanywhere-create-trust-anchor          | Roles Anywhere trust anchor created / CreateTrustAnchor
                    """)
    void thePackNamesTheTechniqueOfADetonation(String technique, String match) throws IOException {
        Path file = data.resolve("cloudtrail-stratus-detonations/aws." + technique + ".json");
        assertThat(matches(read(file))).containsKey(match);
    }
}
