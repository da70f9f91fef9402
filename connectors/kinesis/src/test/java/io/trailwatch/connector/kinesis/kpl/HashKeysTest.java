package io.trailwatch.connector.kinesis.kpl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashKeysTest {
    private static final String LARGEST = "340282366920938463463374607431768211455";

    @Test
    void isTheMd5OfThePartitionKeyWithoutSign() {
        // RFC 1321, A.5: MD5 of "a" is 0cc175b9..., of the empty string d41d8cd9...
        assertThat(HashKeys.effectiveHashKey("a", null))
                .isEqualTo(new BigInteger("0cc175b9c0f1b6a831c399e269772661", 16));
        assertThat(HashKeys.effectiveHashKey("", null))
                .isEqualTo(new BigInteger("d41d8cd98f00b204e9800998ecf8427e", 16));
    }

    @Test
    void isTheExplicitHashKeyWhereThereIsOne() {
        assertThat(HashKeys.effectiveHashKey("a", "0")).isEqualTo(BigInteger.ZERO);
        assertThat(HashKeys.effectiveHashKey("a", "007")).isEqualTo(BigInteger.valueOf(7));
        assertThat(HashKeys.effectiveHashKey("a", LARGEST)).isEqualTo(HashKeys.LARGEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-1",
                "+1",
                "1 ",
                "0x1",
                "\u0661", // a digit to BigInteger, but not to Kinesis
                "340282366920938463463374607431768211456",
                "0000000000000000000000000000000000000001"
            })
    void refusesAnExplicitHashKeyOutsideOfTheRange(String explicitHashKey) {
        assertThat(HashKeys.isHashKey(explicitHashKey)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HashKeys.effectiveHashKey("a", explicitHashKey))
                .withMessage(
                        "explicit hash key of %s characters is not a decimal number of 0 to"
                                + " 2^128-1",
                        explicitHashKey.length());
    }
}
