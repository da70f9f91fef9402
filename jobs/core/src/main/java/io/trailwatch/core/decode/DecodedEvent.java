package io.trailwatch.core.decode;

import io.trailwatch.event.LogEvent;

/** A log event beside what it says. */
public record DecodedEvent(LogEvent event, EventBody body) {}
