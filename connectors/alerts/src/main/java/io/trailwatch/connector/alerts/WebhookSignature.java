package io.trailwatch.connector.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Proof that an alert is ours: {@code t=SECONDS,v1=HEX}, where HEX is HMAC-SHA256 (RFC 2104) of
 * {@code SECONDS + "." + body} and SECONDS the Unix time at which the request was made. A receiver
 * refuses old times, so that a request overheard cannot be repeated.
 */
final class WebhookSignature {
    static final String HEADER = "Trailwatch-Signature";
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    private WebhookSignature(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /**
     * @param environment gives the value of a variable, or null
     * @throws AlertException if the variable is not set or empty; the message names it, never its
     *     value
     */
    static WebhookSignature fromVariable(
            String variable, AlertTarget target, Function<String, @Nullable String> environment) {
        String secret = environment.apply(variable);
        if (secret == null || secret.isEmpty()) {
            throw new AlertException(
                    "%s names the environment variable %s, which is %s on this task manager; %s would"
                                    .formatted(
                                            AlertOptions.WEBHOOK_SECRET_VARIABLE.key(),
                                            variable,
                                            secret == null ? "not set" : "empty",
                                            target.label())
                            + " get unsigned alerts");
        }
        return new WebhookSignature(secret.getBytes(UTF_8));
    }

    String value(Instant time, String body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            long seconds = time.getEpochSecond();
            byte[] digest = mac.doFinal((seconds + "." + body).getBytes(UTF_8));
            return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
