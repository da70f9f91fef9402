package io.trailwatch.cli.generate;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;

/** How busy an hour is. Everybody lives near the Greenwich meridian: hours are UTC. */
final class Rhythm {
    /** Share of a leisure day's traffic by hour of day, in per mille; an evening peak. */
    private static final int[] LEISURE = {
        20, 12, 8, 6, 6, 10, 20, 35, 42, 42, 44, 48, 56, 52, 46, 46, 50, 58, 68, 78, 84, 78, 58, 33
    };

    private Rhythm() {}

    static int hourOfDay(Instant hour) {
        return hour.atZone(ZoneOffset.UTC).getHour();
    }

    static boolean weekend(Instant hour) {
        DayOfWeek day = hour.atZone(ZoneOffset.UTC).getDayOfWeek();
        return day == DayOfWeek.SATURDAY || day == DayOfWeek.SUNDAY;
    }

    /** True within office hours of a working day. */
    static boolean officeHours(Instant hour) {
        return !weekend(hour) && hourOfDay(hour) >= 8 && hourOfDay(hour) < 18;
    }

    /** Share of the day's users that fall into this hour, 0 to 1. */
    static double leisureShare(Instant hour) {
        return LEISURE[hourOfDay(hour)] / 1000.0;
    }
}
