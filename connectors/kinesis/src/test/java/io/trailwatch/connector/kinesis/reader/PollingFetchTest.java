package io.trailwatch.connector.kinesis.reader;

import static io.trailwatch.connector.kinesis.reader.Answers.aggregate;
import static io.trailwatch.connector.kinesis.reader.Answers.record;
import static io.trailwatch.connector.kinesis.reader.Answers.records;
import static io.trailwatch.connector.kinesis.reader.ManualClock.START;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.kinesis.client.KinesisSourceException;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.connector.kinesis.split.ShardPosition;
import io.trailwatch.connector.kinesis.split.Splits;
import io.trailwatch.event.RawRecord;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PollingFetchTest {
    @Test
    void readsFromThePositionAndMovesItWithEachRecord() {
        Rig rig = Rig.polling().build().add("a", ShardPosition.after("7", START));
        rig.run();
        ScriptedApi.IteratorCall call = rig.api.iteratorCall();
        assertThat(call.position()).isEqualTo(ShardPosition.after("7", START));
        call.give("first");
        rig.run();
        ScriptedApi.RecordsCall read = rig.api.recordsCall();
        assertThat(read.iterator()).isEqualTo("first");

        Instant arrival = START.plusSeconds(3);
        read.answer()
                .complete(
                        records(
                                900L,
                                "second",
                                record("8"),
                                record("9", arrival, "nine".getBytes(UTF_8))));
        rig.run();

        assertThat(rig.payloads()).containsExactly("p8", "nine");
        assertThat(rig.emitted.get(1))
                .usingRecursiveComparison()
                .isEqualTo(RawRecord.of(Splits.ARN, "a", "9", arrival, "nine".getBytes(UTF_8)));
        assertThat(rig.timestamps.get(1)).isEqualTo(arrival.toEpochMilli());
        assertThat(rig.position("a")).isEqualTo(ShardPosition.after("9", arrival));
        assertThat(rig.metrics.count("recordsRead")).isEqualTo(2);
        assertThat(rig.metrics.count("bytesRead")).isEqualTo("p8nine".length());
        assertThat(rig.metrics.value("millisBehindLatest")).isEqualTo(900L);
    }

    @Test
    void keepsTheIntervalBehindTheTipAndTheIdlePauseAtIt() {
        Rig rig = Rig.polling().build().add("a").giveIterator();
        rig.api.recordsCall().answer().complete(records(5000L, "second"));
        rig.run();
        assertThat(rig.due()).isEqualTo(Rig.INTERVAL);

        rig.runAfter(Rig.INTERVAL);
        ScriptedApi.RecordsCall second = rig.api.recordsCall();
        assertThat(second.iterator()).isEqualTo("second");
        second.answer().complete(records());
        rig.run();
        assertThat(rig.due()).isEqualTo(Rig.IDLE);
        rig.runAfter(Rig.IDLE.minusNanos(1));
        assertThat(rig.api.recordsCalls).isEmpty();
        rig.runAfter(Duration.ofNanos(1));
        assertThat(rig.api.recordsCalls).hasSize(1);
        assertThat(rig.metrics.count("emptyReads")).isEqualTo(2);
    }

    @Test
    void waitsForAnAnswerWithoutATime() {
        Rig rig = Rig.polling().build().add("a");
        rig.run();
        assertThat(rig.due()).isNull();
        rig.api.iteratorCall().give();
        rig.run();
        assertThat(rig.due()).isNull();
    }

    @Test
    void readsOtherShardsWhileOneDoesNotAnswer() {
        Rig rig = Rig.polling().build().add("slow").add("quick");
        rig.run();
        rig.api.iteratorCalls.forEach(ScriptedApi.IteratorCall::give);
        rig.run();
        ScriptedApi.RecordsCall slow = rig.api.recordsCalls.poll();
        assertThat(slow.iterator()).isEqualTo("iterator of slow");

        for (int i = 0; i < 5; i++) {
            rig.api.recordsCall().answer().complete(records(1L, "n", record("" + i)));
            rig.runAfter(Rig.INTERVAL);
        }
        assertThat(rig.payloads()).containsExactly("p0", "p1", "p2", "p3", "p4");

        slow.answer().complete(records(record("late")));
        rig.run();
        assertThat(rig.payloads()).endsWith("plate");
    }

    @Test
    void advancesWhatWasReadByEmptyAnswers() {
        ShardPosition begin = ShardPosition.after("7", START.minusSeconds(600));
        Rig rig = Rig.polling().build().add("a", begin).giveIterator();
        ScriptedApi.RecordsCall call = rig.api.recordsCall();
        // The answer lies there for a minute, in which anything may have arrived.
        rig.clock.advance(Duration.ofMinutes(1));
        call.answer().complete(records(30_000L, "next"));
        rig.run();

        assertThat(rig.position("a")).isEqualTo(ShardPosition.after("7", START.minusSeconds(30)));
    }

    @Test
    void replacesAnExpiredIteratorByOneBehindTheLastRecord() {
        Rig rig = Rig.polling().build().add("a").giveIterator();
        rig.api.recordsCall().answer().complete(records(1L, "old", record("1"), record("2")));
        rig.run();
        rig.runAfter(Rig.INTERVAL);
        rig.api.recordsCall().fail(Answers.expired());
        rig.run();

        ScriptedApi.IteratorCall renewal = rig.api.iteratorCall();
        assertThat(renewal.position()).isEqualTo(ShardPosition.after("2", START));
        renewal.give("new");
        rig.run();
        ScriptedApi.RecordsCall read = rig.api.recordsCall();
        assertThat(read.iterator()).isEqualTo("new");
        read.answer().complete(records(record("3")));
        rig.run();
        assertThat(rig.payloads()).containsExactly("p1", "p2", "p3");
        assertThat(rig.metrics.count("expiredIterators")).isEqualTo(1);
        assertThat(rig.metrics.count("failedReads")).isZero();
    }

    @Test
    void renewsAnIteratorWhileTheRecordsBeforeItAreNotYetEmitted() {
        Rig rig = Rig.polling().build().add("a").giveIterator();
        rig.api.recordsCall().answer().complete(records(1L, "old", record("1")));
        ShardBatch held = rig.step().batch();
        rig.clock.advance(Rig.INTERVAL);
        rig.run();
        rig.api.recordsCall().fail(Answers.expired());
        rig.run();

        assertThat(rig.api.iteratorCall().position()).isEqualTo(ShardPosition.after("1", START));
        assertThat(rig.position("a")).isEqualTo(ShardPosition.fromStart());
        rig.emit(held);
        assertThat(rig.position("a").sequenceNumber()).isEqualTo("1");
    }

    @Test
    void waitsBeforeItReplacesAnIteratorThatExpiresAgainAndAgain() {
        Rig rig = Rig.polling().build().add("a").giveIterator();
        rig.api.recordsCall().fail(Answers.expired());
        rig.giveIterator();
        rig.api.recordsCall().fail(Answers.expired());
        rig.run();
        assertThat(rig.api.iteratorCalls).isEmpty();
        assertThat(rig.due()).isBetween(Duration.ofMillis(400), Duration.ofMillis(800));
    }

    @Test
    void finishesAShardThatHasNoNextIterator() {
        Rig rig = Rig.polling().build().add("a").add("b");
        rig.run();
        rig.api.iteratorCalls.forEach(ScriptedApi.IteratorCall::give);
        rig.run();
        rig.api.recordsCalls.poll().answer().complete(records(0L, null, record("1")));
        rig.run();

        assertThat(rig.payloads()).containsExactly("p1");
        assertThat(rig.isFinished("a")).isTrue();
        assertThat(rig.isFinished("b")).isFalse();
        rig.runAfter(Duration.ofHours(1));
        assertThat(rig.api.iteratorCalls).hasSize(2);
        assertThat(rig.api.recordsCalls).hasSize(1);
    }

    @Test
    void backsOffFromThrottlingWithinItsBoundsAndComesBackStepByStep() {
        for (double random : new double[] {0, 0.999}) {
            Rig rig = Rig.polling().random(random).build().add("a").giveIterator();
            for (int failures = 0; failures < 3; failures++) {
                rig.api.recordsCall().fail(Answers.throttled());
                rig.run();
                Duration whole = Rig.BACKOFF.base().multipliedBy(1L << failures);
                Duration due = rig.due();
                assertThat(due).isBetween(whole.dividedBy(2), whole);
                assertThat(due).isEqualTo(Rig.BACKOFF.delay(failures, random));
                rig.runAfter(due);
            }
            assertThat(rig.metrics.count("throttles")).isEqualTo(3);

            // Doubled three times, and a quarter of the interval less with every answer.
            long intervalMillis = Rig.INTERVAL.toMillis();
            for (int answers = 1; answers <= 28; answers++) {
                rig.api.recordsCall().answer().complete(records(1L, "n", record("r" + answers)));
                rig.run();
                assertThat(rig.due())
                        .isEqualTo(Duration.ofMillis(8 * intervalMillis - 50L * answers));
                rig.runAfter(rig.due());
            }
            rig.api.recordsCall().answer().complete(records(1L, "n"));
            rig.run();
            assertThat(rig.due()).isEqualTo(Rig.INTERVAL);
        }
    }

    @Test
    void readsOtherShardsWhileOneIsThrottled() {
        Rig rig = Rig.polling().build().add("hot").add("cold");
        rig.run();
        rig.api.iteratorCalls.forEach(ScriptedApi.IteratorCall::give);
        rig.run();
        rig.api.recordsCalls.poll().fail(Answers.throttled());
        rig.api.recordsCall().answer().complete(records(1L, "cold 2", record("1")));
        rig.runAfter(Rig.INTERVAL);
        ScriptedApi.RecordsCall both = rig.api.recordsCalls.poll();
        assertThat(both.iterator()).isIn("cold 2", "iterator of hot");
        assertThat(rig.payloads()).containsExactly("p1");
    }

    @Test
    void namesStreamShardPositionAndTriesWhenItGivesUp() {
        Rig rig = Rig.polling().build().add("a", ShardPosition.after("42", START)).giveIterator();
        for (int failures = 1; failures <= Rig.BACKOFF.maxAttempts(); failures++) {
            rig.api.recordsCall().fail(Answers.broken());
            rig.run();
            rig.runAfter(Rig.BACKOFF.cap());
        }
        assertThat(rig.metrics.count("failedReads")).isEqualTo(Rig.BACKOFF.maxAttempts());
        rig.api.recordsCall().fail(Answers.broken());

        assertThatThrownBy(rig::run)
                .isInstanceOf(KinesisSourceException.class)
                .hasMessageContainingAll(
                        "shard a of stream " + Splits.ARN,
                        "sequenceNumber=42",
                        "failures in a row: 6",
                        "internal")
                .hasRootCauseMessage("internal");
    }

    @Test
    void countsOnlyFailuresInARow() {
        Rig rig = Rig.polling().build().add("a").giveIterator();
        for (int i = 0; i < 4 * Rig.BACKOFF.maxAttempts(); i++) {
            if (i % 2 == 0) {
                rig.api.recordsCall().fail(Answers.broken());
            } else {
                rig.api.recordsCall().answer().complete(records(1L, "n", record("" + i)));
            }
            rig.run();
            rig.runAfter(Rig.BACKOFF.cap());
        }
        assertThat(rig.payloads()).hasSize(2 * Rig.BACKOFF.maxAttempts());
    }

    @Test
    void failsAtOnceWhenRepeatingIsInVain() {
        Rig rig = Rig.polling().build().add("a").giveIterator();
        rig.api.recordsCall().fail(Answers.forbidden());
        assertThatThrownBy(rig::run)
                .isInstanceOf(KinesisSourceException.class)
                .hasMessageContainingAll("shard a", "not authorized");
    }

    @Test
    void askedForTwoBatchesItWaitsUntilOneIsConsumed() {
        Rig rig = Rig.polling().build().add("a").giveIterator();
        rig.api.recordsCall().answer().complete(records(1L, "2", record("1")));
        ShardBatch first = rig.step().batch();
        rig.clock.advance(Rig.INTERVAL);
        rig.step();
        rig.api.recordsCall().answer().complete(records(1L, "3", record("2")));
        ShardBatch second = rig.step().batch();
        rig.clock.advance(Duration.ofMinutes(1));
        assertThat(rig.step().batch()).isNull();
        assertThat(rig.api.recordsCalls).isEmpty();
        assertThat(rig.due()).isNull();

        rig.emit(first);
        rig.step();
        assertThat(rig.api.recordsCall().iterator()).isEqualTo("3");
        rig.emit(second);
        assertThat(rig.payloads()).containsExactly("p1", "p2");
    }

    @Test
    void handsOutShardsInTurn() {
        Rig rig = Rig.polling().build().add("a").add("b");
        rig.run();
        rig.api.iteratorCalls.forEach(ScriptedApi.IteratorCall::give);
        for (int round = 0; round < 2; round++) {
            rig.step();
            rig.api.recordsCalls.forEach(
                    call -> call.answer().complete(records(1L, "n", record(call.iterator()))));
            rig.api.recordsCalls.clear();
            rig.clock.advance(Rig.INTERVAL);
            ShardBatch first = rig.step().batch();
            ShardBatch second = rig.step().batch();
            assertThat(Set.of(first.nextSplit(), second.nextSplit())).hasSize(2);
        }
    }

    @Test
    void holdsBackAPausedShardAndGoesOnWhereItWas() {
        Rig rig = Rig.polling().build().add("a").giveIterator();
        ScriptedApi.RecordsCall asked = rig.api.recordsCall();
        rig.loop.pause(KinesisShardSplit.splitId(Splits.ARN, "a"), true);
        asked.answer().complete(records(1L, "2", record("1")));
        rig.runAfter(Duration.ofMinutes(1));
        assertThat(rig.emitted).isEmpty();
        assertThat(rig.api.recordsCalls).isEmpty();
        assertThat(rig.due()).isNull();

        rig.loop.pause(KinesisShardSplit.splitId(Splits.ARN, "a"), false);
        rig.run();
        assertThat(rig.payloads()).containsExactly("p1");
        assertThat(rig.api.recordsCall().iterator()).isEqualTo("2");
    }

    @Test
    void takesAggregatesApartAndKeepsThePlaceInside() {
        Rig rig = Rig.polling().build().add("a").giveIterator();
        rig.api
                .recordsCall()
                .answer()
                .complete(
                        records(
                                1L,
                                "n",
                                record("1", START, aggregate("x", "y", "z")),
                                record("2")));
        ShardBatch batch = rig.step().batch();
        batch.nextSplit();
        KinesisShardSplitState state =
                new KinesisShardSplitState(Splits.split("a"), rig.settings.lossPolicy());
        ReadItem.RecordItem x = (ReadItem.RecordItem) batch.nextRecordFromSplit();
        state.emitted(x);
        assertThat(state.toSplit().position()).isEqualTo(ShardPosition.inside("1", 1, START));
        ReadItem.RecordItem y = (ReadItem.RecordItem) batch.nextRecordFromSplit();
        state.emitted(y);
        assertThat(y.subSequence()).isEqualTo(1);
        assertThat(state.toSplit().position()).isEqualTo(ShardPosition.inside("1", 2, START));
        ReadItem.RecordItem z = (ReadItem.RecordItem) batch.nextRecordFromSplit();
        state.emitted(z);
        assertThat(z.payload()).isEqualTo("z".getBytes(UTF_8));
        assertThat(state.toSplit().position()).isEqualTo(ShardPosition.after("1", START));
        assertThat(rig.metrics.count("deaggregatedRecords")).isEqualTo(3);
    }

    @Test
    void beginsInsideAnAggregateWithTheUserRecordThatIsDue() {
        Rig rig = Rig.polling().build().add("a", ShardPosition.inside("1", 2, START));
        rig.run();
        ScriptedApi.IteratorCall call = rig.api.iteratorCall();
        assertThat(call.position()).isEqualTo(ShardPosition.inside("1", 2, START));
        call.give();
        rig.run();
        // An empty answer does not make it forget.
        rig.api.recordsCall().answer().complete(records(1L, "n"));
        rig.runAfter(Rig.INTERVAL);
        rig.api
                .recordsCall()
                .answer()
                .complete(
                        records(
                                1L,
                                "n",
                                record("1", START, aggregate("x", "y", "z", "end")),
                                record("2", START, aggregate("u", "v"))));
        rig.run();

        assertThat(rig.payloads()).containsExactly("z", "end", "u", "v");
        assertThat(rig.emitted).extracting(RawRecord::subSequence).containsExactly(2, 3, 0, 1);
        assertThat(rig.emitted).extracting(RawRecord::sequence).containsExactly("1", "1", "2", "2");
        assertThat(rig.position("a")).isEqualTo(ShardPosition.after("2", START));
    }

    @Test
    void skipsNothingOfAnotherRecordWhenTheAggregateIsGone() {
        Rig rig =
                Rig.polling().build().add("a", ShardPosition.inside("1", 2, START)).giveIterator();
        rig.api
                .recordsCall()
                .answer()
                .complete(records(1L, "n", record("5", START, aggregate("u", "v", "w"))));
        rig.run();
        assertThat(rig.payloads()).containsExactly("u", "v", "w");
    }

    @Test
    void movesBehindAnAggregateOfWhichAllWasHandedOn() {
        Rig rig =
                Rig.polling().build().add("a", ShardPosition.inside("1", 2, START)).giveIterator();
        rig.api
                .recordsCall()
                .answer()
                .complete(records(1L, "n", record("1", START, aggregate("x", "y"))));
        rig.run();
        assertThat(rig.emitted).isEmpty();
        assertThat(rig.position("a")).isEqualTo(ShardPosition.after("1", START));
    }

    @Test
    void passesWhatOnlyLooksLikeAnAggregateAndCountsIt() {
        byte[] damaged = aggregate("x", "y");
        damaged[damaged.length - 1] ^= 1;
        Rig rig = Rig.polling().build().add("a").giveIterator();
        rig.api.recordsCall().answer().complete(records(record("1", START, damaged)));
        rig.run();

        assertThat(rig.emitted).singleElement().extracting(RawRecord::payload).isEqualTo(damaged);
        assertThat(rig.metrics.count("lookedAggregated")).isEqualTo(1);
        assertThat(rig.metrics.count("deaggregatedRecords")).isZero();
    }

    @Test
    void givesRecordsWithoutArrivalTheTimeTheyWereAskedFor() {
        Rig rig = Rig.polling().build().add("a").giveIterator();
        ScriptedApi.RecordsCall call = rig.api.recordsCall();
        rig.clock.advance(Duration.ofSeconds(9));
        call.answer().complete(records(null, "n", record("1", null, new byte[] {1})));
        rig.run();
        assertThat(rig.emitted).singleElement().extracting(RawRecord::arrivalTime).isEqualTo(START);
    }

    @Test
    void endsBeforeTheFirstRecordAtTheStop() {
        Instant stop = START.minusSeconds(10);
        Rig rig = Rig.polling().stop(stop).build().add("a").giveIterator();
        rig.api
                .recordsCall()
                .answer()
                .complete(
                        records(
                                10_000L,
                                "n",
                                record("1", stop.minusMillis(1), "in".getBytes(UTF_8)),
                                record("2", stop, "out".getBytes(UTF_8)),
                                record("3", stop.minusMillis(1), "behind".getBytes(UTF_8))));
        rig.run();
        assertThat(rig.payloads()).containsExactly("in");
        assertThat(rig.isFinished("a")).isTrue();
    }

    @Test
    void endsAtTheStopWhenTheTipShowsThatNothingIsLeft() {
        Instant stop = START.plusSeconds(1);
        Rig rig = Rig.polling().stop(stop).build().add("a").giveIterator();
        // Asked for before the stop: until then more may come.
        ScriptedApi.RecordsCall early = rig.api.recordsCall();
        rig.clock.advance(Duration.ofSeconds(1));
        early.answer().complete(records());
        rig.run();
        assertThat(rig.isFinished("a")).isFalse();

        rig.runAfter(Rig.IDLE);
        rig.api.recordsCall().answer().complete(records(record("1")));
        rig.run();
        assertThat(rig.isFinished("a")).isFalse();
        rig.runAfter(Rig.IDLE);
        rig.api.recordsCall().answer().complete(records());
        rig.run();
        assertThat(rig.payloads()).containsExactly("p1");
        assertThat(rig.isFinished("a")).isTrue();
    }

    @Test
    void farBehindTheTipItLeavesRoomForClocksThatDisagree() {
        Instant stop = START.minusSeconds(600);
        Rig rig = Rig.polling().stop(stop).build().add("a").giveIterator();
        rig.api.recordsCall().answer().complete(records(590_000L, "n"));
        rig.run();
        assertThat(rig.isFinished("a")).isFalse();
        rig.runAfter(Rig.INTERVAL);
        rig.api.recordsCall().answer().complete(records(500_000L, "n"));
        rig.run();
        assertThat(rig.isFinished("a")).isTrue();
    }

    @Test
    void refusesShardsOfAnotherStream() {
        Rig rig = Rig.polling().build();
        KinesisShardSplit foreign =
                new KinesisShardSplit(
                        Splits.ARN + "2",
                        "a",
                        ShardPosition.fromStart(),
                        Set.of(),
                        BigInteger.ZERO,
                        Splits.LAST_HASH_KEY,
                        false,
                        null);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rig.loop.add(foreign))
                .withMessageContaining(Splits.ARN + "2");
    }
}
