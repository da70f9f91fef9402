package io.trailwatch.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.trailwatch.core.unwrap.Unwrapped;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DynamoDbTest {
    private static final String STREAM =
            """
            {"awsRegion":"eu-west-1","eventID":"%s","eventName":"%s","userIdentity":null,"recordFormat":"application/json",
             "tableName":"members","eventSource":"aws:dynamodb","dynamodb":{"ApproximateCreationDateTime":1795161600123,
             "ApproximateCreationDateTimePrecision":"MILLISECOND","Keys":{"id":{"S":"m-1"}},%s"SizeBytes":64}}
            """;

    @Test
    void aChangeTellsKeysImagesAndWhichFieldsDiffer() {
        AppEvent change =
                AppEventReading.only(
                        STREAM.formatted(
                                "e-1",
                                "MODIFY",
                                """
                                "OldImage":{"id":{"S":"m-1"},"role":{"S":"user"},"logins":{"N":"7"},"gone":{"NULL":true}},
                                "NewImage":{"id":{"S":"m-1"},"role":{"S":"admin"},"logins":{"N":"7"},"tags":{"SS":["a"]}},
                                """));

        assertThat(change.schemaName()).isEqualTo("aws.dynamodb.stream");
        assertThat(change.eventId()).isEqualTo("e-1");
        assertThat(change.type()).isEqualTo("dynamodb.modify");
        assertThat(change.time()).isEqualTo(Instant.parse("2026-11-20T08:00:00.123Z"));
        assertThat(change.user()).isNull();
        assertThat(change.attributes())
                .containsEntry("table", "members")
                .containsEntry("keys", "{\"id\":\"m-1\"}")
                .containsEntry(
                        "old_image",
                        "{\"id\":\"m-1\",\"role\":\"user\",\"logins\":7,\"gone\":null}")
                .containsEntry(
                        "new_image",
                        "{\"id\":\"m-1\",\"role\":\"admin\",\"logins\":7,\"tags\":[\"a\"]}")
                .containsEntry("changed_fields", "[\"gone\",\"role\",\"tags\"]")
                .containsEntry("aws_region", "eu-west-1");
    }

    @Test
    void theLambdaFormNamesTableAndAccountInItsArn() {
        AppEvent expired =
                AppEventReading.only(
                        """
                        {"Records":[{"eventID":"77aa","eventName":"REMOVE","eventVersion":"1.1","eventSource":"aws:dynamodb",
                        "awsRegion":"eu-west-1","userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"},
                        "dynamodb":{"ApproximateCreationDateTime":1795161600,"Keys":{"id":{"S":"s-1"}},"SequenceNumber":"100000000003",
                        "SizeBytes":26,"StreamViewType":"KEYS_ONLY"},
                        "eventSourceARN":"arn:aws:dynamodb:eu-west-1:111122223333:table/sessions/stream/2026-01-01T00:00:00.000"}]}
                        """);

        assertThat(expired.type()).isEqualTo("dynamodb.remove");
        assertThat(expired.user()).isEqualTo("dynamodb.amazonaws.com");
        assertThat(expired.time()).isEqualTo(Instant.parse("2026-11-20T08:00:00Z"));
        assertThat(expired.attributes())
                .containsEntry("table", "sessions")
                .containsEntry("aws_account", "111122223333")
                .containsEntry("SequenceNumber", "100000000003")
                .doesNotContainKeys("changed_fields", "new_image");
    }

    @Test
    void everyTypeBecomesPlainJsonAndWhatIsNoneStays() {
        AppEvent change =
                AppEventReading.only(
                        STREAM.formatted(
                                "e-2",
                                "INSERT",
                                """
                                "NewImage":{"s":{"S":""},"n":{"N":"-0.5"},"big":{"N":"12345678901234567890123456789012345678"},
                                "far":{"N":"1E+125"},"b":{"B":"AQI="},"t":{"BOOL":false},"m":{"M":{"x":{"L":[{"N":"1"},{"S":"y"}]}}},
                                "ns":{"NS":["1","2.5"]},"bs":{"BS":["AQI="]},
                                "noNumber":{"N":"seven"},"octal":{"N":"007"},"noType":{"Q":1},"two":{"S":"a","N":"1"},
                                "noText":{"S":5},"plain":"text","noSet":{"NS":["1","x"]},"huge":{"N":"1E999"}},
                                """));

        assertThat(change.attributes())
                .containsEntry(
                        "new_image",
                        "{\"s\":\"\",\"n\":-0.5,\"big\":12345678901234567890123456789012345678,"
                                + "\"far\":1E+125,\"b\":\"AQI=\",\"t\":false,"
                                + "\"m\":{\"x\":[1,\"y\"]},\"ns\":[1,2.5],\"bs\":[\"AQI=\"],"
                                + "\"noNumber\":{\"N\":\"seven\"},\"octal\":{\"N\":\"007\"},"
                                + "\"noType\":{\"Q\":1},\"two\":{\"S\":\"a\",\"N\":\"1\"},"
                                + "\"noText\":{\"S\":5},\"plain\":\"text\","
                                + "\"noSet\":{\"NS\":[\"1\",\"x\"]},\"huge\":{\"N\":\"1E999\"}}")
                .doesNotContainKey("changed_fields");
    }

    @ParameterizedTest
    @CsvSource({
        "1795161600, 2026-11-20T08:00:00Z",
        "1795161600.25, 2026-11-20T08:00:00.250Z",
        "1.795161600E9, 2026-11-20T08:00:00Z",
        "1795161600123, 2026-11-20T08:00:00.123Z",
        "1795161600123456, 2026-11-20T08:00:00.123456Z"
    })
    void theSizeOfATimeTellsItsUnit(String written, Instant time) {
        assertThat(
                        AppEventReading.only(
                                        STREAM.formatted("e-3", "INSERT", "")
                                                .replace("1795161600123", written))
                                .time())
                .isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource({"1e400", "-5", "99999999999999999999", "{}", "\"\"", "\"soon\""})
    void aTimeThatIsNoneIsRejectedByName(String written) {
        assertThat(
                        AppEventReading.rejection(
                                STREAM.formatted("e-3", "INSERT", "")
                                        .replace("1795161600123", written)))
                .contains("ApproximateCreationDateTime");
    }

    @Test
    void aChangeThatTellsNoTimeHasThatOfItsArrival() {
        assertThat(
                        AppEventReading.only(
                                        STREAM.formatted("e-3", "INSERT", "")
                                                .replace("1795161600123", "null"))
                                .time())
                .isEqualTo(Unwrapped.ARRIVAL);
    }

    @Test
    void aRedeliveryHasTheKeyOfTheFirst() {
        String one = STREAM.formatted("e-1", "INSERT", "");
        String again = one.replace("\"SizeBytes\":64", "\"SizeBytes\":64 ");

        assertThat(AppEventReading.keys(one + again)).containsOnly("ddb/members/e-1");
        assertThat(AppEventReading.keys(STREAM.formatted("e-2", "INSERT", "")))
                .containsExactly("ddb/members/e-2");
    }
}
