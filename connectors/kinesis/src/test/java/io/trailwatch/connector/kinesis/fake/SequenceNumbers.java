package io.trailwatch.connector.kinesis.fake;

/**
 * Sequence numbers of one stream: 56 digits as those of the service, which begin with the same
 * digits for years, and another prefix for each stream. Numbers grow, but not by one: nobody may
 * count on that.
 */
final class SequenceNumbers {
    private static final int DIGITS = 56;

    private final String prefix;
    private long last;

    SequenceNumbers(int stream) {
        this.prefix = "%04d".formatted(4960 + stream) + "3".repeat(DIGITS - 4 - 18);
    }

    long next() {
        last += 2;
        return last;
    }

    long last() {
        return last;
    }

    String text(long number) {
        String digits = Long.toString(number);
        return prefix + "0".repeat(18 - digits.length()) + digits;
    }

    /** The number meant; -1 when it is none of this stream. */
    long parse(String text) {
        if (text.length() != DIGITS || !text.startsWith(prefix)) {
            return -1;
        }
        try {
            return Long.parseLong(text.substring(prefix.length()));
        } catch (NumberFormatException none) {
            return -1;
        }
    }
}
