package io.trailwatch.core.decode;

import static io.trailwatch.core.unwrap.Unwrapped.ARRIVAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.event.LogEvent;
import io.trailwatch.event.LogKind;
import io.trailwatch.event.Origin;
import io.trailwatch.event.Provenance;
import io.trailwatch.quarantine.RejectReason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowDecoderTest {
    private static final String TRANSIT =
            "6 TransitGateway 111122223333 tgw-1 tgw-attach-1 111122223333 444455556666 vpc-1 vpc-2"
                    + " subnet-1 subnet-2 eni-1 eni-2 euw1-az1 euw1-az2 tgw-attach-2 10.0.1.9"
                    + " 10.1.2.8 40512 443 6 20 4249 1795420980 1795421038 OK IPv4 1 2 3 4 2"
                    + " eu-west-1 ingress - -";

    private final FlowDecoder decoder = new FlowDecoder();

    @Test
    void readsADefaultRecordOfATransitGateway() throws RejectedException {
        FlowRecord record = read(FlowFormat.DEFAULT_TRANSIT_GATEWAY.names(), TRANSIT);

        assertThat(record.start()).isEqualTo(Instant.ofEpochSecond(1_795_420_980));
        assertThat(record.end()).isEqualTo(Instant.ofEpochSecond(1_795_421_038));
        assertThat(record.version()).isEqualTo(6);
        assertThat(record.accountId()).isEqualTo("111122223333");
        assertThat(record.interfaceId()).isNull();
        assertThat(record.srcAddr()).isEqualTo("10.0.1.9");
        assertThat(record.dstAddr()).isEqualTo("10.1.2.8");
        assertThat(record.srcPort()).isEqualTo(40_512);
        assertThat(record.dstPort()).isEqualTo(443);
        assertThat(record.packets()).isEqualTo(20);
        assertThat(record.bytes()).isEqualTo(4_249);
        assertThat(record.action()).isNull();
        assertThat(record.logStatus()).isEqualTo("OK");
        assertThat(record.tcpFlags()).isEqualTo(2);
        assertThat(record.fields())
                .containsEntry("tgw-attachment-id", "tgw-attach-1")
                .containsEntry("tgw-pair-attachment-id", "tgw-attach-2")
                .containsEntry("packets-lost-no-route", "1")
                .containsEntry("packets-lost-ttl-expired", "4")
                .containsEntry("flow-direction", "ingress")
                .doesNotContainKey("pkt-src-aws-service");
    }

    @ParameterizedTest
    @CsvSource({
        "start, 253402300800",
        "start, soon",
        "start, -5",
        "start, +1795420980",
        "start, 1795420980.5",
        "start, ١٧٩٥٤٢٠٩٨٠",
        "end, soon",
    })
    void rejectsARecordWhoseTimeIsWrongByFieldAndValue(String field, String value) {
        assertThatThrownBy(() -> read(field + " action", value + " ACCEPT"))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        rejected -> {
                            assertThat(rejected.reason()).isEqualTo(RejectReason.INVALID_FIELD);
                            assertThat(rejected.detail())
                                    .isEqualTo(
                                            "%s is '%s', must be a whole number from 0 to"
                                                            .formatted(field, value)
                                                    + " 253402300799");
                        });
    }

    @ParameterizedTest
    @CsvSource({
        "version, two",
        "srcport, 65536",
        "dstport, -1",
        "protocol, 256",
        "bytes, 9223372036854775808",
        "packets, +1",
        "end, soon",
        "tcp-flags, SYN",
        "srcaddr, 10.0.0.256",
        "dstaddr, example.com",
        "pkt-srcaddr, 10.0.0.1.2",
        "pkt-dstaddr, fe80::1::2",
        "action, MAYBE",
        "traffic-path, x",
        "encryption-status, none",
        "packets-lost-blackhole, many",
    })
    void keepsARecordWhoseOtherFieldsAreWrongWithoutThem(String field, String value)
            throws RejectedException {
        String line = value + " OK 1795420980";
        FlowRecord record = read(field + " log-status start", line);

        assertThat(record.fields()).isEqualTo(Map.of("log-status", "OK", "start", "1795420980"));
        assertThat(record.start()).isEqualTo(Instant.ofEpochSecond(1_795_420_980));
        assertThat(record.end()).isNull();
        assertThat(record.version()).isNull();
        assertThat(record.srcAddr()).isNull();
        assertThat(record.dstAddr()).isNull();
        assertThat(record.srcPort()).isNull();
        assertThat(record.dstPort()).isNull();
        assertThat(record.protocol()).isNull();
        assertThat(record.bytes()).isNull();
        assertThat(record.packets()).isNull();
        assertThat(record.tcpFlags()).isNull();
        assertThat(record.action()).isNull();
        assertThat(record.line()).isEqualTo(line);
    }

    @Test
    void takesTheLargestNumbersThatAreAllowed() throws RejectedException {
        FlowRecord record =
                read(
                        "srcport dstport protocol tcp-flags packets bytes start",
                        "65535 0 255 65535 9223372036854775807 0 253402300799");

        assertThat(record.srcPort()).isEqualTo(65_535);
        assertThat(record.dstPort()).isZero();
        assertThat(record.protocol()).isEqualTo(255);
        assertThat(record.tcpFlags()).isEqualTo(65_535);
        assertThat(record.packets()).isEqualTo(Long.MAX_VALUE);
        assertThat(record.bytes()).isZero();
        assertThat(record.start()).isEqualTo(Instant.parse("9999-12-31T23:59:59Z"));
    }

    @ParameterizedTest
    @CsvSource({
        "team=payments, team=payments",
        "team%3Dpayments, team=payments",
        "B%C3%BCro%20%31, Büro 1",
        "100%, 100%",
        "%4, %4",
        "%zz, %zz",
        "%41%, %41%",
        "%C3, %C3",
        "a+b, a+b",
    })
    void readsTagsWithoutTheirPercentEncoding(String written, String read)
            throws RejectedException {
        for (String tag :
                List.of(
                        "instance-tag",
                        "instance-tag-2",
                        "interface-tag",
                        "interface-tag-2",
                        "asg-tag",
                        "asg-tag-2")) {
            assertThat(read(tag + " start", written + " 1").fields()).containsEntry(tag, read);
        }
        assertThat(read("ecs-task-arn start", "a%3Db 1").fields())
                .containsEntry("ecs-task-arn", "a%3Db");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NODATA", "SKIPDATA"})
    void takesTheTimeOfARecordWithoutDataFromItsStart(String status) throws RejectedException {
        FlowRecord record =
                read(
                        FlowFormat.DEFAULT.names(),
                        "2 111122223333 eni-1 - - - - - - - 1795420980 1795421038 - " + status);

        assertThat(record.time()).isEqualTo(Instant.ofEpochSecond(1_795_420_980));
        assertThat(record.sourceAddress()).isNull();
        assertThat(record.destinationAddress()).isNull();
        assertThat(record.skipData()).isEqualTo(status.equals("SKIPDATA"));
    }

    @Test
    void takesTheOwnerOfTheLogGroupWhereNoAccountIsNamed() throws RejectedException {
        Provenance owned = new Provenance("444455556666", "", "/vpc/flow/a", "eni-1-all", 0);

        assertThat(read("account-id start", "- 1", owned).accountId()).isEqualTo("444455556666");
        assertThat(read("start", "1", owned).accountId()).isEqualTo("444455556666");
        assertThat(read("account-id start", "111122223333 1", owned).accountId())
                .isEqualTo("111122223333");
        assertThat(read("account-id start", "unknown 1", owned).accountId()).isEqualTo("unknown");
        assertThat(read("account-id start", "- 1").accountId()).isNull();
    }

    @Test
    void takesTheTimeOfCloudWatchLogsWhereTheRecordHasNone() throws RejectedException {
        Provenance timed = new Provenance("", "", "/vpc/flow/a", "eni-1-all", 1_795_420_980_250L);
        Provenance never = new Provenance("", "", "/vpc/flow/a", "eni-1-all", Long.MAX_VALUE);

        assertThat(read("srcaddr", "10.0.0.1", timed).time())
                .isEqualTo(Instant.ofEpochMilli(1_795_420_980_250L));
        assertThat(read("srcaddr end", "10.0.0.1 7", timed).time())
                .isEqualTo(Instant.ofEpochSecond(7));
        assertThat(read("srcaddr", "10.0.0.1", never).time()).isEqualTo(ARRIVAL);
    }

    @Test
    void readsARecordOfNothingButDashes() throws RejectedException {
        FlowRecord record = read(FlowFormat.DEFAULT.names(), "- ".repeat(14).strip());

        assertThat(record.fields()).isEmpty();
        assertThat(record.time()).isEqualTo(ARRIVAL);
    }

    @Test
    void namesBothCountsOfColumns() {
        assertThatThrownBy(() -> read("srcaddr dstaddr start", "10.0.0.1 10.0.0.2"))
                .hasMessage("flow record has 2 columns, its format names 3: srcaddr dstaddr start");
    }

    @Test
    void agreesOnTheHourThatUnwrappingReadsAtAGlance() throws RejectedException {
        for (String start : List.of("1795420980", "0", "3599", "253402300799")) {
            byte[] line = ("- " + start).getBytes(StandardCharsets.UTF_8);
            assertThat(FlowFormat.parse("srcaddr start").startHour(line, 0, line.length))
                    .isEqualTo(read("srcaddr start", "- " + start).time().getEpochSecond() / 3_600);
        }
    }

    private FlowRecord read(String format, String line) throws RejectedException {
        return read(format, line, Provenance.NONE);
    }

    private FlowRecord read(String format, String line, Provenance provenance)
            throws RejectedException {
        return decoder.decode(
                new LogEvent(
                        LogKind.VPC_FLOW,
                        "key",
                        0,
                        format,
                        new Origin("arn:stream", "shard-0", "49", 0, 0, ARRIVAL),
                        provenance,
                        false,
                        line.getBytes(StandardCharsets.UTF_8)));
    }
}
