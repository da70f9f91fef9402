package io.trailwatch.connector.kinesis.reader;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What other threads have to say to the fetching thread: answers of the service, batches handed on.
 * They leave it here and go; all that they touch is this.
 */
final class Inbox {
    private final Queue<Runnable> messages = new ConcurrentLinkedQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition raised = lock.newCondition();
    private boolean signalled;

    /** From any thread: to be run by the fetching thread, in order of arrival. */
    void put(Runnable message) {
        messages.add(message);
        signal();
    }

    /** From any thread: ends the wait that goes on, or keeps the next one from waiting. */
    void signal() {
        lock.lock();
        try {
            signalled = true;
            raised.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Runs what has come in. */
    void runAll() {
        for (Runnable message = messages.poll(); message != null; message = messages.poll()) {
            message.run();
        }
    }

    /**
     * Waits for a signal given since the last wait ended, at most so long. What is put between
     * {@link #runAll} and this is therefore never missed.
     */
    void await(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long remaining = nanos;
            while (!signalled && remaining > 0) {
                remaining = raised.awaitNanos(Math.min(remaining, TimeUnit.DAYS.toNanos(1)));
            }
            signalled = false;
        } finally {
            lock.unlock();
        }
    }
}
