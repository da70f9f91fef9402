package io.trailwatch.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.unwrap.Unwrapped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AppSyncTest {
    private static final String REQUEST = "0f5c1a52-0000-4000-8000-00000000000a";

    @Test
    void theSummaryOfARequestTellsItsOutcome() {
        AppEvent summary =
                log("{\"logType\":\"RequestSummary\",\"requestId\":\"%s\",".formatted(REQUEST)
                                + "\"graphQLAPIId\":\"api1\",\"statusCode\":401,"
                                + "\"latency\":12000000}")
                        .get(0);

        assertThat(summary.schemaName()).isEqualTo("aws.appsync");
        assertThat(summary.type()).isEqualTo("appsync.request_summary");
        assertThat(summary.outcome()).isEqualTo("failure");
        assertThat(summary.time())
                .as("time of the log event")
                .isEqualTo(Instant.parse("2026-11-20T08:00:00.123Z"));
        assertThat(summary.eventId()).isEqualTo("as/api1/" + REQUEST + "/RequestSummary");
        assertThat(summary.attributes())
                .containsEntry("statusCode", "401")
                .containsEntry("latency", "12000000")
                .containsEntry("aws_account", "111122223333")
                .containsEntry("aws_log_group", "/aws/appsync/apis/api1");
    }

    @Test
    void anExecutionIsAtItsEndAndAResolverKnowsTheCaller() {
        List<AppEvent> events =
                log(
                        """
                        {"logType":"ExecutionSummary","requestId":"%s","graphQLAPIId":"api1","duration":5,
                         "startTime":"2026-11-20T07:59:58.100Z","endTime":"2026-11-20T07:59:59.600Z","version":1}\
                        """
                                .formatted(REQUEST),
                        """
                        {"logType":"RequestMapping","requestId":"%s","graphQLAPIId":"api1","path":["pay"],"fieldInError":true,
                         "resolverArn":"arn:aws:appsync:eu-west-1:111122223333:apis/api1/types/Mutation/resolvers/pay",
                         "context":{"arguments":{"amount":5},"identity":{"username":"ada","sub":"sub-1"},
                          "request":{"headers":{"x-forwarded-for":"192.0.2.66, 198.51.100.7, 203.0.113.9","user-agent":"shop/1","authorization":"secret"}}},
                         "transformedTemplate":"{}"}\
                        """
                                .formatted(REQUEST));

        assertThat(events.get(0).time()).isEqualTo(Instant.parse("2026-11-20T07:59:59.600Z"));
        AppEvent mapping = events.get(1);
        assertThat(mapping.type()).isEqualTo("appsync.request_mapping");
        assertThat(mapping.user()).isEqualTo("ada");
        assertThat(mapping.sourceAddress())
                .as("what CloudFront saw, not what the client claims")
                .isEqualTo("198.51.100.7");
        assertThat(mapping.userAgent()).isEqualTo("shop/1");
        assertThat(mapping.outcome()).isEqualTo("failure");
        assertThat(mapping.attributes())
                .containsEntry("arguments", "{\"amount\":5}")
                .containsEntry("path", "[\"pay\"]");
        assertThat(mapping.attributes().toString()).doesNotContain("secret");
    }

    @Test
    void linesOfTextSayWhatHappened() {
        List<AppEvent> events =
                log(
                        REQUEST + " Begin Request",
                        REQUEST + " GraphQL Query: query { a: b }, Operation: null, Variables: {}",
                        REQUEST
                                + " Request Headers: {x-forwarded-for=[198.51.100.7, 203.0.113.9],"
                                + " authorization=[secret], user-agent=[shop/1 (x, y)]}",
                        REQUEST + " Response Headers: {Content-Type=[application/json]}",
                        REQUEST + " Tokens Consumed: 1",
                        REQUEST + " Begin Execution - Type Name: Query and Field Name: a",
                        REQUEST + " End Request",
                        "something of a later version");

        assertThat(events)
                .extracting(AppEvent::type)
                .containsExactly(
                        "appsync.begin_request",
                        "appsync.graphql_query",
                        "appsync.request_headers",
                        "appsync.response_headers",
                        "appsync.tokens_consumed",
                        "appsync.begin_execution",
                        "appsync.end_request",
                        "appsync.something_of_a_later_version");
        assertThat(events.get(0).attributes())
                .containsEntry("requestId", REQUEST)
                .containsEntry("graphQLAPIId", "api1")
                .doesNotContainKey("value");
        assertThat(events.get(1).attributes())
                .containsEntry("value", "query { a: b }, Operation: null, Variables: {}");
        AppEvent headers = events.get(2);
        assertThat(headers.sourceAddress()).isEqualTo("198.51.100.7");
        assertThat(headers.userAgent()).isEqualTo("shop/1 (x, y)");
        assertThat(headers.attributes().toString()).doesNotContain("secret");
        assertThat(events.get(4).attributes()).containsEntry("value", "1");
        assertThat(events.get(0).time()).isEqualTo(Instant.parse("2026-11-20T08:00:00.123Z"));
    }

    @Test
    void aLineWithoutItsLogGroupIsKnownByItsWords() {
        Unwrapped pieces =
                Unwrapped.of(REQUEST + " Begin Request\n" + REQUEST + " begins to rain\n");

        assertThat(pieces.payloads()).containsExactly(REQUEST + " Begin Request");
        assertThat(pieces.rejectedTexts()).containsExactly(REQUEST + " begins to rain");
        assertThat(AppEventReading.decoded(pieces.events.get(0)).time())
                .isEqualTo(Unwrapped.ARRIVAL);
    }

    /** The events of messages out of the log group of an API. */
    private static List<AppEvent> log(String... messages) {
        List<String> logEvents = new ArrayList<>();
        for (String message : messages) {
            logEvents.add(
                    "{\"id\":\"%d\",\"timestamp\":1795161600123,\"message\":\"%s\"}"
                            .formatted(
                                    logEvents.size(),
                                    message.replace("\\", "\\\\")
                                            .replace("\"", "\\\"")
                                            .replace("\n", "\\n")));
        }
        return AppEventReading.events(
                Stream.of(
                                "{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"111122223333\"",
                                "\"logGroup\":\"/aws/appsync/apis/api1\",\"logStream\":\"s\"",
                                "\"logEvents\":[" + String.join(",", logEvents) + "]}")
                        .collect(Collectors.joining(",")));
    }
}
