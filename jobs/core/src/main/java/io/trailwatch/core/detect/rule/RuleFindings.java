package io.trailwatch.core.detect.rule;

import io.trailwatch.core.decode.AppEvent;
import io.trailwatch.core.decode.AwsFinding;
import io.trailwatch.core.decode.CloudTrailEvent;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.DnsQuery;
import io.trailwatch.core.decode.EventBody;
import io.trailwatch.core.decode.FlowRecord;
import io.trailwatch.core.decode.HttpRequest;
import io.trailwatch.core.decode.KubernetesAudit;
import io.trailwatch.finding.Finding;
import io.trailwatch.finding.FindingIds;
import io.trailwatch.quarantine.Quarantined;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Findings about one event that fulfilled a rule. */
public final class RuleFindings {
    private RuleFindings() {}

    /** What the rules that matched an event say of it, each as its mode has it. */
    public static List<Finding> of(
            RuleCollection rules, List<SigmaRule> matched, DecodedEvent event) {
        if (matched.isEmpty()) {
            return List.of();
        }
        List<Finding> findings = new ArrayList<>(matched.size());
        for (SigmaRule rule : matched) {
            rules.decided(finding(rule, event)).ifPresent(findings::add);
        }
        return findings;
    }

    /** What a finding of this rule about this event says; its evidence is the event's key. */
    public static Finding finding(SigmaRule rule, DecodedEvent event) {
        EventBody body = event.body();
        String key = event.event().key();
        if (body instanceof CloudTrailEvent call) {
            return finding(rule, call, key);
        }
        if (body instanceof FlowRecord flow) {
            return finding(rule, flow, key);
        }
        if (body instanceof AppEvent app) {
            return finding(rule, app, key);
        }
        if (body instanceof HttpRequest http) {
            return finding(rule, http, key);
        }
        if (body instanceof DnsQuery dns) {
            return finding(rule, dns, key);
        }
        if (body instanceof KubernetesAudit audit) {
            return finding(rule, audit, key);
        }
        if (body instanceof AwsFinding found) {
            return finding(rule, found, key);
        }
        throw new AssertionError(body);
    }

    /**
     * A finding about the principal of an API call.
     *
     * @param eventKey {@link io.trailwatch.event.LogEvent#key}
     */
    public static Finding finding(SigmaRule rule, CloudTrailEvent event, String eventKey) {
        String account = event.text("recipientAccountId");
        return finding(
                rule,
                event.time(),
                "principal",
                principal(event),
                account != null ? account : event.text("userIdentity", "accountId"),
                event.text("awsRegion"),
                eventKey,
                message(event));
    }

    private static Finding finding(SigmaRule rule, FlowRecord flow, String eventKey) {
        String source = flow.srcAddr();
        String entity = source != null ? source : "unknown";
        String message =
                "%s to %s port %s: %s"
                        .formatted(entity, flow.dstAddr(), flow.dstPort(), flow.action());
        return finding(
                rule,
                flow.time(),
                "ip",
                entity,
                flow.accountId(),
                flow.fields().get("region"),
                eventKey,
                message);
    }

    private static Finding finding(SigmaRule rule, AppEvent event, String eventKey) {
        String user = event.user();
        String entity = firstOf(user, event.sourceAddress(), "unknown");
        String type = user == null && event.sourceAddress() != null ? "ip" : "user";
        String outcome = event.outcome() == null ? "" : " (" + event.outcome() + ")";
        String message = entity + " did " + event.type() + from(event.sourceAddress()) + outcome;
        return finding(rule, event.time(), type, entity, null, null, eventKey, message);
    }

    private static Finding finding(SigmaRule rule, HttpRequest http, String eventKey) {
        String requester = http.requester();
        String entity = firstOf(requester, http.sourceAddress(), http.callerService(), "unknown");
        String what =
                http.log().connection()
                        ? "connected to " + firstOf(http.server().resource(), "unknown")
                        : "asked %s %s of %s"
                                .formatted(
                                        firstOf(http.method(), "-"),
                                        firstOf(http.url().text(), "-"),
                                        firstOf(http.server().resource(), "unknown"));
        return finding(
                rule,
                http.time(),
                requester != null ? "principal" : "ip",
                entity,
                http.log().account(),
                http.log().region(),
                eventKey,
                entity + " " + what + (http.status() == null ? "" : ": " + http.status()));
    }

