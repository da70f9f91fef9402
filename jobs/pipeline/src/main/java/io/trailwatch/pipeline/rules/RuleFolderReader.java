package io.trailwatch.pipeline.rules;

import io.trailwatch.pipeline.rules.RuleFolderSource.NoSplit;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.Counter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the folder in a thread of its own, so that a slow store holds back no checkpoint. A
 * folder that cannot be read changes nothing: it is told once, counted every time, and looked at
 * again.
 */
final class RuleFolderReader implements SourceReader<RuleTexts, NoSplit> {
    private static final Logger LOG = LoggerFactory.getLogger(RuleFolderReader.class);

    private final RuleFolder folder;
    private final Duration interval;
    private final Counter unreadable;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread made = new Thread(task, "rule folder");
                        made.setDaemon(true);
                        return made;
                    });

    /** Of the thread alone. */
    private @Nullable RuleTexts last;

    private boolean told;

    private final Object lock = new Object();
    private @Nullable RuleTexts changed;
    private @Nullable Throwable failure;
    private CompletableFuture<Void> available = new CompletableFuture<>();

    RuleFolderReader(RuleFolder folder, Duration interval, Counter unreadable) {
        this.folder = folder;
        this.interval = interval;
        this.unreadable = unreadable;
    }

    @Override
    public void start() {
        thread.scheduleWithFixedDelay(this::look, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            RuleTexts texts = folder.read();
            if (told) {
                LOG.info("the folder of rules {} can be read again", folder.location());
                told = false;
            }
            if (!texts.equals(last)) {
                last = texts;
                offer(texts);
            }
        } catch (RuntimeException e) {
            unreadable.inc();
            if (!told) {
                LOG.warn("the rules in force stay, since their folder cannot be read", e);
                told = true;
            }
        } catch (Throwable e) {
            // An executor would swallow it, and nobody would look at the folder any more.
            synchronized (lock) {
                failure = e;
                available.complete(null);
            }
            throw e;
        }
    }

    /** What was not taken yet is outdated. */
    private void offer(RuleTexts texts) {
        synchronized (lock) {
            changed = texts;
            available.complete(null);
        }
    }

    @Override
    public InputStatus pollNext(ReaderOutput<RuleTexts> output) throws IOException {
        RuleTexts texts;
        synchronized (lock) {
            if (failure != null) {
                throw new IOException("the folder of rules is no longer looked at", failure);
            }
            texts = changed;
            changed = null;
            if (available.isDone()) {
                available = new CompletableFuture<>();
            }
        }
        if (texts != null) {
            output.collect(texts);
        }
        return InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        synchronized (lock) {
            return available;
        }
    }

    @Override
    public List<NoSplit> snapshotState(long checkpointId) {
        return List.of();
    }

    @Override
    public void addSplits(List<NoSplit> splits) {}

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() {
        thread.shutdownNow();
        folder.close();
    }
}
