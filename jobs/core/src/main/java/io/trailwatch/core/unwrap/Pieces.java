package io.trailwatch.core.unwrap;

import io.trailwatch.event.LogEvent;
import io.trailwatch.event.Origin;
import io.trailwatch.quarantine.Quarantined;

/**
 * Takes the pieces of a raw record in the order in which they lie in it, each once: received =
 * events + control messages + rejections. Their origins are numbered from 0; a rejection of several
 * lines that nobody knows takes as many numbers, so that each line has the same one when it can be
 * read.
 */
public interface Pieces {
    void event(LogEvent event);

    /**
     * A message that carries no log.
     *
     * @param what kind of the message, such as {@code CONTROL_MESSAGE}
     */
    void control(Origin origin, String what);

    void reject(Quarantined rejected);
}
