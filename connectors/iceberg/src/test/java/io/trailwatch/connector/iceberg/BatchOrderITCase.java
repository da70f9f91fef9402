package io.trailwatch.connector.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

/**
 * What a replay of the lake relies on: in batch mode a keyed function sees the records of one key
 * together and by ascending timestamp, and its timers fire once all of them have been seen.
 */
class BatchOrderITCase {
    /** A record of the stream. */
    public record Event(String key, long time) {}

    private static final int KEYS = 7;
    private static final int RECORDS = 2000;

    @Test
    void oneInputSeesTheRecordsOfAKeyByTimestampAndThenItsTimers() throws Exception {
        StreamExecutionEnvironment env = MiniClusters.environment(RuntimeExecutionMode.BATCH);
        Map<String, List<Long>> seen =
                byKey(shuffled(env, 0).keyBy(event -> event.key()).process(new OneInput()));

        assertThat(seen).hasSize(KEYS);
        seen.forEach(
                (key, times) -> {
                    // The timer of the first record comes last, although it was due after 1 ms.
                    assertThat(times.get(times.size() - 1)).isEqualTo(-1);
                    assertThat(times.subList(0, times.size() - 1))
                            .hasSizeGreaterThan(RECORDS / KEYS - 1)
                            .isSorted();
                });
    }

    @Test
    void twoInputsAreMergedByTimestampWithinAKey() throws Exception {
        StreamExecutionEnvironment env = MiniClusters.environment(RuntimeExecutionMode.BATCH);
        DataStream<Event> left = shuffled(env, 0);
        DataStream<Event> right = shuffled(env, 1);
        Map<String, List<Long>> seen =
                byKey(
                        left.connect(right)
                                .keyBy(event -> event.key(), event -> event.key())
                                .process(new TwoInputs()));

        assertThat(seen).hasSize(KEYS);
        seen.forEach(
                (key, times) -> {
                    assertThat(times).hasSizeGreaterThan(2 * (RECORDS / KEYS - 1)).isSorted();
                    assertThat(times.stream().filter(time -> time % 2 == 0)).isNotEmpty();
                    assertThat(times.stream().filter(time -> time % 2 == 1)).isNotEmpty();
                });
    }

    /** Distinct timestamps, even or odd, in an order that has nothing to do with time. */
    private static DataStream<Event> shuffled(StreamExecutionEnvironment env, int parity) {
        return env.fromData(LongStream.range(0, RECORDS).boxed().toList(), Types.LONG)
                .rebalance()
                .map(n -> new Event("key-" + n % KEYS, 2 * (n * 1237 % RECORDS) + parity))
                .returns(Event.class)
                .setParallelism(2)
                .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<Event>forMonotonousTimestamps()
                                .withTimestampAssigner((event, before) -> event.time()));
    }

    private static Map<String, List<Long>> byKey(DataStream<Event> seen) throws Exception {
        Map<String, List<Long>> byKey = new TreeMap<>();
        seen.executeAndCollect()
                .forEachRemaining(
                        event ->
                                byKey.computeIfAbsent(event.key(), key -> new ArrayList<>())
                                        .add(event.time()));
        return byKey;
    }

    private static final class OneInput extends KeyedProcessFunction<String, Event, Event> {
        private static final long serialVersionUID = 1;

        @Override
        public void processElement(
                Event event,
                KeyedProcessFunction<String, Event, Event>.Context context,
                Collector<Event> out) {
            assertThat(context.timestamp()).isEqualTo(event.time());
            context.timerService().registerEventTimeTimer(1);
            out.collect(event);
        }

        @Override
        public void onTimer(long timestamp, OnTimerContext context, Collector<Event> out) {
            out.collect(new Event(context.getCurrentKey(), -1L));
        }
    }

    private static final class TwoInputs
            extends KeyedCoProcessFunction<String, Event, Event, Event> {
        private static final long serialVersionUID = 1;

        @Override
        public void processElement1(
                Event event,
                KeyedCoProcessFunction<String, Event, Event, Event>.Context context,
                Collector<Event> out) {
            out.collect(event);
        }

        @Override
        public void processElement2(
                Event event,
                KeyedCoProcessFunction<String, Event, Event, Event>.Context context,
                Collector<Event> out) {
            out.collect(event);
        }
    }
}
