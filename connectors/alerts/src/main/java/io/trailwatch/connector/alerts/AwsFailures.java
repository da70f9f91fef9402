package io.trailwatch.connector.alerts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What failures of SNS and SQS mean for an alert. */
final class AwsFailures {
    /** Codes that name a rate but neither the SDK nor the status tells so. */
    private static final Set<String> THROTTLES =
            Set.of("kmsthrottling", "kms.throttlingexception", "overlimit", "requestthrottled");

    /** New credentials come with the next call. */
    private static final Set<String> PASSING =
            Set.of("expiredtoken", "expiredtokenexception", "requestexpired");

    /** Codes of an entry that say something of its text, not of the target. */
    private static final Set<String> CONTENT =
            Set.of("invalidmessagecontents", "invalidparameter", "invalidparametervalue");

    private AwsFailures() {}

    /** A call that failed as a whole. */
    static Delivery ofCall(AlertTarget target, List<AlertRequest> requests, SdkException failure) {
        if (!(failure instanceof AwsServiceException service)) {
            // No answer: network, time-out, no credentials yet.
            return Delivery.failed(requests, failure.toString(), Duration.ZERO);
        }
        String code = code(service);
        String reason = "%s (status %d)".formatted(code, service.statusCode());
        if (service.isThrottlingException() || isThrottle(code)) {
            return Delivery.throttled(requests, reason, Duration.ZERO);
        }
        if (service.statusCode() >= 500
                || service.isClockSkewException()
                || PASSING.contains(code.toLowerCase(Locale.ROOT))) {
            return Delivery.failed(requests, reason, Duration.ZERO);
        }
        throw new AlertException(
                "%s refuses alerts: %s, %s".formatted(target.label(), reason, service.getMessage()),
                failure);
    }

    private static String code(AwsServiceException service) {
        return service.awsErrorDetails() == null || service.awsErrorDetails().errorCode() == null
                ? "no error code"
                : service.awsErrorDetails().errorCode();
    }

    private static boolean isThrottle(String code) {
        String lower = code.toLowerCase(Locale.ROOT);
        return lower.contains("throttl") || THROTTLES.contains(lower);
    }

    /**
     * A call in which some entries failed.
     *
     * @throws AlertException if one was refused for anything but its text, such as a permission
     */
    static Delivery ofEntries(
            AlertTarget target, List<AlertRequest> requests, List<FailedEntry> entries) {
        List<AlertRequest> throttled = new ArrayList<>();
        List<AlertRequest> failed = new ArrayList<>();
        List<AlertRequest> rejected = new ArrayList<>();
        for (FailedEntry entry : entries) {
            AlertRequest request = requests.get(entry.index());
            if (isThrottle(entry.code())) {
                throttled.add(request);
            } else if (CONTENT.contains(entry.code().toLowerCase(Locale.ROOT))) {
                rejected.add(request);
            } else if (entry.senderFault()) {
                throw new AlertException(
                        "%s refuses the alert of finding %s: %s, %s"
                                .formatted(
                                        target.label(),
                                        request.findingId(),
                                        entry.code(),
                                        entry.message()));
            } else {
                failed.add(request);
            }
        }
        return new Delivery(
                requests.size() - entries.size(),
                throttled,
                failed,
                rejected,
                entries.isEmpty() ? "" : "batch entry: " + entries.get(0).code(),
                Duration.ZERO);
    }

    /** An entry of a batch that was not taken. */
    record FailedEntry(int index, String code, boolean senderFault, String message) {}
}
