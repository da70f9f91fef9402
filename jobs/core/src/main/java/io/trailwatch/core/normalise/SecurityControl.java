package io.trailwatch.core.normalise;

import io.trailwatch.core.decode.HttpRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Action and disposition of the OCSF profile security_control, as Amazon Security Lake gives them
 * to what AWS WAF and the Route 53 Resolver DNS Firewall decided.
 */
record SecurityControl(
        @Nullable Integer actionId,
        @Nullable String action,
        @Nullable Integer dispositionId,
        @Nullable String disposition) {
    /** Nothing decided. */
    static final SecurityControl NONE = new SecurityControl(null, null, null, null);

    private static final SecurityControl NO_ACTION = allowed(16, "No Action");

    static SecurityControl of(HttpRequest.@Nullable Verdict verdict) {
        if (verdict == null) {
            return NONE;
        }
        return switch (verdict.action().toUpperCase(Locale.ROOT)) {
            case "ALLOW" -> allowed(1, "Allowed");
            case "BLOCK" -> denied(2, "Blocked");
            case "COUNT", "EXCLUDED_AS_COUNT" -> allowed(20, "Count");
            // The request went no further: the client got a puzzle in its place.
            case "CAPTCHA" -> denied(22, "Captcha");
            case "CHALLENGE" -> denied(23, "Challenge");
            default -> new SecurityControl(0, "Unknown", 99, verdict.action());
        };
    }

    /**
     * Of the DNS Firewall.
     *
     * @param firewallRuleAction null when no rule of the firewall matched
     */
    static SecurityControl ofDnsFirewall(@Nullable String firewallRuleAction) {
        if (firewallRuleAction == null) {
            return NO_ACTION;
        }
        return switch (firewallRuleAction.toUpperCase(Locale.ROOT)) {
            case "ALLOW" -> allowed(1, "Allowed");
            case "BLOCK" -> denied(2, "Blocked");
            case "ALERT" -> allowed(19, "Alert");
            default -> new SecurityControl(0, "Unknown", 99, firewallRuleAction);
        };
    }

    boolean isDenied() {
        return actionId != null && actionId == 2;
    }

    private static SecurityControl allowed(int dispositionId, String disposition) {
        return new SecurityControl(1, "Allowed", dispositionId, disposition);
    }

    private static SecurityControl denied(int dispositionId, String disposition) {
        return new SecurityControl(2, "Denied", dispositionId, disposition);
    }
}
