package io.trailwatch.core.unwrap;

/**
 * Target of coverage-guided fuzzing with Jazzer: any bytes, all the way to rows. Not part of the
 * tests; {@code ./mvnw -Pfuzz -pl jobs/core -am verify} runs it for ten minutes. What it finds is
 * mended, and its input kept in {@code src/test/resources/fuzz}, which {@link FuzzFindingsTest}
 * reads.
 */
public final class DecodeFuzzer {
    private static final int MAX_INPUT_BYTES = 1 << 16;
    private static final Attempt ATTEMPT = new Attempt();

    private DecodeFuzzer() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length <= MAX_INPUT_BYTES) {
            ATTEMPT.read(input);
        }
    }
}
