package io.trailwatch.core.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;

class EventTimesTest {
    @Property
    void readsWholeSecondsAsTheLibraryDoes(
            @ForAll @LongRange(min = -62_167_219_200L, max = 253_402_300_799L) long epochSecond) {
        String text = Instant.ofEpochSecond(epochSecond).toString();

        assertThat(EventTimes.instant(text)).isEqualTo(Instant.ofEpochSecond(epochSecond));
    }

    @Property
    void takesAndRefusesWhatTheLibraryDoes(
            @ForAll @IntRange(min = 1995, max = 2005) int year,
            @ForAll @IntRange(max = 13) int month,
            @ForAll @IntRange(max = 32) int day,
            @ForAll @IntRange(max = 25) int hour,
            @ForAll @IntRange(max = 61) int minute,
            @ForAll @IntRange(max = 61) int second) {
        assertSame(
                "%04d-%02d-%02dT%02d:%02d:%02dZ".formatted(year, month, day, hour, minute, second));
    }

    @Property
    void isNotMisledByOneWrongCharacter(
            @ForAll @IntRange(max = 19) int place, @ForAll @StringLength(1) String character) {
        String text = "2026-02-28T23:59:59Z";
        assertSame(text.substring(0, place) + character + text.substring(place + 1));
    }

    private static void assertSame(String text) {
        Instant expected;
        try {
            expected = Instant.parse(text);
        } catch (DateTimeException refused) {
            assertThatThrownBy(() -> EventTimes.instant(text))
                    .isInstanceOf(DateTimeException.class);
            return;
        }
        assertThat(EventTimes.instant(text)).isEqualTo(expected);
    }
}
