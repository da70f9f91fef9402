package io.trailwatch.core.decode;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Event times as logs write them, from 1970 to 9999: tables cannot hold much more. */
final class EventTimes {
    /** 9999-12-31T23:59:59Z. */
    static final long MAX_EPOCH_SECOND = 253_402_300_799L;

    private EventTimes() {}

    /**
     * Reads ISO-8601 with an offset.
     *
     * @throws RejectedException that names the field
     */
    static Instant parse(String field, String text) throws RejectedException {
        try {
            Instant time =
                    text.endsWith("Z")
                            ? Instant.parse(text)
                            : OffsetDateTime.parse(text).toInstant();
            if (time.getEpochSecond() >= 0 && time.getEpochSecond() <= MAX_EPOCH_SECOND) {
                return time;
            }
        } catch (DateTimeException invalid) {
            throw expected(field, text);
        }
        throw expected(field, text);
    }

    private static RejectedException expected(String field, String text) {
        return RejectedException.invalid(
                field, text, "a time such as 2026-11-20T08:03:11Z, from 1970 to 9999");
    }
}
