package io.trailwatch.core.detect.rule;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalField;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The value is a time, and a part of it in UTC is, or compares with, a number (Sigma modifiers
 * appendix 2.1, time modifiers). Times are ISO-8601, UTC where they name no offset, or seconds or
 * milliseconds since 1970; whatever else fails.
 *
 * @param comparison null for equality
 */
record TimePartTest(Part part, ValueTest.@Nullable Comparison comparison, int limit)
        implements ValueTest {
    /** Larger numbers are milliseconds: as seconds, this is in the year 5138. */
    private static final double MAX_EPOCH_SECONDS = 1e11;

    private static final double MAX_EPOCH_MILLIS = 1e14;
    private static final int MAX_CHARS = 40;
    private static final Pattern ISO =
            Pattern.compile(
                    "([0-9]{4})-([0-9]{2})-([0-9]{2})"
                            + "(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?"
                            + " ?([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?");

    /** Parts of a time; weeks are those of ISO-8601. */
    enum Part {
        MINUTE(ChronoField.MINUTE_OF_HOUR, 0, 59),
        HOUR(ChronoField.HOUR_OF_DAY, 0, 23),
        DAY(ChronoField.DAY_OF_MONTH, 1, 31),
        WEEK(IsoFields.WEEK_OF_WEEK_BASED_YEAR, 1, 53),
        MONTH(ChronoField.MONTH_OF_YEAR, 1, 12),
        YEAR(ChronoField.YEAR, 0, 9999);

        private final transient TemporalField field;
        private final int smallest;
        private final int largest;

        Part(TemporalField field, int smallest, int largest) {
            this.field = field;
            this.smallest = smallest;
            this.largest = largest;
        }
    }

    /**
     * @throws Refusal with the path if no time can pass
     */
    static TimePartTest of(
            String path, Part part, ValueTest.@Nullable Comparison comparison, String value) {
        if (!value.matches("[0-9]{1,4}")) {
            throw new Refusal(
                    ProblemCode.INVALID_VALUE, path, "'" + value + "' is no whole number");
        }
        int limit = Integer.parseInt(value);
        boolean possible =
                comparison == null
                        ? limit >= part.smallest && limit <= part.largest
                        : comparison.holds(Integer.compare(part.smallest, limit))
                                || comparison.holds(Integer.compare(part.largest, limit));
        if (!possible) {
            throw new Refusal(
                    ProblemCode.CONTRADICTION,
                    path,
                    "never holds: a %s is from %d to %d"
                            .formatted(
                                    part.name().toLowerCase(Locale.ROOT),
                                    part.smallest,
                                    part.largest));
        }
        return new TimePartTest(part, comparison, limit);
    }

    @Override
    public boolean matches(String text) {
        OffsetDateTime time = time(text);
        if (time == null) {
            return false;
        }
        int sign = Integer.compare(time.get(part.field), limit);
        return comparison == null ? sign == 0 : comparison.holds(sign);
    }

    @Override
    public String modifiers() {
        String label = "|" + part.name().toLowerCase(Locale.ROOT);
        return comparison == null
                ? label
                : label + "|" + comparison.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<String> wanted() {
        return List.of(Integer.toString(limit));
    }

    private static @Nullable OffsetDateTime time(String text) {
        if (text.length() > MAX_CHARS) {
            return null;
        }
        if (Numbers.isDecimal(text)) {
            double number = Double.parseDouble(text);
            if (number < 0 || number >= MAX_EPOCH_MILLIS) {
                return null;
            }
            long millis = (long) (number < MAX_EPOCH_SECONDS ? number * 1_000 : number);
            return Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
        }
        Matcher matcher = ISO.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        try {
            LocalDateTime local =
                    LocalDateTime.of(
                            Integer.parseInt(matcher.group(1)),
                            Integer.parseInt(matcher.group(2)),
                            Integer.parseInt(matcher.group(3)),
                            number(matcher.group(4)),
                            number(matcher.group(5)),
                            Math.min(59, number(matcher.group(6)))); // leap seconds are 60
            String offset = matcher.group(7);
            return local.atOffset(
                            offset == null
                                    ? ZoneOffset.UTC
                                    : ZoneOffset.of(offset.toUpperCase(Locale.ROOT)))
                    .withOffsetSameInstant(ZoneOffset.UTC);
        } catch (DateTimeException noTime) {
            return null;
        }
    }

    private static int number(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }
}
