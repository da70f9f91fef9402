package io.trailwatch.cli.generate;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Chance that repeats itself. Every part of the simulation forks its own dice by name, so that one
 * part that throws more often changes nothing in the others. Logarithms are {@link StrictMath}, so
 * that every machine gets the same numbers.
 */
final class Dice {
    private static final String BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final String LETTERS_AND_DIGITS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /** Knuth's product of uniforms underflows beyond a mean of about 700. */
    private static final double POISSON_STEP = 30;

    private final long seed;
    private final SplittableRandom random;

    Dice(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    /** Dice that depend on this one's seed and the name alone, not on throws made before. */
    Dice fork(String name) {
        long hash = 0xcbf29ce484222325L; // FNV-1a, 64 bits
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return new Dice(new SplittableRandom(seed ^ hash).nextLong());
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** A whole number from {@code low} to {@code high}, both included. */
    int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** A number from low to high, small ones more often: its logarithm is uniform. */
    long skewed(long low, long high) {
        double ratio = (double) high / low;
        return Math.round(low * StrictMath.pow(ratio, random.nextDouble()));
    }

    /** A Poisson number (Knuth, The Art of Computer Programming 2, 3.4.1), summed in steps. */
    int poisson(double mean) {
        int count = 0;
        for (double left = mean; left > 0; left -= POISSON_STEP) {
            double limit = StrictMath.exp(-Math.min(left, POISSON_STEP));
            for (double p = random.nextDouble(); p > limit; p *= random.nextDouble()) {
                count++;
            }
        }
        return count;
    }

    /** A whole second in the span that begins at {@code from}. */
    Instant within(Instant from, Duration span) {
        return from.plusSeconds(random.nextLong(span.toSeconds()));
    }

    String uuid() {
        String hex = hex(32);
        return "%s-%s-4%s-%s%s-%s"
                .formatted(
                        hex.substring(0, 8),
                        hex.substring(8, 12),
                        hex.substring(13, 16),
                        "89ab".charAt(between(0, 3)),
                        hex.substring(17, 20),
                        hex.substring(20, 32));
    }

    String hex(int digits) {
        return text("0123456789abcdef", digits);
    }

    String base32(int letters) {
        return text(BASE_32, letters);
    }

    String alphanumeric(int letters) {
        return text(LETTERS_AND_DIGITS, letters);
    }

    private String text(String alphabet, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