    private static Finding finding(SigmaRule rule, DnsQuery dns, String eventKey) {
        String entity = firstOf(dns.sourceAddress(), dns.instanceId(), "unknown");
        return finding(
                rule,
                dns.time(),
                "ip",
                entity,
                dns.log().account(),
                dns.log().region(),
                eventKey,
                "%s asked for %s %s: %s"
                        .formatted(
                                entity,
                                firstOf(dns.type(), "-"),
                                dns.name(),
                                firstOf(dns.rcode(), "-")));
    }

    private static Finding finding(SigmaRule rule, KubernetesAudit audit, String eventKey) {
        String user = audit.json().path("user").path("username").asText();
        String entity = firstOf(user, audit.sourceAddress(), "unknown");
        String message =
                "%s did %s %s%s"
                        .formatted(
                                entity,
                                audit.verb(),
                                audit.json().path("requestURI").asText(),
                                from(audit.sourceAddress()));
        return finding(
                rule,
                audit.time(),
                user.isEmpty() && audit.sourceAddress() != null ? "ip" : "user",
                entity,
                audit.account(),
                audit.region(),
                eventKey,
                message);
    }

    /** About who acted, where the finding tells it; else about the resource concerned. */
    private static Finding finding(SigmaRule rule, AwsFinding found, String eventKey) {
        AwsFinding.Evidence seen = found.evidence().isEmpty() ? null : found.evidence().get(0);
        String user =
                seen == null ? null : seen.userName() != null ? seen.userName() : seen.userId();
        boolean hasUser = user != null && !user.isEmpty();
        String resource = found.resources().isEmpty() ? null : found.resources().get(0).id();
        return finding(
                rule,
                found.time(),
                hasUser ? "user" : found.sourceAddress() != null ? "ip" : "resource",
                firstOf(
                        user,
                        found.sourceAddress(),
                        resource,
                        found.product().account(),
                        "unknown"),
                found.product().account(),
                found.product().region(),
                eventKey,
                found.product().name() + ": " + found.title());
    }

    private static Finding finding(
            SigmaRule rule,
            Instant time,
            String entityType,
            String entity,
            @Nullable String account,
            @Nullable String region,
            String eventKey,
            String message) {
        return new Finding(
                FindingIds.ofEvent(rule.id(), entity, eventKey),
                time,
                rule.id(),
                rule.title(),
                rule.version(),
                rule.author(),
                rule.severity(),
                entityType,
                entity,
                account,
                region,
                rule.techniques(),
                List.of(eventKey),
                time,
                time,
                1,
                Quarantined.printable(message));
    }

    /**
     * Who called: the ARN (of the session, for an assumed role), the service where a service
     * called, else whatever names the caller best, the source address at last.
     */
    public static String principal(CloudTrailEvent event) {
        return firstOf(
                event.text("userIdentity", "arn"),
                event.text("userIdentity", "invokedBy"),
                event.text("userIdentity", "principalId"),
                event.text("userIdentity", "accountId"),
                event.sourceAddress(),
                "unknown");
    }

    private static String message(CloudTrailEvent event) {
        String error = event.text("errorCode");
        return shortName(event)
                + " called "
                + event.eventSource().replace(".amazonaws.com", "")
                + ":"
                + event.eventName()
                + from(event.sourceAddress())
                + (error == null ? "" : " (error " + error + ")");
    }

    private static String from(@Nullable String address) {
        return address == null ? "" : " from " + address;
    }

    /** {@code alice} for a user, {@code Dev/jo} for a session of role Dev, {@code root}. */
    private static String shortName(CloudTrailEvent event) {
        if ("Root".equals(event.text("userIdentity", "type"))) {
            return "root";
        }
        String principal = principal(event);
        int resource = principal.lastIndexOf(':') + 1;
        for (String prefix : List.of("user/", "assumed-role/", "federated-user/")) {
            if (principal.startsWith("arn:") && principal.startsWith(prefix, resource)) {
                return principal.substring(resource + prefix.length());
            }
        }
        return principal;
    }

    private static String firstOf(@Nullable String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null && !candidate.isEmpty()) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("no candidate");
    }
}
