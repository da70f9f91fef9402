package io.trailwatch.connector.alerts;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where alerts go.
 *
 * @param kind what speaks there
 * @param address topic ARN, queue URL, or URL of the webhook
 * @param region AWS region of topic or queue; null for a webhook
 */
public record AlertTarget(Kind kind, String address, @Nullable String region)
        implements Serializable {
    /** What speaks at a target. */
    public enum Kind {
        SNS,
        SQS,
        WEBHOOK
    }

    static final String ALLOWED =
            "arn:aws:sns:REGION:ACCOUNT:TOPIC, arn:aws:sqs:REGION:ACCOUNT:QUEUE,"
                + " https://sqs.REGION.amazonaws.com/ACCOUNT/QUEUE or another https:// URL without"
                + " user and fragment (http:// on loopback only)";

    private static final Pattern ARN =
            Pattern.compile(
                    "arn:(aws[a-z-]*):(sns|sqs):([a-z0-9-]+):(\\d{12}):([A-Za-z0-9_-]{1,256}(?:\\.fifo)?)");
    private static final Pattern QUEUE_HOST =
            Pattern.compile("sqs\\.([a-z0-9-]+)\\.amazonaws\\.com(?:\\.cn)?");
    private static final Pattern QUEUE_PATH =
            Pattern.compile("/\\d{12}/[A-Za-z0-9_-]{1,80}(?:\\.fifo)?");

    public AlertTarget {
        requireNonNull(kind, "kind");
        requireNonNull(address, "address");
        if ((region == null) != (kind == Kind.WEBHOOK)) {
            throw new IllegalArgumentException(
                    "region is %s for a target of kind %s".formatted(region, kind));
        }
    }

    /**
     * Reads a target.
     *
     * @throws IllegalArgumentException if it is none; the message names value and allowed forms
     */
    public static AlertTarget parse(String text) {
        Matcher arn = ARN.matcher(text);
        if (arn.matches()) {
            return ofArn(arn);
        }
        if (text.startsWith("arn:")) {
            throw refused(text);
        }
        return ofUrl(text);
    }

    private static AlertTarget ofArn(Matcher arn) {
        String region = arn.group(3);
        if (arn.group(2).equals("sns")) {
            return new AlertTarget(Kind.SNS, arn.group(), region);
        }
        String domain = arn.group(1).equals("aws-cn") ? "amazonaws.com.cn" : "amazonaws.com";
        String url =
                "https://sqs.%s.%s/%s/%s".formatted(region, domain, arn.group(4), arn.group(5));
        return new AlertTarget(Kind.SQS, url, region);
    }

    private static AlertTarget ofUrl(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            // Its message would repeat a path that may be a secret.
            throw new IllegalArgumentException(
                    "a target is no URI at character %d, must be %s"
                            .formatted(e.getIndex(), ALLOWED));
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String host = uri.getHost();
        boolean known = scheme.equals("https") || scheme.equals("http") && Loopback.isNamedBy(host);
        if (!known || host == null || uri.getRawUserInfo() != null || uri.getFragment() != null) {
            throw refused(text);
        }
        Matcher queueHost = QUEUE_HOST.matcher(host);
        if (queueHost.matches()) {
            if (!QUEUE_PATH.matcher(uri.getRawPath()).matches() || uri.getRawQuery() != null) {
                throw refused(text);
            }
            return new AlertTarget(Kind.SQS, text, queueHost.group(1));
        }
        return new AlertTarget(Kind.WEBHOOK, text, null);
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException(
                "target '%s' is refused, must be %s".formatted(shown(text), ALLOWED));
    }

    /** First in, first out: messages get a group and an id that the service deduplicates by. */
    boolean isFifo() {
        return kind != Kind.WEBHOOK && address.endsWith(".fifo");
    }

    /** Eight hexadecimal digits, the same for the same place; part of an operator uid. */
    public String fingerprint() {
        return Hashes.sha256Hex(address, 4);
    }

    /**
     * For people and logs. Of a webhook host and fingerprint alone: paths and queries of webhooks
     * are often secrets.
     */
    public String label() {
        return switch (kind) {
            case SNS -> "SNS topic " + address;
            case SQS -> "SQS queue " + address;
            case WEBHOOK -> "webhook " + shown(address) + " (" + fingerprint() + ")";
        };
    }

    @Override
    public String toString() {
        return label();
    }

    /** The text, without all that may be a secret in a URL. */
    private static String shown(String text) {
        int authority = text.indexOf("://");
        if (authority < 0) {
            return text;
        }
        String afterScheme = text.substring(authority + 3);
        String host = afterScheme.split("[/?#]", 2)[0];
        String rest = afterScheme.substring(host.length());
        String withoutUser = host.substring(host.lastIndexOf('@') + 1);
        return text.substring(0, authority + 3)
                + (withoutUser.length() < host.length() ? "…@" : "")
                + withoutUser
                + (rest.length() > 1 ? "/…" : rest);
    }
}
