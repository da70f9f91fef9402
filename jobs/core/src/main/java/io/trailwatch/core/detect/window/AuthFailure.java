package io.trailwatch.core.detect.window;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trailwatch.core.decode.CloudTrailEvent;
import io.trailwatch.core.decode.DecodedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A failed console login or a refused call in CloudTrail.
 *
 * @param detectKey ARN of the caller, {@code account/user} where CloudTrail gives a name without
 *     ARN, or the source address where it hides the name of who tried to log in
 * @param entityType what the key is: {@code principal}, {@code user} or {@code ip}
 * @param operation service and operation, such as {@code ec2.amazonaws.com:GetPasswordData}
 * @param call the operation with a hash of its request parameters; for data events the operation
 *     alone, as an application without a grant asks for object after object
 */
public record AuthFailure(
        String detectKey,
        long timeMillis,
        String eventKey,
        Kind kind,
        String entityType,
        @Nullable String account,
        @Nullable String region,
        @Nullable String sourceAddress,
        String operation,
        String call)
        implements Feature {

    /** What failed. */
    public enum Kind {
        CONSOLE_LOGIN,
        DENIED_CALL
    }

    /** What CloudTrail writes for a name that may be a mistyped password. */
    private static final String HIDDEN_USER = "HIDDEN_DUE_TO_SECURITY_REASONS";

    /** Error codes for a missing permission, without EC2's prefix {@code Client.}. */
    private static final Set<String> DENIALS =
            Set.of(
                    "AccessDenied",
                    "AccessDeniedException",
                    "AuthorizationError",
                    "NotAuthorizedException",
                    "UnauthorizedAccess",
                    "UnauthorizedException",
                    "UnauthorizedOperation",
                    "VpceAccessDenied");

    /**
     * The failure an event tells of. Empty for calls of AWS services on their own behalf, and for
     * refused reads by the web console, which asks for much that its user may not see.
     */
    public static Optional<AuthFailure> of(DecodedEvent decoded) {
        if (!(decoded.body() instanceof CloudTrailEvent event)) {
            return Optional.empty();
        }
        if (failedLogin(event)) {
            return Optional.of(failure(decoded, event, Kind.CONSOLE_LOGIN));
        }
        boolean counts =
                denied(event)
                        && !"AWSService".equals(event.text("userIdentity", "type"))
                        && !consoleRead(event);
        return counts ? Optional.of(failure(decoded, event, Kind.DENIED_CALL)) : Optional.empty();
    }

    private static boolean failedLogin(CloudTrailEvent event) {
        return event.eventName().equals("ConsoleLogin")
                && ("Failure".equals(event.text("responseElements", "ConsoleLogin"))
                        || "Failed authentication".equals(event.text("errorMessage")));
    }

    private static boolean denied(CloudTrailEvent event) {
        String code = event.text("errorCode");
        return code != null
                && DENIALS.contains(code.startsWith("Client.") ? code.substring(7) : code);
    }

    private static boolean consoleRead(CloudTrailEvent event) {
        return "true".equals(event.text("sessionCredentialFromConsole"))
                && "true".equals(event.text("readOnly"));
    }

    private static AuthFailure failure(DecodedEvent decoded, CloudTrailEvent event, Kind kind) {
        String account = event.text("recipientAccountId");
        if (account == null) {
            account = event.text("userIdentity", "accountId");
        }
        String address = event.sourceAddress();
        String arn = event.text("userIdentity", "arn");
        String user = event.text("userIdentity", "userName");
        String principalId = event.text("userIdentity", "principalId");
        String key;
        String entityType;
        if (kind == Kind.CONSOLE_LOGIN && HIDDEN_USER.equals(user) && address != null) {
            key = address;
            entityType = "ip";
        } else if (arn != null) {
            key = arn;
            entityType = "principal";
        } else if (user != null && !user.equals(HIDDEN_USER)) {
            key = account == null ? user : account + "/" + user;
            entityType = "user";
        } else if (principalId != null) {
            key = principalId;
            entityType = "principal";
        } else {
            key = address == null ? "unknown" : address;
            entityType = address == null ? "principal" : "ip";
        }
        String operation = Wording.plain(event.eventSource() + ":" + event.eventName());
        return new AuthFailure(
                Wording.plain(key),
                event.time().toEpochMilli(),
                decoded.event().key(),
                kind,
                entityType,
                Wording.plainOrNull(account),
                Wording.plainOrNull(event.text("awsRegion")),
                Wording.plainOrNull(address),
                operation,
                operation + fingerprint(event));
    }

    private static String fingerprint(CloudTrailEvent event) {
        if (!(event.json().get("requestParameters") instanceof ObjectNode parameters)
                || "Data".equals(event.text("eventCategory"))
                || "false".equals(event.text("managementEvent"))) {
            return "";
        }
        List<String> named = new ArrayList<>();
        for (var parameter : parameters.properties()) {
            if (!changesWithEveryTry(parameter.getKey())) {
                JsonNode value = parameter.getValue();
                named.add(parameter.getKey() + "=" + value);
            }
        }
        return "#" + Integer.toHexString(named.hashCode());
    }

    private static boolean changesWithEveryTry(String parameter) {
        return parameter.toLowerCase(Locale.ROOT).endsWith("token")
                || parameter.equals("roleSessionName");
    }
}
