package io.trailwatch.connector.alerts;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads in which calls wait for their answers, so that no task has to. */
final class CallThreads {
    private CallThreads() {}

    static ExecutorService start(AlertTarget target) {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(
                AlertClient.MAX_CALLS,
                call -> {
                    Thread thread =
                            new Thread(
                                    call,
                                    "alerts-%s-%d"
                                            .formatted(
                                                    target.fingerprint(),
                                                    number.incrementAndGet()));
                    thread.setDaemon(true);
                    return thread;
                });
    }
}
