package io.trailwatch.cli.generate;

import java.time.Instant;

/** One part of the organisation and what it does when nothing is wrong. */
interface OrdinaryLife {
    /**
     * Reports the hour that begins now; events may reach beyond it, never before it. Called once
     * for every hour, in order.
     */
    void hour(Instant hour, Timeline timeline);
}
