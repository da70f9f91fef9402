package io.trailwatch.core.detect.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.event.LogKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownFieldsTest {
    private static String rule(String logSource, String field) {
        return RuleSamples.rule("sample", "s:\n  " + field + ": x\ncondition: s\n")
                .replace("product: aws\n  service: cloudtrail", logSource);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    service: app                          | attributes.order.total
                    service: app                          | user_agent
                    service: app                          | src_as_org
                    product: aws, service: vpcflow        | pkt-dst-aws-service
                    product: aws, service: vpcflow        | tgw-attachment-id
                    product: aws, service: vpcflow        | src_country
                    product: aws, service: eks            | whatever.it.is
                    product: aws, service: cloudtrail     | requestParameters.a.b.c
                    product: aws, service: cloudtrail     | userIdentity.sessionContext.sessionIssuer.arn
                    product: aws, service: cloudtrail     | userIdentity.onBehalfOf.userId
                    product: aws, service: cloudtrail     | tlsDetails.keyExchange
                    product: aws, service: cloudtrail     | resources.ARN
                    product: aws, service: cloudtrail     | insightDetails.state
                    product: aws, service: cloudtrail     | timeWindow.windowStart
                    product: aws, service: cloudtrail     | vpcEndpointAccountId
                    product: aws, service: cloudtrail     | src_threat_list
                    """)
    void aFieldOfTheLogIsRead(String logSource, String field) {
        assertThat(RuleSamples.parsed(rule(logSource.replace(", ", "\n  "), field))).isNotNull();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    service: app                      | order                  | 'order' is no field of this log
                    product: aws, service: vpcflow    | dst-port               | 'dst-port' is no field of this log
                    product: aws, service: vpcflow    | action.x               | 'action' has no fields below it
                    product: aws, service: cloudtrail | eventname              | 'eventname' is no field of this log; it is written 'eventName'
                    product: aws, service: cloudtrail | userIdentity.username  | 'userIdentity.username' is no field of this log; it is written 'userName'
                    product: aws, service: cloudtrail | userIdentity.user.name | 'userIdentity.user' is no field of this log
                    product: aws, service: cloudtrail | eventName.x            | 'eventName' has no fields below it
                    product: aws, service: cloudtrail | Requestparameters.x    | 'Requestparameters' is no field of this log; it is written 'requestParameters'
                    product: aws, service: cloudtrail | src_countri            | 'src_countri' is no field of this log
                    """)
    void anotherFieldIsRefused(String logSource, String field, String message) {
        RuleProblem problem = RuleSamples.problem(rule(logSource.replace(", ", "\n  "), field));
        assertThat(problem.code()).isEqualTo(ProblemCode.UNKNOWN_FIELD);
        assertThat(problem.path()).isEqualTo("detection.s." + field);
        assertThat(problem.message()).isEqualTo(message);
        assertThat(problem.ruleId()).isEqualTo("sample");
    }

    @Test
    void theFieldThatAFieldrefNamesMustBeThereToo() {
        RuleProblem problem =
                RuleSamples.problem(
                        RuleSamples.rule(
                                "x", "s:\n  eventName|fieldref: evntSource\ncondition: s\n"));
        assertThat(problem.code()).isEqualTo(ProblemCode.UNKNOWN_FIELD);
        assertThat(problem.message()).contains("'evntSource'");
    }

    @Test
    void theStatusThatPublicRulesAskForIsReadFromTheErrorCode() {
        SigmaRule success =
                RuleSamples.parsed(RuleSamples.rule("x", "s:\n  status: Success\ncondition: s\n"));
        SigmaRule failure =
                RuleSamples.parsed(
                        RuleSamples.rule("y", "s:\n  status|startswith: fail\ncondition: s\n"));
        RuleSet rules = RuleSet.compile(List.of(success, failure));
        assertThat(rules.match(RuleSamples.event("{'eventName':'a'}"), LogKind.CLOUDTRAIL))
                .containsExactly(success);
        assertThat(rules.match(RuleSamples.event("{'errorCode':'Denied'}"), LogKind.CLOUDTRAIL))
                .containsExactly(failure);
        for (String selection : List.of("status: ok", "status: '*'")) {
            assertThat(
                            RuleSamples.problem(
                                            RuleSamples.rule(
                                                    "z", "s:\n  " + selection + "\ncondition: s\n"))
                                    .code())
                    .isEqualTo(ProblemCode.CONTRADICTION);
        }
        assertThat(
                        RuleSamples.problem(
                                        RuleSamples.rule("z", "s:\n  status: null\ncondition: s\n"))
                                .code())
                .isEqualTo(ProblemCode.UNKNOWN_FIELD);
    }
}
