package io.trailwatch.connector.kinesis.reader;

import static io.trailwatch.connector.kinesis.reader.Answers.record;
import static io.trailwatch.connector.kinesis.reader.Answers.records;
import static io.trailwatch.connector.kinesis.reader.ManualClock.START;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.kinesis.client.KinesisSourceException;
import io.trailwatch.connector.kinesis.config.LossPolicy;
import io.trailwatch.connector.kinesis.enumerator.StreamFacts;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit.Loss;
import io.trailwatch.connector.kinesis.split.LostRange;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import io.trailwatch.connector.kinesis.split.Splits;
import io.trailwatch.event.RawRecord;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Losses that the split came with, and those found while reading. */
class LossTest {
    private static final ShardPosition OLD =
            ShardPosition.after("42", START.minus(Duration.ofHours(30)));
    private static final LostRange TRIMMED =
            new LostRange(LostRange.Reason.POSITION_TRIMMED, OLD, START.minus(Rig.RETENTION));
    private static final LostRange GONE = new LostRange(LostRange.Reason.SHARD_GONE, OLD, null);

    @Test
    void tellsATrimmedPositionAndReadsOn() {
        Rig rig = Rig.polling().policy(LossPolicy.CONTINUE).build();
        rig.add(split(TRIMMED, false)).run();

        RawRecord notice = rig.emitted.get(0);
        assertThat(notice.lossNotice()).isTrue();
        assertThat(notice.source()).isEqualTo(Splits.ARN);
        assertThat(notice.shard()).isEqualTo("a");
        assertThat(notice.sequence()).isEqualTo("42");
        assertThat(notice.arrivalTime()).isEqualTo(START);
        assertThat(new String(notice.payload(), UTF_8))
                .isEqualTo(TRIMMED.describe(Splits.ARN, "a"));
        assertThat(rig.metrics.count("lostRanges")).isEqualTo(1);
        assertThat(rig.state("a").loss()).isNull();
        assertThat(rig.position("a").readUpTo()).isEqualTo(TRIMMED.until());

        ScriptedApi.IteratorCall call = rig.api.iteratorCall();
        assertThat(call.position().sequenceNumber()).isEqualTo("42");
        call.give();
        // Time goes on, the place read is older than the retention still: the same loss.
        rig.runAfter(Duration.ofMinutes(5));
        rig.api.recordsCall().answer().complete(records(1L, "n", record("50")));
        rig.run();
        assertThat(rig.payloads()).hasSize(2).endsWith("p50");
        assertThat(rig.metrics.count("lostRanges")).isEqualTo(1);
    }

    @Test
    void doesNotLetTheNoticeDriveTheWatermark() {
        Rig rig = Rig.polling().policy(LossPolicy.CONTINUE).build();
        rig.add(split(TRIMMED, false)).run();
        assertThat(rig.timestamps)
                .containsExactly(START.minus(Duration.ofHours(30)).toEpochMilli());
    }

    @Test
    void tellsAShardThatIsGoneAndFinishesIt() {
        Rig rig = Rig.polling().policy(LossPolicy.CONTINUE).build();
        rig.add(split(GONE, false)).run();
        assertThat(rig.emitted).singleElement().matches(RawRecord::lossNotice);
        assertThat(rig.isFinished("a")).isTrue();
        assertThat(rig.state("a").loss()).isNull();
        assertThat(rig.api.iteratorCalls).isEmpty();
    }

    @Test
    void whenItIsToFailItTellsAndReadsNoFurther() {
        for (LostRange range : new LostRange[] {TRIMMED, GONE}) {
            Rig rig = Rig.polling().policy(LossPolicy.FAIL).build();
            rig.add(split(range, false)).add("other").run();

            assertThat(rig.emitted).singleElement().matches(RawRecord::lossNotice);
            assertThat(rig.state("a").loss()).isEqualTo(new Loss(range, true));
            assertThat(rig.position("a")).isEqualTo(OLD);
            assertThat(rig.isFinished("a")).isFalse();
            assertThat(rig.api.iteratorCall().shardId()).isEqualTo("other");
        }
    }

