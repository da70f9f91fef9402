package io.trailwatch.connector.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.kinesis.KinesisEnumeratorState.Status;
import io.trailwatch.connector.kinesis.KinesisEnumeratorState.TrackedShard;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StateSerializersTest {
    private static final Instant TIME = Instant.parse("2026-11-21T10:15:30.123456789Z");

    private final KinesisShardSplitSerializer splits = new KinesisShardSplitSerializer();
    private final KinesisEnumeratorStateSerializer states = new KinesisEnumeratorStateSerializer();

    static List<StartingPosition> positions() {
        return List.of(
                StartingPosition.fromStart(),
                StartingPosition.fromTimestamp(TIME),
                StartingPosition.continueFromSequenceNumber(
                        "49590338271490256608559692538361571095921575989136588898"));
    }

    @ParameterizedTest
    @MethodSource("positions")
    void aSplitComesBackAsItWas(StartingPosition position) throws IOException {
        KinesisShardSplit split =
                new KinesisShardSplit(
                        Splits.ARN,
                        "shardId-000000000007",
                        position,
                        Set.of("shardId-000000000003", "shardId-000000000004"),
                        BigInteger.TWO.pow(127),
                        Splits.LAST_HASH_KEY,
                        true);

        assertThat(splits.deserialize(1, splits.serialize(split))).isEqualTo(split);
    }

    @Test
    void anEnumeratorStateComesBackAsItWas() throws IOException {
        KinesisEnumeratorState state =
                new KinesisEnumeratorState(
                        StartingPosition.fromTimestamp(TIME),
                        List.of(
                                new TrackedShard(Splits.split("a"), Status.FINISHED),
                                new TrackedShard(Splits.split("b"), Status.ASSIGNED),
                                new TrackedShard(Splits.split("c", "a", "b"), Status.UNASSIGNED)));

        assertThat(states.deserialize(1, states.serialize(state))).isEqualTo(state);
    }

    @Test
    void theBytesOfSplitVersionOneStayReadable() throws IOException {
        String frozen =
                "003361726e3a6177733a6b696e657369733a65752d776573742d313a3132333435363738"
                        + "393031323a73747265616d2f747261696c00027337020004343935390000000200027333"
                        + "0002733400023130000332353501";
        KinesisShardSplit split =
                new KinesisShardSplit(
                        "arn:aws:kinesis:eu-west-1:123456789012:stream/trail",
                        "s7",
                        StartingPosition.continueFromSequenceNumber("4959"),
                        Set.of("s3", "s4"),
                        BigInteger.valueOf(10),
                        BigInteger.valueOf(255),
                        true);

        assertThat(splits.deserialize(1, HexFormat.of().parseHex(frozen))).isEqualTo(split);
        assertThat(HexFormat.of().formatHex(splits.serialize(split))).isEqualTo(frozen);
    }

    @Test
    void theBytesOfEnumeratorVersionOneStayReadable() throws IOException {
        String frozen =
                "010000000000000001000000020000000202003361726e3a6177733a6b696e657369733a"
                        + "65752d776573742d313a3132333435363738393031323a73747265616d2f747261696c00"
                        + "027331000000000000013000273334303238323336363932303933383436333436333337"
                        + "343630373433313736383231313435350001003361726e3a6177733a6b696e657369733a"
                        + "65752d776573742d313a3132333435363738393031323a73747265616d2f747261696c00"
                        + "027332000000000100027331000130002733343032383233363639323039333834363334"
                        + "363333373436303734333137363832313134353500";
        KinesisEnumeratorState state =
                new KinesisEnumeratorState(
                        StartingPosition.fromTimestamp(Instant.ofEpochSecond(1, 2)),
                        List.of(
                                new TrackedShard(Splits.split("s1"), Status.FINISHED),
                                new TrackedShard(Splits.split("s2", "s1"), Status.ASSIGNED)));

        assertThat(states.deserialize(1, HexFormat.of().parseHex(frozen))).isEqualTo(state);
        assertThat(HexFormat.of().formatHex(states.serialize(state))).isEqualTo(frozen);
    }

    @Test
    void aLaterVersionIsRefusedByName() {
        assertThatThrownBy(() -> splits.deserialize(2, new byte[0]))
                .hasMessage("shard split has state version 2, readable is 1");
        assertThatThrownBy(() -> states.deserialize(2, new byte[0]))
                .hasMessage("shard enumerator has state version 2, readable is 1");
    }
}
