package io.trailwatch.cli.job;

import io.trailwatch.cli.Console;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** One line on a terminal that tells how far a bounded run is. */
final class Progress {
    private final Console console;
    private final Instant start = Instant.now();

    Progress(Console console) {
        this.console = console;
    }

    /** Tells how many events were read, and how many of them have gone through to the tables. */
    void show(long read, long through) {
        double seconds = Math.max(1, Duration.between(start, Instant.now()).toMillis()) / 1000.0;
        console.progress(
                through == 0
                        ? String.format(
                                Locale.ROOT, "reading: %,d events, %,.0f/s", read, read / seconds)
                        : String.format(
                                Locale.ROOT,
                                "detecting and writing: %,d of %,d events, %,.0f/s, about %.0f s"
                                        + " left",
                                through,
                                read,
                                through / seconds,
                                Math.max(0, (read - through) * seconds / through)));
    }

    void clear() {
        console.clearProgress();
    }
}
