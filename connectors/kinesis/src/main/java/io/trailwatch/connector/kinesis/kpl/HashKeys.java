package io.trailwatch.connector.kinesis.kpl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Where in the range of hash keys a user record belongs; by that Kinesis chooses the shard.
 *
 * <p><b>What the KCL does with it</b> (read in the classes of 1.8.8 and 2.7.2, and held to in the
 * tests with 1.8.8). It compares the effective hash key of each user record of an aggregate with
 * the range of the shard, both ends inclusive. At the first one that lies outside, it drops that
 * <em>whole aggregate</em>, also the user records before it and those that belong to the shard. So
 * the KCL hands out an aggregate that a producer sent with an old map of the shards (as after a
 * reshard) not at all, and counts on the producer to send it again. A writer that packs records of
 * any key together and does not send them again loses them that way.
 *
 * <p>Not to filter loses nothing and may see a user record twice, which a reader that removes
 * repeated events anyway prefers. A plain record is never filtered.
 */
public final class HashKeys {
    /** Largest hash key, 2^128-1; the smallest is 0. */
    public static final BigInteger LARGEST = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);

    /** Digits of {@link #LARGEST}; an explicit hash key has no more (API PutRecord). */
    private static final int MAX_DIGITS = 39;

    private HashKeys() {}

    /**
     * The explicit hash key, or else the MD5 of the partition key's UTF-8 bytes as an unsigned
     * number, most significant byte first.
     *
     * @return 0 to {@link #LARGEST}
     * @throws IllegalArgumentException if the explicit hash key is not a decimal number of that
     *     range; that of a {@link UserRecord} from a {@link Deaggregator} always is
     */
    public static BigInteger effectiveHashKey(
            String partitionKey, @Nullable String explicitHashKey) {
        if (explicitHashKey == null) {
            return new BigInteger(1, md5().digest(partitionKey.getBytes(UTF_8)));
        }
        if (!isHashKey(explicitHashKey)) {
            throw new IllegalArgumentException(
                    "explicit hash key of "
                            + explicitHashKey.length()
                            + " characters is not a decimal number of 0 to 2^128-1");
        }
        return new BigInteger(explicitHashKey);
    }

    static boolean isHashKey(String text) {
        // The length first: BigInteger takes quadratic time over long numbers.
        return !text.isEmpty()
                && text.length() <= MAX_DIGITS
                && text.chars().allMatch(c -> c >= '0' && c <= '9')
                && (text.length() < MAX_DIGITS || new BigInteger(text).compareTo(LARGEST) <= 0);
    }

    static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException absent) {
            // Every Java platform has it, unless someone has taken it out by security policy.
            throw new IllegalStateException(
                    "MD5 is not available; the KPL format needs it", absent);
        }
    }
}
