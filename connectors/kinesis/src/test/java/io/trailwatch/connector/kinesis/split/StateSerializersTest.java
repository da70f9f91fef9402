package io.trailwatch.connector.kinesis.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState.Status;
import io.trailwatch.connector.kinesis.split.KinesisEnumeratorState.TrackedShard;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit.Loss;
import io.trailwatch.connector.kinesis.split.LostRange.Reason;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StateSerializersTest {
    private static final Instant TIME = Instant.parse("2026-11-21T10:15:30.123456789Z");

    private final KinesisShardSplitSerializer splits = new KinesisShardSplitSerializer();
    private final KinesisEnumeratorStateSerializer states = new KinesisEnumeratorStateSerializer();

    static List<ShardPosition> positions() {
        return List.of(
                ShardPosition.fromStart(),
                ShardPosition.fromTimestamp(TIME),
                ShardPosition.after(
                        "49590338271490256608559692538361571095921575989136588898", TIME),
                ShardPosition.inside("4959", 17, TIME),
                ShardPosition.fromStart().readUpTo(TIME));
    }

    @ParameterizedTest
    @MethodSource("positions")
    void aSplitComesBackAsItWas(ShardPosition position) throws IOException {
        KinesisShardSplit split =
                new KinesisShardSplit(
                        Splits.ARN,
                        "shardId-000000000007",
                        position,
                        Set.of("shardId-000000000003", "shardId-000000000004"),
                        BigInteger.TWO.pow(127),
                        Splits.LAST_HASH_KEY,
                        true,
                        null);

        assertThat(splits.deserialize(2, splits.serialize(split))).isEqualTo(split);
    }

    static List<Loss> losses() {
        return List.of(
                new Loss(new LostRange(Reason.SHARD_GONE, ShardPosition.fromStart(), null), true),
                new Loss(
                        new LostRange(
                                Reason.POSITION_TRIMMED, ShardPosition.after("4959", TIME), TIME),
                        false));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void aLossComesBackAsItWas(Loss loss) throws IOException {
        KinesisShardSplit split = Splits.split("a").with(loss);

        assertThat(splits.deserialize(2, splits.serialize(split))).isEqualTo(split);
    }

    @Test
    void anEnumeratorStateComesBackAsItWas() throws IOException {
        KinesisEnumeratorState state =
                new KinesisEnumeratorState(
                        ShardPosition.fromTimestamp(TIME),
                        Map.of(Splits.ARN, TIME, Splits.ARN + "-2", TIME.plusSeconds(1)),
                        List.of(
                                new TrackedShard(Splits.split("a"), Status.FINISHED),
                                new TrackedShard(Splits.split("b"), Status.ASSIGNED),
                                new TrackedShard(Splits.split("c", "a", "b"), Status.UNASSIGNED)));

        assertThat(states.deserialize(2, states.serialize(state))).isEqualTo(state);
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
                        new ShardPosition(
                                ShardPosition.Kind.AFTER_SEQUENCE_NUMBER, "4959", 0, null, null),
                        Set.of("s3", "s4"),
                        BigInteger.valueOf(10),
                        BigInteger.valueOf(255),
                        true,
                        null);

        assertThat(splits.deserialize(1, HexFormat.of().parseHex(frozen))).isEqualTo(split);
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
                        ShardPosition.fromTimestamp(Instant.ofEpochSecond(1, 2)),
                        Map.of(),
                        List.of(
                                new TrackedShard(Splits.split("s1"), Status.FINISHED),
                                new TrackedShard(Splits.split("s2", "s1"), Status.ASSIGNED)));

        assertThat(states.deserialize(1, HexFormat.of().parseHex(frozen))).isEqualTo(state);
    }

    @Test
    void theBytesOfSplitVersionTwoStayReadable() throws IOException {
        String frozen =
                "003361726e3a6177733a6b696e657369733a65752d776573742d313a3132333435363738"
                        + "393031323a73747265616d2f747261696c00027337030004343935390000000301000000"
                        + "000000000500000006000000020002733300027334000231300003323535000101020004"
                        + "34393538010000000000000001000000020100000000000000030000000401";
        KinesisShardSplit split =
                new KinesisShardSplit(
                        "arn:aws:kinesis:eu-west-1:123456789012:stream/trail",
                        "s7",
                        ShardPosition.inside("4959", 3, Instant.ofEpochSecond(5, 6)),
                        Set.of("s3", "s4"),
                        BigInteger.valueOf(10),
                        BigInteger.valueOf(255),
                        false,
                        new Loss(
                                new LostRange(
                                        Reason.POSITION_TRIMMED,
                                        ShardPosition.after("4958", Instant.ofEpochSecond(1, 2)),
                                        Instant.ofEpochSecond(3, 4)),
                                true));

        assertThat(HexFormat.of().formatHex(splits.serialize(split))).isEqualTo(frozen);
        assertThat(splits.deserialize(2, HexFormat.of().parseHex(frozen))).isEqualTo(split);
    }

    @Test
    void theBytesOfEnumeratorVersionTwoStayReadable() throws IOException {
        String frozen =
                "010000000000000001000000020000000001003361726e3a6177733a6b696e657369733a"
                        + "65752d776573742d313a3132333435363738393031323a73747265616d2f747261696c00"
                        + "00000000000007000000080000000202003361726e3a6177733a6b696e657369733a6575"
                        + "2d776573742d313a3132333435363738393031323a73747265616d2f747261696c"
                        + "000273310000000000000001300027333430323832333636393230393338343633343633"
                        + "333734363037343331373638323131343535000001003361726e3a6177733a6b696e6573"
                        + "69733a65752d776573742d313a3132333435363738393031323a73747265616d2f747261"
                        + "696c00027332000000000001000273310001300027333430323832333636393230393338"
                        + "3436333436333337343630373433313736383231313435350000";
        KinesisEnumeratorState state =
                new KinesisEnumeratorState(
                        ShardPosition.fromTimestamp(Instant.ofEpochSecond(1, 2)),
                        Map.of(
                                "arn:aws:kinesis:eu-west-1:123456789012:stream/trail",
                                Instant.ofEpochSecond(7, 8)),
                        List.of(
                                new TrackedShard(Splits.split("s1"), Status.FINISHED),
                                new TrackedShard(Splits.split("s2", "s1"), Status.ASSIGNED)));

        assertThat(HexFormat.of().formatHex(states.serialize(state))).isEqualTo(frozen);
        assertThat(states.deserialize(2, HexFormat.of().parseHex(frozen))).isEqualTo(state);
    }

    @Test
    void aLaterVersionIsRefusedByName() {
        assertThatThrownBy(() -> splits.deserialize(3, new byte[0]))
                .hasMessage("shard split has state version 3, readable are 1 to 2");
        assertThatThrownBy(() -> states.deserialize(3, new byte[0]))
                .hasMessage("shard enumerator has state version 3, readable are 1 to 2");
    }
}
