package io.trailwatch.connector.kinesis.reader;

import io.trailwatch.connector.kinesis.client.KinesisApi;
import io.trailwatch.connector.kinesis.config.KinesisSourceSettings;
import io.trailwatch.connector.kinesis.enumerator.StreamFacts;
import io.trailwatch.connector.kinesis.fake.ManualTime;
import io.trailwatch.connector.kinesis.split.KinesisShardSplit;
import io.trailwatch.event.RawRecord;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.fetcher.SingleThreadFetcherManager;
import org.apache.flink.connector.base.source.reader.fetcher.SplitFetcher;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.core.io.InputStatus;

/**
 * The source's reader with all of Flink's reader base around it, but without its thread: the
 * fetcher takes a step when told to, and the clock is the test's. Only the waiting of {@link
 * KinesisSplitReader} is left out.
 */
public final class SteppedReader implements AutoCloseable {
    private static final MethodHandle RUN_ONCE = fetcherMethod("runOnce");
    private static final MethodHandle IS_IDLE = fetcherMethod("isIdle");

    private final KinesisSourceReader reader;
    private final Fetchers fetchers;

    /**
     * @param random uniform in [0, 1), for jitter
     */
    public static SteppedReader create(
            KinesisSourceSettings settings,
            Supplier<KinesisApi> apis,
            SourceReaderContext context,
            ManualTime time,
            DoubleSupplier random) {
        ReadMetrics metrics = new ReadMetrics(context.metricGroup(), LoopClock.system());
        Map<String, StreamFacts> streamFacts = new ConcurrentHashMap<>();
        Fetchers fetchers =
                new Fetchers(
                        () ->
                                new Stepwise(
                                        new FetchLoop(
                                                FetchEnvironment.of(
                                                        apis.get(),
                                                        settings,
                                                        streamFacts,
                                                        metrics,
                                                        new TestClock(time),
                                                        random))));
        return new SteppedReader(
                new KinesisSourceReader(
                        fetchers, settings.lossPolicy(), metrics, streamFacts, context),
                fetchers);
    }

    private SteppedReader(KinesisSourceReader reader, Fetchers fetchers) {
        this.reader = reader;
        this.fetchers = fetchers;
    }

    public KinesisSourceReader reader() {
        return reader;
    }

    /**
     * Lets the fetcher do one thing, if there is room for what it may bring.
     *
     * @throws RuntimeException what would have ended the fetching thread, and by it the reader
     */
    public void fetchOnce() {
        fetchers.step();
    }

    /**
     * Hands on at most so many items.
     *
     * @return what the last call said
     */
    public InputStatus poll(int items, ReaderOutput<RawRecord> output) throws Exception {
        InputStatus status = reader.pollNext(output);
        for (int i = 1; i < items && status != InputStatus.END_OF_INPUT; i++) {
            if (status == InputStatus.NOTHING_AVAILABLE && fetchers.getQueue().isEmpty()) {
                break;
            }
            status = reader.pollNext(output);
        }
        return status;
    }

    @Override
    public void close() throws Exception {
        fetchers.giveThreads();
        reader.close();
    }

    private static MethodHandle fetcherMethod(String name) {
        try {
            return MethodHandles.privateLookupIn(SplitFetcher.class, MethodHandles.lookup())
                    .findVirtual(SplitFetcher.class, name, MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Flink's fetcher has no method " + name, e);
        }
    }

    private record TestClock(ManualTime manual) implements LoopClock {
        @Override
        public long nanos() {
            return manual.nanos();
        }

        @Override
        public Instant time() {
            return manual.now();
        }
    }

    /** One step of the loop where the real reader waits for the next one. */
    private record Stepwise(FetchLoop loop) implements SplitReader<ReadItem, KinesisShardSplit> {
        @Override
        public RecordsWithSplitIds<ReadItem> fetch() {
            ShardBatch batch = loop.step().batch();
            return batch == null ? new RecordsBySplits.Builder<ReadItem>().build() : batch;
        }

        @Override
        public void handleSplitsChanges(SplitsChange<KinesisShardSplit> change) {
            change.splits().forEach(loop::add);
        }

        @Override
        public void pauseOrResumeSplits(
                Collection<KinesisShardSplit> toPause, Collection<KinesisShardSplit> toResume) {
            toPause.forEach(split -> loop.pause(split.splitId(), true));
            toResume.forEach(split -> loop.pause(split.splitId(), false));
        }

        @Override
        public void wakeUp() {
            // It never waits.
        }

        @Override
        public void close() {
            loop.close();
        }
    }

    /** Keeps fetchers from getting threads until they are shut down: only their end wants one. */
    private static final class Fetchers
            extends SingleThreadFetcherManager<ReadItem, KinesisShardSplit> {
        private final List<SplitFetcher<ReadItem, KinesisShardSplit>> stepped = new ArrayList<>();

        Fetchers(Supplier<SplitReader<ReadItem, KinesisShardSplit>> readers) {
            super(readers);
        }

        @Override
        protected void startFetcher(SplitFetcher<ReadItem, KinesisShardSplit> fetcher) {
            stepped.add(fetcher);
        }

        void step() {
            for (SplitFetcher<ReadItem, KinesisShardSplit> fetcher : List.copyOf(stepped)) {
                boolean working = fetchers.containsValue(fetcher);
                if (getQueue().remainingCapacity() == 0 || (working && call(IS_IDLE, fetcher))) {
                    continue;
                }
                int before = getQueue().size();
                if (!call(RUN_ONCE, fetcher)) {
                    stepped.remove(fetcher);
                    super.startFetcher(fetcher);
                    // It puts one last empty batch, behind which nothing is left to come.
                    while (getQueue().size() == before) {
                        Thread.yield();
                    }
                }
            }
        }

        void giveThreads() {
            for (SplitFetcher<ReadItem, KinesisShardSplit> fetcher : stepped) {
                fetcher.shutdown();
                super.startFetcher(fetcher);
            }
            stepped.clear();
        }

        private static boolean call(MethodHandle method, SplitFetcher<?, ?> fetcher) {
            try {
                return (boolean) method.invoke(fetcher);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
