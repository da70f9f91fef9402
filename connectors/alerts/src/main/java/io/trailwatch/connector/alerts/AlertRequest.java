package io.trailwatch.connector.alerts;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One alert, ready to be sent.
 *
 * @param findingId id of the finding; what receivers deduplicate by
 * @param groupId what is ordered among itself in a FIFO topic or queue: hash of the entity
 * @param severity label of the severity
 * @param ruleId id of the rule, fit for a message attribute
 * @param account AWS account, fit for a message attribute; null where the finding names none
 * @param subject one line of at most {@value AlertBody#MAX_SUBJECT_CHARS} printable ASCII
 *     characters
 * @param body one JSON object in ASCII
 */
record AlertRequest(
        String findingId,
        String groupId,
        String severity,
        String ruleId,
        @Nullable String account,
        String subject,
        String body)
        implements Serializable {
    AlertRequest {
        requireNonNull(findingId, "findingId");
        requireNonNull(groupId, "groupId");
        requireNonNull(severity, "severity");
        requireNonNull(ruleId, "ruleId");
        requireNonNull(subject, "subject");
        requireNonNull(body, "body");
    }

    /** Bytes that SNS and SQS count: body, subject, and names, types and values of attributes. */
    long sizeBytes() {
        return body.length() + overheadBytes(severity, ruleId, account, subject);
    }

    /** All texts are ASCII, so that characters are bytes. */
    static int overheadBytes(
            String severity, String ruleId, @Nullable String account, String subject) {
        int type = "String".length();
        return "severity".length()
                + type
                + severity.length()
                + "rule_id".length()
                + type
                + ruleId.length()
                + (account == null ? 0 : "account".length() + type + account.length())
                + subject.length();
    }
}
