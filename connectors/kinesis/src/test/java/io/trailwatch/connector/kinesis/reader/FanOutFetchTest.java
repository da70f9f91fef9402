package io.trailwatch.connector.kinesis.reader;

import static io.trailwatch.connector.kinesis.reader.Answers.aggregate;
import static io.trailwatch.connector.kinesis.reader.Answers.event;
import static io.trailwatch.connector.kinesis.reader.Answers.record;
import static io.trailwatch.connector.kinesis.reader.Answers.records;
import static io.trailwatch.connector.kinesis.reader.ManualClock.START;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.kinesis.client.KinesisSourceException;
import io.trailwatch.connector.kinesis.config.LossPolicy;
import io.trailwatch.connector.kinesis.reader.ScriptedApi.Pushed;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import io.trailwatch.connector.kinesis.split.Splits;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FanOutFetchTest {
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    @Test
    void subscribesByTheConsumerFromThePositionAndAsksForOneEventAtATime() {
        Rig rig = Rig.fanOut().build().add("a", ShardPosition.after("7", START));
        rig.run();
        Pushed pushed = rig.subscription();
        assertThat(pushed.consumerArn).isEqualTo(Rig.CONSUMER);
        assertThat(pushed.shardId).isEqualTo("a");
        assertThat(pushed.position).isEqualTo(ShardPosition.after("7", START));
        pushed.begin();
        rig.run();
        assertThat(pushed.requested).isEqualTo(1);

        pushed.push(event(900, "9", record("8")));
        rig.run();
        assertThat(rig.payloads()).containsExactly("p8");
        assertThat(rig.position("a")).isEqualTo(ShardPosition.after("9", START));
        assertThat(pushed.requested).isEqualTo(1);
        assertThat(rig.metrics.value("millisBehindLatest")).isEqualTo(900L);
    }

    @Test
    void movesThePositionOnlyWithWhatWasEmitted() {
        Rig rig = Rig.fanOut().build().add("a");
        rig.run();
        rig.subscription().begin();
        rig.run();
        rig.subscription().push(event("9", record("8")));
        ShardBatch held = rig.step().batch();
        rig.subscription().fail(new IOException("reset"));
        rig.run();
        rig.runAfter(FanOutFetch.LEAST_BETWEEN_SUBSCRIPTIONS);

        assertThat(rig.subscription().position.sequenceNumber()).isEqualTo("9");
        assertThat(rig.position("a")).isEqualTo(ShardPosition.fromStart());
        rig.emit(held);
        assertThat(rig.position("a").sequenceNumber()).isEqualTo("9");
    }

    @Test
    void holdsTheRequestBackUntilABatchIsConsumed() {
        Rig rig = begun(Rig.fanOut().build().add("a"));
        rig.subscription().push(event(1, "1", record("1")));
        ShardBatch first = rig.step().batch();
        assertThat(rig.step().batch()).isNull();
        rig.subscription().push(event(1, "2", record("2")));
        ShardBatch second = rig.step().batch();
        rig.step();
        assertThat(rig.subscription().requested).isZero();

        // However long that takes, it is no silence of the service.
        rig.clock.advance(Rig.TIMEOUT.multipliedBy(3));
        rig.step();
        assertThat(rig.subscription().cancelled).isFalse();
        rig.emit(first);
        rig.step();
        assertThat(rig.subscription().requested).isEqualTo(1);
        rig.emit(second);
        assertThat(rig.payloads()).containsExactly("p1", "p2");
    }

    @Test
    void holdsTheRequestBackUntilThereIsMemory() {
        Rig rig = Rig.fanOut().maxBufferedBytes(16 << 20).build().add("a").add("b");
        rig.run();
        rig.api.subscriptions.forEach(Pushed::begin);
        rig.run();
        byte[] large = new byte[10 << 20];
        Pushed a = rig.api.subscriptions.get(0);
        Pushed b = rig.api.subscriptions.get(1);
        a.push(event(1, "1", record("1", START, large)));
        b.push(event(1, "2", record("2", START, large)));
        ShardBatch first = rig.step().batch();
        ShardBatch second = rig.step().batch();
        rig.step();
        assertThat(a.requested + b.requested).isZero();
        rig.emit(first);
        rig.step();
        assertThat(a.requested + b.requested).isZero();
        rig.emit(second);
        rig.step();
        assertThat(a.requested + b.requested).isEqualTo(1);
        assertThat(rig.environment.budget().reservedBytes()).isEqualTo(10 << 20);
    }

    @Test
    void subscribesAgainBehindTheLastEventWhenTheServiceEndsItAfterFiveMinutes() {
        Rig rig = begun(Rig.fanOut().build().add("a"));
        rig.subscription().push(event("9", record("8")));
        rig.run();
        keepQuietFor(rig, FIVE_MINUTES);
        assertThat(rig.api.subscriptions).hasSize(1);
        rig.subscription().complete();
        rig.run();

        assertThat(rig.api.subscriptions).hasSize(2);
        assertThat(rig.subscription().position.kind())
                .isEqualTo(ShardPosition.Kind.AFTER_SEQUENCE_NUMBER);
        assertThat(rig.subscription().position.sequenceNumber()).isEqualTo("9");
        assertThat(rig.metrics.count("resubscriptions")).isEqualTo(1);
        assertThat(rig.metrics.count("failedReads")).isZero();
    }

    @Test
    void comesBackFromADisconnectBeforeTheFirstEvent() {
        Rig rig = Rig.fanOut().build().add("a", ShardPosition.inside("7", 2, START));
        rig.run();
        rig.subscription().fail(new IOException("reset"));
        rig.run();
        assertThat(rig.due()).isEqualTo(Rig.BACKOFF.delay(0, 0));
        rig.runAfter(rig.due());
        assertThat(rig.api.subscriptions).hasSize(2);
        assertThat(rig.subscription().position).isEqualTo(ShardPosition.inside("7", 2, START));

        rig.subscription().begin();
        rig.run();
        rig.subscription().fail(new IOException("reset"));
        rig.run();
        assertThat(rig.due()).isEqualTo(Rig.BACKOFF.delay(1, 0));
    }

    @Test
    void comesBackFromADisconnectBetweenEventsAndLeavesFiveSeconds() {
        Rig rig = begun(Rig.fanOut().build().add("a"));
        rig.clock.advance(Duration.ofSeconds(1));
        rig.subscription().push(event(1, "2", record("1"), record("2")));
        rig.run();
        Pushed old = rig.subscription();
        old.fail(new IOException("reset"));
        rig.run();
        assertThat(rig.due()).isEqualTo(Duration.ofSeconds(4));
        rig.runAfter(Duration.ofSeconds(4));
        begun(rig);
        assertThat(rig.subscription().position.sequenceNumber()).isEqualTo("2");

        // What the old connection still had on its way comes to nothing.
        old.push(event(1, "3", record("3")));
        old.fail(new IOException("once more"));
        old.complete();
        rig.run();
        assertThat(rig.api.subscriptions).hasSize(2);
        rig.subscription().push(event(1, "4", record("3"), record("4")));
        rig.run();
        assertThat(rig.payloads()).containsExactly("p1", "p2", "p3", "p4");
    }

    @Test
    void cancelsASubscriptionThatBeginsTooLate() {
        Rig rig = Rig.fanOut().build().add("a");
        rig.run();
        Pushed silent = rig.subscription();
        rig.runAfter(Rig.TIMEOUT);
        rig.runAfter(Rig.BACKOFF.cap());
        assertThat(rig.api.subscriptions).hasSize(2);
        silent.begin();
        rig.run();
        assertThat(silent.cancelled).isTrue();
        assertThat(silent.requested).isZero();
    }

    @Test
    void makesASubscriptionAnewThatHasFallenSilent() {
        Rig rig = begun(Rig.fanOut().build().add("a"));
        rig.subscription().push(event(1, "2", record("2")));
        rig.run();
        Pushed silent = rig.subscription();
        // Quiet shards are probed meanwhile; leave that unanswered.
        rig.runAfter(Rig.TIMEOUT.minusNanos(1));
        assertThat(silent.cancelled).isFalse();
        rig.runAfter(Duration.ofNanos(1));
        assertThat(silent.cancelled).isTrue();
        rig.runAfter(Rig.BACKOFF.cap());
        assertThat(rig.api.subscriptions).hasSize(2);
        assertThat(rig.subscription().position.sequenceNumber()).isEqualTo("2");
        assertThat(rig.metrics.count("resubscriptions")).isEqualTo(1);
        assertThat(rig.environment.budget().reservedBytes()).isZero();
    }

    @Test
    void backsOffWhileAnotherSubscriptionIsInUse() {
        Rig rig = Rig.fanOut().build().add("a");
        for (int failures = 0; failures < 3; failures++) {
            rig.run();
            rig.subscription().fail(Answers.inUse());
            rig.run();
            assertThat(rig.due()).isEqualTo(Rig.BACKOFF.delay(failures, 0));
            rig.clock.advance(rig.due());
        }
        rig.run();
        begun(rig);
        rig.subscription().push(event(1, "2", record("2")));
        rig.run();
        assertThat(rig.payloads()).containsExactly("p2");
    }

    @Test
    void givesUpAfterTooManyFailuresInARowAndNamesThePlace() {
        Rig rig = Rig.fanOut().build().add("a", ShardPosition.after("42", START));
        for (int failures = 0; failures < Rig.BACKOFF.maxAttempts(); failures++) {
            rig.run();
            rig.subscription().fail(Answers.throttled());
            rig.runAfter(Rig.BACKOFF.cap());
        }
        rig.subscription().fail(Answers.throttled());
        assertThatThrownBy(rig::run)
                .isInstanceOf(KinesisSourceException.class)
                .hasMessageContainingAll(
                        "shard a of stream " + Splits.ARN,
                        "sequenceNumber=42",
                        "row: 6",
                        "slow down");
        assertThat(rig.metrics.count("throttles")).isEqualTo(Rig.BACKOFF.maxAttempts() + 1L);
    }

    @Test
    void endsWithTheEventWithoutContinuation() {
        Rig rig = begun(Rig.fanOut().build().add("a"));
        rig.subscription().push(event(0, null, record("1")));
        rig.run();
        assertThat(rig.payloads()).containsExactly("p1");
        assertThat(rig.isFinished("a")).isTrue();
        assertThat(rig.subscription().cancelled).isTrue();
        rig.subscription().complete();
        rig.runAfter(FIVE_MINUTES);
        assertThat(rig.api.subscriptions).hasSize(1);
    }

    @Test
    void disconnectedAtTheVeryEndItFindsTheEndOnce() {
        Rig rig = begun(Rig.fanOut().build().add("a"));
        rig.subscription().push(event(0, "1", record("1")));
        rig.run();
        rig.subscription().fail(new IOException("reset"));
        rig.runAfter(FIVE_MINUTES);
        begun(rig);
        rig.subscription().push(event(0, null));
        rig.subscription().fail(new IOException("reset"));
        rig.run();
        assertThat(rig.payloads()).containsExactly("p1");
        assertThat(rig.isFinished("a")).isTrue();
    }

    @Test
    void findsTheEndOfAClosedShardThatKeepsSilentAboutIt() {
        Rig rig = begun(Rig.fanOut().build().add("a"));
        rig.subscription().push(event("1", record("1")));
        rig.run();
        rig.clock.advance(Duration.ofSeconds(4));
        rig.subscription().push(event("1"));
        rig.run();
        assertThat(rig.api.iteratorCalls).isEmpty();
        rig.runAfter(Duration.ofSeconds(1));
        ScriptedApi.IteratorCall probe = rig.api.iteratorCall();
        assertThat(probe.position().sequenceNumber()).isEqualTo("1");
        probe.give("probe");
        rig.run();
        assertThat(rig.api.recordsCalls.peek().iterator()).isEqualTo("probe");
        rig.api.recordsCall().answer().complete(records(0L, null));
        rig.run();
        assertThat(rig.isFinished("a")).isTrue();
        assertThat(rig.subscription().cancelled).isTrue();
        assertThat(rig.payloads()).containsExactly("p1");
    }

    @Test
    void doesNotTakeAQuietShardForAClosedOneAndProbesItEverMoreRarely() {
        Rig rig = begun(Rig.fanOut().build().add("a"));
        rig.subscription().push(event("1", record("1")));
        rig.run();
        for (int seconds : new int[] {5, 10, 20, 40, 60, 60}) {
            keepQuietFor(rig, Duration.ofSeconds(seconds - 1));
            assertThat(rig.api.iteratorCalls).isEmpty();
            keepQuietFor(rig, Duration.ofSeconds(1));
            rig.api.iteratorCall().give();
            rig.run();
            rig.api.recordsCall().answer().complete(records());
            rig.run();
        }
        assertThat(rig.isFinished("a")).isFalse();
        rig.subscription().push(event("2", record("2")));
        rig.run();
        assertThat(rig.payloads()).containsExactly("p1", "p2");
    }

    @Test
    void distrustsAProbeThatRecordsHaveOvertaken() {
        Rig rig = begun(Rig.fanOut().build().add("a"));
        rig.runAfter(Duration.ofSeconds(5));
        rig.api.iteratorCall().give();
        rig.run();
        rig.clock.advance(Duration.ofMillis(1));
        rig.subscription().push(event("1", record("1")));
        rig.api.recordsCall().answer().complete(records(0L, null));
        rig.run();
        assertThat(rig.isFinished("a")).isFalse();
    }

    @Test
    void givesUpWhatAPausedShardHoldsBackAndReadsItAgain() {
        Rig rig = Rig.fanOut().maxBufferedBytes(16 << 20).build().add("ahead").add("behind");
        rig.run();
        rig.api.subscriptions.forEach(Pushed::begin);
        rig.run();
        Pushed ahead = rig.api.subscriptions.get(0);
        Pushed behind = rig.api.subscriptions.get(1);
        ahead.push(event("1", record("1", START, new byte[10 << 20])));
        behind.push(event(1, "1", record("1")));
        // The one added last is handed out first.
        ShardBatch first = rig.step().batch();
        assertThat(first.nextSplit()).isEqualTo(Splits.ARN + "/behind");
        behind.push(event(1, "2", record("2")));
        rig.loop.pause(Splits.ARN + "/behind", true);
        rig.loop.pause(Splits.ARN + "/ahead", true);
        rig.clock.advance(Duration.ofSeconds(5));
        rig.step();
        assertThat(rig.api.iteratorCalls).isEmpty();
        rig.loop.pause(Splits.ARN + "/behind", false);
        rig.run();
        behind.push(event(1, "3", record("3", START, new byte[10 << 20])));
        rig.run();

        // To go on with the one behind, what the other held back was given up and is read again.
        assertThat(ahead.cancelled).isTrue();
        rig.loop.pause(Splits.ARN + "/ahead", false);
        rig.run();
        Pushed again = rig.subscription();
        assertThat(again.shardId).isEqualTo("ahead");
        assertThat(again.position).isEqualTo(ShardPosition.fromStart());
        assertThat(rig.isFinished("ahead")).isFalse();
    }

    @Test
    void beginsInsideAnAggregateAlsoBehindAnEmptyEvent() {
        Rig rig = Rig.fanOut().build().add("a", ShardPosition.inside("7", 1, START));
        rig.run();
        begun(rig);
        rig.subscription().push(event(1, "6"));
        rig.run();
        rig.subscription().fail(new IOException("reset"));
        rig.runAfter(FIVE_MINUTES);
        assertThat(rig.subscription().position.sequenceNumber()).isEqualTo("7");
        assertThat(rig.subscription().position.userRecordsDone()).isEqualTo(1);
        begun(rig);
        rig.subscription().push(event(1, "8", record("7", START, aggregate("x", "y"))));
        rig.run();
        assertThat(rig.payloads()).containsExactly("y");
        assertThat(rig.position("a").sequenceNumber()).isEqualTo("8");
    }

    @Test
    void asksForNothingWhilePausedAndGoesOnAfterwards() {
        Rig rig = begun(Rig.fanOut().build().add("a"));
        rig.loop.pause(KinesisShardSplit.splitId(Splits.ARN, "a"), true);
        rig.subscription().push(event(1, "1", record("1")));
        rig.run();
        assertThat(rig.emitted).isEmpty();
        assertThat(rig.subscription().requested).isZero();
        rig.subscription().complete();
        rig.runAfter(FIVE_MINUTES);
        assertThat(rig.api.subscriptions).hasSize(1);

        rig.loop.pause(KinesisShardSplit.splitId(Splits.ARN, "a"), false);
        rig.run();
        assertThat(rig.payloads()).containsExactly("p1");
        assertThat(rig.subscription().position.sequenceNumber()).isEqualTo("1");
    }

    @Test
    void endsBeforeTheFirstRecordAtTheStop() {
        Instant stop = START.minusSeconds(10);
        Rig rig = begun(Rig.fanOut().stop(stop).build().add("a"));
        rig.subscription()
                .push(
                        event(
                                5000,
                                "9",
                                record("1", stop.minusMillis(1), "in".getBytes(UTF_8)),
                                record("2", stop, "out".getBytes(UTF_8))));
        rig.run();
        assertThat(rig.payloads()).containsExactly("in");
        assertThat(rig.isFinished("a")).isTrue();
        assertThat(rig.subscription().cancelled).isTrue();
    }

    @Test
    void endsAtTheStopWhenAProbeBehindItFindsTheTip() {
        Instant stop = START.plusSeconds(2);
        Rig rig = begun(Rig.fanOut().stop(stop).build().add("a"));
        rig.subscription().push(event("1", record("1")));
        rig.runAfter(Duration.ofSeconds(2));
        // The event may have been on its way since before the stop; a probe was not.
        rig.subscription().push(event("1"));
        rig.run();
        rig.api.iteratorCall().give();
        rig.run();
        rig.api.recordsCall().answer().complete(records(record("2")));
        rig.run();
        assertThat(rig.isFinished("a")).isFalse();
        rig.subscription().push(event("2", record("2")));
        rig.runAfter(Duration.ofSeconds(1));
        rig.api.iteratorCall().give();
        rig.run();
        rig.api.recordsCall().answer().complete(records());
        rig.run();
        assertThat(rig.payloads()).containsExactly("p1", "p2");
        assertThat(rig.isFinished("a")).isTrue();
    }

    @Test
    void takesAShardThatIsGoneForALoss() {
        Rig rig = Rig.fanOut().policy(LossPolicy.CONTINUE).build();
        rig.add("a", ShardPosition.after("42", START)).run();
        rig.subscription().fail(Answers.gone());
        rig.run();
        rig.api.iteratorCall().fail(Answers.gone());
        rig.run();
        assertThat(rig.isFinished("a")).isTrue();
        assertThat(rig.emitted).singleElement().matches(notice -> notice.lossNotice());
        assertThat(rig.metrics.count("lostRanges")).isEqualTo(1);
    }

    @Test
    void failsAndNamesTheConsumerWhenItIsTheConsumerThatIsGone() {
        Rig rig = Rig.fanOut().policy(LossPolicy.CONTINUE).build().add("a");
        rig.run();
        rig.subscription().fail(Answers.gone());
        rig.run();
        rig.api.iteratorCall().give();
        rig.run();
        rig.api.recordsCall().answer().complete(records());
        assertThatThrownBy(rig::run)
                .isInstanceOf(KinesisSourceException.class)
                .hasMessageContainingAll("shard a", "consumer " + Rig.CONSUMER + " does not");
        assertThat(rig.emitted).isEmpty();
    }

    @Test
    void asksAgainWhenItCannotTellWhatIsGone() {
        Rig rig = Rig.fanOut().build().add("a");
        rig.run();
        rig.subscription().fail(Answers.gone());
        rig.run();
        rig.api.iteratorCall().fail(Answers.throttled());
        rig.run();
        rig.runAfter(Rig.BACKOFF.cap());
        assertThat(rig.api.subscriptions).hasSize(2);
    }

    @Test
    void waitsForTheNameOfTheConsumer() {
        Rig rig = Rig.fanOut().build();
        var facts = rig.facts.remove(Splits.ARN);
        rig.add("a").run();
        assertThat(rig.api.subscriptions).isEmpty();
        assertThat(rig.due()).isEqualTo(Duration.ofSeconds(1));
        rig.facts.put(Splits.ARN, facts);
        rig.runAfter(Duration.ofSeconds(1));
        assertThat(rig.api.subscriptions).hasSize(1);
    }

    @Test
    void endsItsSubscriptionsAndTheClientWhenClosed() {
        Rig rig = begun(Rig.fanOut().build().add("a"));
        rig.loop.close();
        assertThat(rig.subscription().cancelled).isTrue();
        assertThat(rig.api.closed).isTrue();
    }

    private static Rig begun(Rig rig) {
        rig.run();
        rig.subscription().begin();
        return rig.run();
    }

    /** An empty event every second, as of a shard read up to its tip. */
    private static void keepQuietFor(Rig rig, Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            rig.clock.advance(Duration.ofSeconds(1));
            rig.subscription().push(event(rig.position("a").sequenceNumber()));
            rig.run();
        }
    }
}
