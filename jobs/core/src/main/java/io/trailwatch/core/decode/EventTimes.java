package io.trailwatch.core.decode;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/** Event times as logs write them, from 1970 to 9999: tables cannot hold much more. */
public final class EventTimes {
    /** 9999-12-31T23:59:59Z. */
    static final long MAX_EPOCH_SECOND = 253_402_300_799L;

    /** 9999-12-31T23:59:59.999Z. */
    static final long MAX_EPOCH_MILLI = MAX_EPOCH_SECOND * 1_000 + 999;

    private static final int SECONDS_OF_HOUR = 3_600;
    private static final long SECONDS_OF_DAY = 86_400;

    private EventTimes() {}

    /**
     * Hours since 1970 of a time that {@link #parse} reads; 0 where it does not, or there is none.
     */
    public static long hour(@Nullable String text) {
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

    /** Hours since 1970 of microseconds since 1970; 0 for times that {@link #parse} refuses. */
    static long hourOfMicros(long micros) {
        long seconds = Math.floorDiv(micros, 1_000_000L);
        return seconds < 0 || seconds > MAX_EPOCH_SECOND ? 0 : seconds / SECONDS_OF_HOUR;
    }

    /** Hours since 1970 of whole seconds since 1970; 0 where the digits are no such number. */
    public static long hourOfSeconds(byte[] digits, int from, int to) {
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
                    text.endsWith("Z") ? instant(text) : OffsetDateTime.parse(text).toInstant();
            if (time.getEpochSecond() >= 0 && time.getEpochSecond() <= MAX_EPOCH_SECOND) {
                return time;
            }
        } catch (DateTimeException invalid) {
            throw expected(field, text);
        }
        throw expected(field, text);
    }

    /**
     * Reads digits as milliseconds since 1970.
     *
     * @throws RejectedException that names the field
     */
    static Instant ofMillis(String field, String digits) throws RejectedException {
        return Instant.ofEpochMilli(number(field, digits, MAX_EPOCH_MILLI));
    }

    /**
     * Reads digits as whole seconds since 1970.
     *
     * @throws RejectedException that names the field
     */
    static Instant ofSeconds(String field, String digits) throws RejectedException {
        return Instant.ofEpochSecond(number(field, digits, MAX_EPOCH_SECOND));
    }

    private static long number(String field, String digits, long max) throws RejectedException {
        Long number = LogColumns.whole(digits, max);
        if (number == null) {
            throw RejectedException.invalid(field, digits, "a whole number from 0 to " + max);
        }
        return number;
    }

    /**
     * The same as {@link Instant#parse}, but several times as fast for the form that AWS writes:
     * {@code 2026-11-20T08:03:11Z}.
     *
     * @throws java.time.format.DateTimeParseException if the text is no instant
     */
    public static Instant instant(String text) {
        if (text.length() == 20
                && text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && text.charAt(10) == 'T'
                && text.charAt(13) == ':'
                && text.charAt(16) == ':'
                && text.charAt(19) == 'Z') {
            int year = number(text, 0, 4);
            int month = number(text, 5, 7);
            int day = number(text, 8, 10);
            int hour = number(text, 11, 13);
            int minute = number(text, 14, 16);
            int second = number(text, 17, 19);
            if (year >= 0
                    && month >= 1
                    && month <= 12
                    && day >= 1
                    && day <= YearMonth.of(year, month).lengthOfMonth()
                    && hour >= 0
                    && hour <= 23
                    && minute >= 0
                    && minute <= 59
                    && second >= 0
                    && second <= 59) {
                return Instant.ofEpochSecond(
                        LocalDate.of(year, month, day).toEpochDay() * SECONDS_OF_DAY
                                + hour * SECONDS_OF_HOUR
                                + minute * 60L
                                + second);
            }
        }
        return Instant.parse(text);
    }

    /** The decimal digits from one index to another; -1 where something else stands. */
    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    private static RejectedException expected(String field, String text) {
        return RejectedException.invalid(
                field, text, "a time such as 2026-11-20T08:03:11Z, from 1970 to 9999");
    }
}
