package io.trailwatch.core.decode;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Event times as logs write them, from 1970 to 9999: tables cannot hold much more. */
final class EventTimes {
    /** 9999-12-31T23:59:59Z. */
    static final long MAX_EPOCH_SECOND = 253_402_300_799L;

    private static final int SECONDS_OF_HOUR = 3_600;

    private EventTimes() {}

    /**
     * Hours since 1970 of a time that {@link #parse} reads; 0 where it does not, or there is none.
     */
    static long hour(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        try {
            return parse("time", text).getEpochSecond() / SECONDS_OF_HOUR;
        } catch (RejectedException e) {
            // Decoding will say what is wrong with it.
            return 0;
        }
    }

    /** Hours since 1970 of whole seconds since 1970; 0 where the digits are no such number. */
    static long hourOfSeconds(byte[] digits, int from, int to) {
        long seconds = 0;
        for (int i = from; i < to; i++) {
            int digit = digits[i] - '0';
            if (digit < 0 || digit > 9 || seconds > MAX_EPOCH_SECOND) {
                return 0;
            }
            seconds = seconds * 10 + digit;
        }
        return seconds > MAX_EPOCH_SECOND ? 0 : seconds / SECONDS_OF_HOUR;
    }

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