    @Test
    void withoutACheckpointItFailsAfterFiveMinutes() {
        Rig rig = Rig.polling().policy(LossPolicy.FAIL).build();
        rig.add(split(TRIMMED, false)).run();
        assertThat(rig.due()).isEqualTo(Duration.ofMinutes(5));
        rig.runAfter(Duration.ofMinutes(5).minusNanos(1));
        rig.clock.advance(Duration.ofNanos(1));
        assertThatThrownBy(rig::run)
                .isInstanceOf(KinesisSourceException.class)
                .hasMessageContainingAll(
                        TRIMMED.describe(Splits.ARN, "a"), "source.loss-policy", "CONTINUE");
    }

    @Test
    void goesOnWithoutTellingTwiceWhenThePolicyWasChangedToContinue() {
        Rig rig = Rig.polling().policy(LossPolicy.CONTINUE).build();
        rig.add(split(TRIMMED, true)).run();
        assertThat(rig.state("a").loss()).isNull();
        rig.api.iteratorCall().give();
        rig.run();
        rig.api.recordsCall().answer().complete(records(record("50")));
        rig.run();
        assertThat(rig.payloads()).containsExactly("p50");
        assertThat(rig.metrics.count("lostRanges")).isZero();
    }

    @Test
    void findsAShardGoneWhenItAsksForAnIterator() {
        Rig rig = Rig.polling().policy(LossPolicy.CONTINUE).build().add("a", OLD_ENOUGH);
        rig.run();
        rig.api.iteratorCall().fail(Answers.gone());
        rig.run();
        assertThat(rig.emitted).singleElement().matches(RawRecord::lossNotice);
        assertThat(rig.emitted.get(0).sequence()).isEqualTo("7");
        assertThat(rig.isFinished("a")).isTrue();
    }

    @Test
    void findsAShardGoneBehindTheRecordsItStillHad() {
        Rig rig = Rig.polling().policy(LossPolicy.FAIL).build().add("a").giveIterator();
        rig.api.recordsCall().answer().complete(records(1L, "n", record("8")));
        rig.runAfter(Rig.INTERVAL);
        rig.api.recordsCall().fail(Answers.gone());
        rig.run();
        assertThat(rig.payloads()).hasSize(2).startsWith("p8");
        assertThat(rig.emitted.get(1).lossNotice()).isTrue();
        assertThat(rig.emitted.get(1).sequence()).isEqualTo("8");
        assertThat(rig.state("a").loss())
                .isEqualTo(
                        new Loss(
                                new LostRange(
                                        LostRange.Reason.SHARD_GONE,
                                        ShardPosition.after("8", START),
                                        null),
                                true));
    }

    @Test
    void toldOfAShardNeverReadItHasNoSequenceNumber() {
        Rig rig = Rig.polling().policy(LossPolicy.CONTINUE).build().add("a");
        rig.run();
        rig.api.iteratorCall().fail(Answers.gone());
        rig.run();
        assertThat(rig.emitted.get(0).sequence()).isEmpty();
    }

