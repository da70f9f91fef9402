package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.CloudTrailEvent;
import io.trailwatch.finding.Finding;
import io.trailwatch.finding.FindingIds;
import io.trailwatch.finding.Severity;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleFindingsTest {
    private static final Instant T0 = Instant.parse("2026-11-20T08:03:11Z");
    private static final SigmaRule RULE =
            RuleSamples.parsed(
                    """
                    title: Key made
                    id: 0f3c
                    author: Jo
                    date: 2026-11-21
                    tags: [attack.t1098.001]
                    logsource: {product: aws, service: cloudtrail}
                    detection: {s: {eventName: CreateAccessKey}, condition: s}
                    level: high
                    """);

    private static CloudTrailEvent call(String json) {
        ObjectNode node = RuleSamples.event(json);
        return new CloudTrailEvent(
                node,
                T0,
                "e-1",
                "iam.amazonaws.com",
                "CreateAccessKey",
                node.path("sourceIPAddress").asText(null));
    }

    @Test
    void saysWhoDidWhatFromWhereAndWhichRuleClaimsIt() {
        Finding finding =
                RuleFindings.finding(
                        RULE,
                        call(
                                "{'userIdentity':{'type':'IAMUser','arn':'arn:aws:iam::111122223333:user/alice',"
                                    + "'accountId':'999988887777'},'awsRegion':'us-east-1','errorCode':'AccessDenied',"
                                    + "'recipientAccountId':'111122223333','sourceIPAddress':'198.51.100.7'}"),
                        "ct/111122223333/e-1");
        String entity = "arn:aws:iam::111122223333:user/alice";
        assertThat(finding.id())
                .isEqualTo(FindingIds.ofEvent("0f3c", entity, "ct/111122223333/e-1"));
        assertThat(finding.time()).isEqualTo(T0);
        assertThat(finding.ruleId()).isEqualTo("0f3c");
        assertThat(finding.ruleTitle()).isEqualTo("Key made");
        assertThat(finding.ruleVersion()).isEqualTo("2026-11-21");
        assertThat(finding.ruleAuthor()).isEqualTo("Jo");
        assertThat(finding.severity()).isEqualTo(Severity.HIGH);
        assertThat(finding.entityType()).isEqualTo("principal");
        assertThat(finding.entity()).isEqualTo(entity);
        assertThat(finding.account()).isEqualTo("111122223333");
        assertThat(finding.region()).isEqualTo("us-east-1");
        assertThat(finding.techniques()).containsExactly("T1098.001");
        assertThat(finding.evidence()).containsExactly("ct/111122223333/e-1");
        assertThat(finding.count()).isEqualTo(1);
        assertThat(finding.message())
                .isEqualTo(
                        "alice called iam:CreateAccessKey from 198.51.100.7 (error AccessDenied)");
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'type':'AssumedRole','arn':'arn:aws:sts::111122223333:assumed-role/Dev/jo'}     | arn:aws:sts::111122223333:assumed-role/Dev/jo | Dev/jo
                    {'type':'IAMUser','arn':'arn:aws:iam::111122223333:user/team/bob'}               | arn:aws:iam::111122223333:user/team/bob | team/bob
                    {'type':'Root','arn':'arn:aws:iam::111122223333:root','principalId':'1'}         | arn:aws:iam::111122223333:root | root
                    {'type':'AWSService','invokedBy':'ec2.amazonaws.com'}                            | ec2.amazonaws.com | ec2.amazonaws.com
                    {'type':'AWSAccount','principalId':'AROAX:s','accountId':'444455556666'}         | AROAX:s | AROAX:s
                    {'type':'AWSAccount','accountId':'444455556666'}                                 | 444455556666 | 444455556666
                    {'accessKeyId':''}                                                               | 198.51.100.7 | 198.51.100.7
                    """)
    void theEntityIsThePrincipalAsFarAsTheRecordNamesIt(
            String identity, String entity, String shortName) {
        Finding finding =
                RuleFindings.finding(
                        RULE,
                        call("{'userIdentity':" + identity + ",'sourceIPAddress':'198.51.100.7'}"),
                        "key");
        assertThat(finding.entity()).isEqualTo(entity);
        assertThat(finding.message()).startsWith(shortName + " called iam:CreateAccessKey");
    }

    @Test
    void controlCharactersDoNotReachTheMessage() {
        Finding finding =
                RuleFindings.finding(
                        RULE,
                        call(
                                "{'userIdentity':{'arn':'arn:aws:iam::1:user/a\\u001b[31m\\n"
                                        + "b'},'errorCode':'x\\r"
                                        + "'}"),
                        "key");
        assertThat(finding.message()).isEqualTo("a?[31m?b called iam:CreateAccessKey (error x?)");
    }
}
