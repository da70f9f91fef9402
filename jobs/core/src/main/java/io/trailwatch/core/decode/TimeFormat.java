package io.trailwatch.core.decode;

import io.trailwatch.event.LogEvent;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a log writes its times; all of them from 1970 to 9999. */
public enum TimeFormat {
    /** {@code 2026-11-20T08:03:11Z}, or with another offset. */
    ISO_8601("iso-8601", "a time such as 2026-11-20T08:03:11Z, from 1970 to 9999"),

    /** Seconds since 1970, with or without a fraction. */
    EPOCH_SECONDS("epoch-seconds", "seconds since 1970 such as 1795248191, up to year 9999"),

    EPOCH_MILLIS("epoch-millis", "milliseconds since 1970 such as 1795248191000, up to year 9999"),

    EPOCH_MICROS(
            "epoch-micros", "microseconds since 1970 such as 1795248191000000, up to year 9999"),

    /** Common Log Format: {@code 20/Nov/2026:08:03:11 +0000}. */
    CLF("clf", "a time such as 20/Nov/2026:08:03:11 +0000, from 1970 to 9999");

    private static final int MAX_CHARS = 40;
    private static final DateTimeFormatter COMMON_LOG =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

    private final String label;
    private final String expected;

    TimeFormat(String label, String expected) {
        this.label = label;
        this.expected = expected;
    }

    /** As configuration writes it. */
    public String label() {
        return label;
    }

    /**
     * Reads a time.
     *
     * @throws RejectedException that names the field
     */
    Instant parse(String field, String text) throws RejectedException {
        Instant time = text.length() > MAX_CHARS ? null : read(field, text);
        if (time == null
                || time.getEpochSecond() < 0
                || time.getEpochSecond() > EventTimes.MAX_EPOCH_SECOND) {
            throw RejectedException.invalid(field, text, expected);
        }
        return time;
    }

    /** Hours since 1970 of a time that {@link #parse} reads; 0 where it does not, or is none. */
    long hour(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        try {
            return parse("time", text).getEpochSecond() / 3_600;
        } catch (RejectedException e) {
            return 0; // decoding will say what is wrong with it
        }
    }

    /**
     * Time of an event that tells none itself: when CloudWatch Logs was given it, or else when its
     * raw record arrived.
     */
    static Instant withoutOwn(LogEvent event) {
        long millis = event.provenance().timestamp();
        return millis > 0 && millis / 1_000 <= EventTimes.MAX_EPOCH_SECOND
                ? Instant.ofEpochMilli(millis)
                : event.origin().arrivalTime();
    }

    private @Nullable Instant read(String field, String text) throws RejectedException {
        return switch (this) {
            case ISO_8601 -> EventTimes.parse(field, text);
            case EPOCH_SECONDS -> epoch(text, 1);
            case EPOCH_MILLIS -> epoch(text, 1_000);
            case EPOCH_MICROS -> epoch(text, 1_000_000);
            case CLF -> commonLog(text);
        };
    }

    private static @Nullable Instant epoch(String text, int perSecond) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && ".eE+-".indexOf(c) < 0) {
                return null; // Java would also read 0x1p3 and 1d
            }
        }
        try {
            return ofDecimal(text, perSecond);
        } catch (NumberFormatException noNumber) {
            return null;
        }
    }

    private static @Nullable Instant ofDecimal(String text, int perSecond) {
        boolean whole = text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (whole) {
            long count = text.length() > 18 ? Long.MAX_VALUE : Long.parseLong(text);
            return count / perSecond > EventTimes.MAX_EPOCH_SECOND
                    ? null
                    : Instant.ofEpochSecond(
                            count / perSecond, count % perSecond * (1_000_000_000 / perSecond));
        }
        double seconds = Double.parseDouble(text) / perSecond;
        if (!(seconds >= 0 && seconds <= EventTimes.MAX_EPOCH_SECOND)) {
            return null;
        }
        long second = (long) seconds;
        // A double of this size holds no more than microseconds.
        return Instant.ofEpochSecond(second, (long) ((seconds - second) * 1_000_000) * 1_000);
    }

    private static @Nullable Instant commonLog(String text) {
        try {
            return OffsetDateTime.parse(text, COMMON_LOG).toInstant();
        } catch (DateTimeException invalid) {
            return null;
        }
    }
}
