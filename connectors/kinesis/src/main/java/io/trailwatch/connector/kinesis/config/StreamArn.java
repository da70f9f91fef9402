package io.trailwatch.connector.kinesis.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ARN of a Kinesis data stream, taken apart.
 *
 * @param value the whole ARN
 * @param region AWS region of the stream
 * @param account account id, twelve digits
 * @param streamName name without {@code stream/}
 */
public record StreamArn(String value, String region, String account, String streamName) {
    private static final Pattern SHAPE =
            Pattern.compile(
                    "arn:aws[a-z-]*:kinesis:([a-z0-9-]+):(\\d{12}):stream/([A-Za-z0-9_.-]+)");

    /**
     * Takes an ARN apart.
     *
     * @throws IllegalArgumentException if this is not the ARN of a data stream
     */
    public static StreamArn parse(String arn) {
        Matcher matcher = SHAPE.matcher(arn);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "stream ARN is '"
                            + arn
                            + "', expected arn:aws:kinesis:REGION:ACCOUNT:stream/NAME");
        }
        return new StreamArn(arn, matcher.group(1), matcher.group(2), matcher.group(3));
    }
}