    @Test
    void findsThatTheRetentionHasOvertakenASlowReaderOncePerOvertaking() {
        Rig rig = Rig.polling().policy(LossPolicy.CONTINUE).build();
        Instant almostTooOld = START.minus(Rig.RETENTION).plusSeconds(10);
        rig.add("a", ShardPosition.after("7", almostTooOld)).giveIterator();
        assertThat(rig.emitted).isEmpty();
        rig.api
                .recordsCall()
                .answer()
                .complete(records(1L, "n", record("8", almostTooOld, new byte[1])));
        ShardBatch held = rig.step().batch();
        rig.clock.advance(Duration.ofSeconds(60));
        rig.run();

        assertThat(rig.emitted).singleElement().matches(RawRecord::lossNotice);
        assertThat(new String(rig.emitted.get(0).payload(), UTF_8))
                .contains("sequence 8", START.plusSeconds(60).minus(Rig.RETENTION).toString());
        rig.emit(held);
        // Still among the oldest.
        rig.runAfter(Rig.INTERVAL);
        rig.api
                .recordsCall()
                .answer()
                .complete(records(1L, "n", record("9", almostTooOld, new byte[1])));
        rig.run();
        rig.runAfter(Rig.INTERVAL);
        assertThat(rig.metrics.count("lostRanges")).isEqualTo(1);

        // Caught up, and overtaken a second time.
        rig.api.recordsCall().answer().complete(records(1L, "n", record("10")));
        rig.run();
        rig.runAfter(Rig.INTERVAL);
        ScriptedApi.RecordsCall slow = rig.api.recordsCall();
        rig.clock.advance(Rig.RETENTION.plusSeconds(1));
        slow.answer().complete(records(1L, "n", record("11")));
        rig.run();
        assertThat(rig.metrics.count("lostRanges")).isEqualTo(2);
    }

    @Test
    void readingTheOldestRecordsFromTheStartIsNoLossUnlessItFallsBackFar() {
        Rig rig = Rig.polling().build().add("a").giveIterator();
        Instant oldest = START.minus(Rig.RETENTION);
        rig.api.recordsCall().answer().complete(records(1L, "n", record("1", oldest, new byte[1])));
        rig.runAfter(Duration.ofMinutes(10));
        assertThat(rig.emitted).singleElement().matches(record -> !record.lossNotice());
        rig.api.recordsCall().answer().complete(records(1L, "n", record("2", oldest, new byte[1])));
        rig.runAfter(Rig.INTERVAL);
        assertThat(rig.emitted).hasSize(3);
        assertThat(rig.emitted.get(2).lossNotice()).isTrue();
    }

    @Test
    void aPositionReadBeforeIsLostAsSoonAsItIsTooOld() {
        Rig rig = Rig.polling().build();
        rig.add("a", ShardPosition.after("7", START.minus(Rig.RETENTION))).giveIterator();
        rig.api.recordsCall().fail(Answers.expired());
        rig.clock.advance(Duration.ofMillis(1));
        rig.run();
        assertThat(rig.emitted).singleElement().matches(RawRecord::lossNotice);
    }

    @Test
    void aLossFoundLiveFailsTheJobByTheSameRule() {
        Rig rig = Rig.polling().policy(LossPolicy.FAIL).build();
        rig.add("a", OLD).run();
        assertThat(rig.emitted).singleElement().matches(RawRecord::lossNotice);
        assertThat(rig.api.iteratorCalls).isEmpty();
        assertThat(rig.state("a").loss().reported()).isTrue();
        assertThat(rig.due()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void losesNothingWithARetentionThatIsLongEnoughOrUnknown() {
        Rig rig = Rig.polling().build();
        rig.facts.put(Splits.ARN, new StreamFacts(Splits.ARN, Duration.ofDays(7), null));
        rig.add("a", OLD).run();
        assertThat(rig.emitted).isEmpty();
        rig.api.iteratorCall().give();
        rig.facts.clear();
        rig.runAfter(Duration.ofDays(30));
        assertThat(rig.emitted).isEmpty();
        assertThat(rig.api.recordsCalls).hasSize(1);
    }

    @Test
    void aFanOutReaderFindsItsPositionTrimmedBeforeItSubscribes() {
        Rig rig = Rig.fanOut().policy(LossPolicy.CONTINUE).build();
        rig.add("a", OLD).run();
        assertThat(rig.emitted).singleElement().matches(RawRecord::lossNotice);
        rig.run();
        assertThat(rig.subscription().position.sequenceNumber()).isEqualTo("42");
    }

    private static final ShardPosition OLD_ENOUGH = ShardPosition.after("7", START);

    private static KinesisShardSplit split(LostRange range, boolean reported) {
        return Splits.split("a").at(OLD).with(new Loss(range, reported));
    }
}
